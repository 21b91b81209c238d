/** What an import makes, and what ends it. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, type Result } from '../base/result.ts';
import type { ImportLine, SourcePlace } from './report.ts';

/** Files to be written, and what they do not say. */
export interface Imported {
  /** Text by name of file. */
  readonly files: ReadonlyMap<string, string>;
  readonly report: readonly ImportLine[];
}

/** What was imported, or why the original is not understood. */
export type ImportResult<T = Imported> = Result<T, readonly Diagnostic[]>;

/** Ends an import for one mistake in the original. */
export function notUnderstood(
  place: SourcePlace & { readonly column?: number },
  message: string,
  remedy: string,
): Result<never, readonly Diagnostic[]> {
  const { file, line, column } = place;
  const at = { file, line, ...(column !== undefined && { column }) };
  return fail([{ code: 'IMPORT', severity: 'error', message, ...at, remedy }]);
}

/** Thrown by readers that are many calls deep, and caught where the import begins: see {@link orNotUnderstood}. */
export class NotUnderstood extends Error {
  readonly place: SourcePlace & { readonly column?: number };
  readonly remedy: string;

  constructor(place: SourcePlace & { readonly column?: number }, message: string, remedy: string) {
    super(message);
    this.place = place;
    this.remedy = remedy;
  }
}

/** Runs a reader; what it does not understand becomes a value. */
export function orNotUnderstood<T>(read: () => T): ImportResult<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return notUnderstood(error.place, error.message, error.remedy);
  }
}
