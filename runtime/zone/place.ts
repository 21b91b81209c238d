/** A place in a master file, which a diagnostic can point at. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ResourceRecord } from '../wire/record.ts';

export interface Place {
  /** The path as the operator would type it; absent for text that came from no file. */
  readonly file?: string;
  /** Line and column are 1-based, the column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** The text of the line. */
  readonly source: string;
}

/** A record and where it was written; a record from a policy or the configuration has no place. */
export interface PlacedRecord extends ResourceRecord {
  readonly place?: Place | undefined;
}

/** What is wrong and how the operator mends it. */
export interface Fault {
  /** Capital first letter, no final period. */
  readonly message: string;
  readonly remedy: string;
}

/** Turns a fault into a diagnostic, which has the place where it is known. */
export function diagnose(severity: Diagnostic['severity'], fault: Fault, place?: Place): Diagnostic {
  return { code: 'ZONE_FILE', severity, message: fault.message, ...place, remedy: fault.remedy };
}
