/** The serial of a zone whose SOA is made here (RFC 1982 §3, RFC 1912 §2.2). */
import { createHash } from 'node:crypto';
import type { ManifestData } from '../rpc/plan.ts';
import { incrementSerial, isSerialAfter } from '../wire/serial-number.ts';
import type { AuthoritySettings } from './authority-records.ts';

export interface Serial {
  /** Stands for all that static records are made of; while it is the same, so is the value. */
  readonly basis: string;
  readonly value: number;
}

/** For a version that is made to be looked at, and never served. */
export const NO_SERIAL: Serial = { basis: '', value: 1 };

/** Where static records are from: hashes of the files, what a policy declares, settings. */
export function serialBasis(
  recordHashes: readonly string[],
  declared: ManifestData['records'] | undefined,
  settings: AuthoritySettings,
): string {
  const all = JSON.stringify([recordHashes, declared ?? {}, settings]);
  return createHash('sha256').update(all).digest('hex');
}

/**
 * The newest modification of a file of the zone (`modifiedAt`, in milliseconds), in seconds, so that
 * servers with equal files have equal serials; but always one that comes after the serial before (RFC
 * 1982 §3.2), when static records may have changed since. A server that has seen two changes in one second
 * is ahead of one that has seen the last alone, until the next.
 */
export function nextSerial(before: Serial | undefined, basis: string, modifiedAt: number): Serial {
  if (before?.basis === basis) return before;
  const newest = Math.floor(modifiedAt / 1000) >>> 0;
  const isNewer = before === undefined || isSerialAfter(newest, before.value);
  return { basis, value: isNewer ? newest : incrementSerial(before.value) };
}
