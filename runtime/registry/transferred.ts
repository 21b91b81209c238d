/** The part of a zone that other servers have, in place of a `.zone` file, as the registry asks for it. */
import type { ResourceRecord } from '../wire/record.ts';

export interface TransferredPart {
  /** As last transferred; none if it never was. */
  readonly records: readonly ResourceRecord[];
  /** Why they must not be served. */
  readonly withheld?: 'expired' | 'never-transferred';
}

/** Which zones have such a part, and what it is now. */
export interface TransferredZones {
  readonly zones: Iterable<string>;
  partOf(zone: string): TransferredPart | undefined;
}
