/** The records of a zone that stand beside its files, as clients have added them (update/). */
import type { DynamicRecord } from './dynamic-record.ts';

export interface DynamicPart {
  readonly records: readonly DynamicRecord[];
  /** Stands for these records. */
  readonly revision: string;
  /** A version that has them has this serial, or one after it. */
  readonly serial: number;
}

/** The zones that have such records, and the records as they are now. */
export interface DynamicZones {
  partOf(zone: string): DynamicPart | undefined;
}
