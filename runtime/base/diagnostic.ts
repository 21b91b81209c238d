/**
 * A problem of a policy, a zone file or the configuration: its place, what is wrong, and how to mend it.
 * Problems are values, so that all of them can be shown at once.
 */
import type { ProblemCode } from './errors.ts';
import { indented, printable, printableLine, withoutPasswords } from './printable.ts';

export interface Diagnostic {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** Begins with a capital, has no final period: `Cannot resolve "node:fs": …` */
  readonly message: string;
  /** The path as the operator would type it. */
  readonly file?: string;
  /** The line, 1-based. */
  readonly line?: number;
  /** The column, 1-based, in UTF-16 units. */
  readonly column?: number;
  /** The text of the line, for the caret. */
  readonly source?: string;
  /** How to mend it. */
  readonly remedy?: string;
}

/** The diagnostic with its texts fit to be shown as data: an error that a policy throws may quote a URL with a password. */
export function hidingPasswords(diagnostic: Diagnostic): Diagnostic {
  const { message, source, remedy } = diagnostic;
  return {
    ...diagnostic,
    message: withoutPasswords(message),
    ...(source !== undefined && { source: withoutPasswords(source) }),
    ...(remedy !== undefined && { remedy: withoutPasswords(remedy) }),
  };
}

/** Formats a diagnostic as compilers do: position, message, the line and a caret, the remedy. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, source, message, remedy, severity } = diagnostic;
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  // A message has several lines for several problems of one place, and a policy's message may have any lines.
  const told = indented(message);
  const rows = [`${position === '' ? '' : `${printableLine(position)}: `}${severity}: ${printable(told)}`];
  if (source !== undefined) {
    rows.push(`    ${printableLine(source)}`);
    if (column !== undefined) rows.push(`    ${indentLike(source, column)}^`);
  }
  if (remedy !== undefined) rows.push(`  ${printableLine(remedy)}`);
  return withoutPasswords(rows.join('\n'));
}

/** Blanks that keep tabs, so that the caret stands under its column with any tab width. */
function indentLike(source: string, column: number): string {
  return source.slice(0, column - 1).replace(/[^\t]/g, ' ');
}
