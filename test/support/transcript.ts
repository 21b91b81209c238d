/**
 * Commands and what they print, as documentation shows them:
 *
 *     $ dig @127.0.0.1 -p 5300 www.geo.example A +short
 *     192.0.2.10 | 192.0.2.20
 *
 * An output line with ` | ` lists what may stand there; `…` in a line stands for anything, and alone
 * on a line for any number of lines.
 */
import assert from 'node:assert/strict';

export interface Step {
  readonly command: string;
  readonly output: readonly string[];
}

/** The steps shown in a text; `indent` is what stands before each of their lines. */
export function readTranscript(text: string, indent: string): Step[] {
  const steps: { command: string; output: string[] }[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (line.startsWith(`${indent}$ `)) {
      steps.push({ command: line.slice(indent.length + 2), output: [] });
      inside = true;
    } else if (inside && line.startsWith(indent) && (indent === '' || line.trim() !== indent.trim())) {
      steps.at(-1)?.output.push(line.slice(indent.length).trimEnd());
    } else {
      inside = false;
    }
  }
  for (const { output } of steps) if (output.at(-1) === '') output.pop();
  return steps;
}

/** Fails unless the lines printed are the lines shown. */
export function assertOutput({ command, output }: Step, printed: readonly string[]): void {
  const shown = output.map((line) =>
    line === '…' ? '(?:.*\\n)*' : `(?:${line.split(' | ').map(toPattern).join('|')})\\n`,
  );
  const text = printed.map((line) => `${line.trimEnd()}\n`).join('');
  assert.match(text, new RegExp(`^${shown.join('')}$`), `$ ${command}\nshown:\n${output.join('\n')}`);
}

function toPattern(shown: string): string {
  return shown
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
}
