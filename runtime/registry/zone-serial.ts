/** The serial of a zone whose SOA, or whose signatures, are made here (RFC 1982 §3, RFC 1912 §2.2). */
import { createHash, hash } from 'node:crypto';
import type { Diagnostic } from '../base/diagnostic.ts';
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
  return hash('sha256', all, 'hex');
}

/**
 * The basis of a zone whose SOA is in its files, and whose secondaries are to see each change: its records as such, for
 * a comment is no change.
 */
export function watchedBasis(octets: Uint8Array, declared: ManifestData['records'] | undefined): string {
  const hash = createHash('sha256').update(octets);
  return `${WATCHED}${hash.update(JSON.stringify(declared ?? {})).digest('hex')}`;
}

const WATCHED = 'records ';

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

/** No file of a zone is older than RFC 1035: such times are those of reproducible images (1970, 1980), and say nothing. */
const OLDEST = Date.UTC(1987, 10);

/** Whether a time (milliseconds since 1970) is that of an image, and not of a change. */
export function isNoTime(modifiedAt: number): boolean {
  return modifiedAt > 0 && modifiedAt < OLDEST;
}

/** What secondaries will miss of a zone whose SOA is in its file (RFC 1912 §2.2). `before`: what was served so far. */
export function staleSerial(before: Serial | undefined, next: Serial, file: string): Diagnostic | undefined {
  // Of what was served before the zone had secondaries nothing tells whether its records were the same.
  if (before === undefined || before.basis === next.basis || !before.basis.startsWith(WATCHED))
    return undefined;
  if (isSerialAfter(next.value, before.value)) return undefined;
  const isSame = next.value === before.value;
  const how = isSame ? `is ${next.value} still` : `went back from ${before.value} to ${next.value}`;
  return {
    code: 'ZONE_FILE',
    severity: 'warning',
    message: `The zone has changed, but its serial ${how}: secondaries will not take the change`,
    file,
    remedy: `Raise the serial in the SOA record above ${before.value} with each change (RFC 1912 §2.2)`,
  };
}

/** Says that a serial made here is no time of a change. */
export function timelessFiles(modifiedAt: number, file: string): Diagnostic {
  const when = new Date(modifiedAt).toISOString().slice(0, 10);
  return {
    code: 'ZONE_FILE',
    severity: 'warning',
    message: `The files were last modified on ${when} by their times, so the serial is when they were first loaded`,
    file,
    remedy:
      'Keep the state folder, or write an SOA with a serial: servers with equal files have different serials else',
  };
}
