/** The serial of a zone whose SOA, or whose signatures, are made here (RFC 1982 §3, RFC 1912 §2.2). */
import { createHash } from 'node:crypto';
import type { ManifestData } from '../rpc/plan.ts';
import { incrementSerial, isSerialAfter } from '../wire/serial-number.ts';
import type { AuthoritySettings } from './authority-records.ts';
import type { ZoneKeys } from './signed-zones.ts';

export interface Serial {
  /** Stands for all that static records are made of; while the basis is the same, so is the value. */
  readonly basis: string;
  readonly value: number;
}

/** The serial of a version that is only shown, and never served. */
export const NO_SERIAL: Serial = { basis: '', value: 1 };

/**
 * The basis of static records: hashes of the files, records that a policy declares, settings, the keys of a signed
 * zone, the times of its signatures, and what stands for its dynamic records.
 */
export function serialBasis(
  recordHashes: readonly string[],
  declared: ManifestData['records'] | undefined,
  settings: AuthoritySettings,
  keys?: ZoneKeys,
  times?: Readonly<Record<string, number>>,
  dynamic?: string,
): string {
  const all = JSON.stringify([
    recordHashes,
    declared ?? {},
    settings,
    ...(keys === undefined ? [] : [keys]),
    ...(times === undefined ? [] : [times]),
    ...(dynamic === undefined ? [] : [{ dynamic }]),
  ]);
  return createHash('sha256').update(all).digest('hex');
}

/**
 * The serial is when a file of the zone was last modified (`modifiedAt`, in milliseconds), in seconds, so
 * that servers with equal files have equal serials. But it comes after the serial before (RFC 1982 §3.2)
 * when static records may have changed since. A server that has seen two changes in one second is ahead of
 * a server that has seen only the last, until the next change.
 */
export function nextSerial(
  before: Serial | undefined,
  basis: string,
  modifiedAt: number,
  least?: number,
): Serial {
  return serialAfter(before, basis, notBefore(Math.floor(modifiedAt / 1000) >>> 0, least));
}

/** A serial, or the least where it comes before that: what was served with dynamic records is not served again without. */
export function notBefore(serial: number, least: number | undefined): number {
  return least !== undefined && isSerialAfter(least, serial) ? least : serial;
}

/** The newest serial, or one more than the one before where that is not after it and something has changed. */
export function serialAfter(before: Serial | undefined, basis: string, newest: number): Serial {
  if (before?.basis === basis) return before;
  const isNewer = before === undefined || isSerialAfter(newest, before.value);
  return { basis, value: isNewer ? newest : incrementSerial(before.value) };
}
