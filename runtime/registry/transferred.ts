/** The records of a zone that come from its primary, in place of a `.zone` file. */
import type { ResourceRecord } from '../wire/record.ts';

export interface TransferredPart {
  /** The records as last transferred; none before the first transfer. */
  readonly records: readonly ResourceRecord[];
  /** Why the records must not be served. */
  readonly withheld?: 'expired' | 'never-transferred';
}

/** The zones that have such records, and the records as they are now. */
export interface TransferredZones {
  readonly zones: Iterable<string>;
  partOf(zone: string): TransferredPart | undefined;
}
