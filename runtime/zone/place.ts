/** Where something stands in a master file, so that a diagnostic can point there. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ResourceRecord } from '../wire/record.ts';

export interface Place {
  /** As the operator would type it; absent for text that came from no file. */
  readonly file?: string;
  /** Both 1-based, the column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** The line itself. */
  readonly source: string;
}

/** A record that may know where it was written. One from a policy or from configuration does not. */
export interface PlacedRecord extends ResourceRecord {
  readonly place?: Place;
}

/** What is wrong and what to do about it. */
export interface Fault {
  /** Capital first letter, no final period. */
  readonly message: string;
  readonly remedy: string;
}

/** A fault as a diagnostic, with the place where that is known. */
export function diagnose(severity: Diagnostic['severity'], fault: Fault, place?: Place): Diagnostic {
  return { code: 'ZONE_FILE', severity, message: fault.message, ...place, remedy: fault.remedy };
}
