/** How a process ended, with what it wrote to stderr before, in one line. */

const MOST_REASON = 300;

/** `how` is how it ended, in words. */
export function endText(how: string, stderr: string): string {
  const reason = reasonIn(stderr);
  return reason === undefined ? how : `${how}: ${reason}`;
}

/** The line that says best why it ended: V8's complaint stands above pages of native stack. */
function reasonIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.replace(/^#?\s*/, '').trimEnd());
  const line = lines.find((text) => /fatal|error/i.test(text)) ?? lines.findLast((text) => text !== '');
  return line?.slice(0, MOST_REASON);
}
