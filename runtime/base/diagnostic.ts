/**
 * What is wrong with something an operator wrote (a policy, a zone file, the configuration):
 * where, what, and how to mend it. Problems are values, so that all of them can be shown at once.
 */
import type { ProblemCode } from './errors.ts';
import { indented, printable, printableLine } from './printable.ts';

export interface Diagnostic {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** Capital, no final period: `Cannot resolve "node:fs": …` */
  readonly message: string;
  /** Path as the operator would type it. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in UTF-16 units of the line. */
  readonly column?: number;
  /** The line itself, for the caret. */
  readonly source?: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Formats a diagnostic as compilers do: position, message, the line and a caret, the remedy. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, source, message, remedy, severity } = diagnostic;
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  // Several problems of one place are lines of one message, and a policy's message may have any.
  const told = indented(message);
  const rows = [`${position === '' ? '' : `${printableLine(position)}: `}${severity}: ${printable(told)}`];
  if (source !== undefined) {
    rows.push(`    ${printableLine(source)}`);
    if (column !== undefined) rows.push(`    ${indentLike(source, column)}^`);
  }
  if (remedy !== undefined) rows.push(`  ${printableLine(remedy)}`);
  return rows.join('\n');
}

/** Keeps tabs, so that the caret stands under its column whatever the tab width. */
function indentLike(source: string, column: number): string {
  return source.slice(0, column - 1).replace(/[^\t]/g, ' ');
}
