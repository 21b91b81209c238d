/**
 * How verbs speak: results on stdout, everything else on stderr, colour only where a terminal
 * shows it and NO_COLOR does not forbid it (styleText looks at both).
 */
import process from 'node:process';
import { styleText } from 'node:util';
import type { PoolStatus } from '../admin/status.ts';
import { HEALTH_TINTS, healthText } from '../admin/status-text.ts';
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import { indented, printable, printableJson } from '../base/printable.ts';

/** What each colour means. */
const STYLES = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  odd: 'yellow',
  bad: 'red',
} as const;

export type Style = keyof typeof STYLES;

/** The health of a pool, in its style. */
export function healthWord(pool: PoolStatus): string {
  const health = healthText(pool);
  return paint(HEALTH_TINTS[health], health);
}

/** Text in a style, for stdout. */
export function paint(style: Style, text: string): string {
  return styleText(STYLES[style], text, { stream: process.stdout });
}

/** Prints a result. The caller makes text from policies, files and servers printable first. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints JSON for a program to read. */
export function printJson(value: unknown): void {
  print(printableJson(JSON.stringify(value, null, 2)));
}

/** Prints a notice or a warning beside the result. */
export function printNotice(text: string): void {
  tell(printable(text));
}

/** Prints an error that has no place in a file. */
export function printError(message: string): void {
  tell(`${styleText('red', 'error:', { stream: process.stderr })} ${indented(printable(message))}`);
}

/** Prints problems of files, each with its line and a caret. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  const colours = { error: 'red', warning: 'yellow' } as const;
  for (const diagnostic of diagnostics) {
    const { severity } = diagnostic;
    const coloured = styleText(colours[severity], `${severity}:`, { stream: process.stderr });
    tell(formatDiagnostic(diagnostic).replace(`${severity}:`, () => coloured));
  }
}

/** Prints a problem in the words of the server: with lines and a word of its own for how grave it is if it is one of a file. */
export function printToldProblem(text: string): void {
  const isOfFile = /^(?:.*: )?(?:error|warning): /.test(text);
  if (isOfFile) tell(text.split('\n').map(printable).join('\n'));
  else printError(text);
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
