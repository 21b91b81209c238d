/** What a process wrote to stderr before it ended, in one line. */

const MOST_REASON = 300;

/** The line that says best why it ended: V8's complaint stands above pages of native stack. */
export function reasonIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.replace(/^#?\s*/, '').trimEnd());
  const line = lines.find((text) => /fatal|error/i.test(text)) ?? lines.findLast((text) => text !== '');
  return line?.slice(0, MOST_REASON);
}
