/** The serial of a zone whose SOA is made here (RFC 1982 §3, RFC 1912 §2.2). */
import { createHash } from 'node:crypto';
import { acceptedOf, type PolicyPart, type RegistrySettings } from './zone-attempt.ts';

export interface Serial {
  /** Stands for all that static records are made of; while it is the same, so is the value. */
  readonly basis: string;
  readonly value: number;
}

/** Where static records are from: hashes of the files, a policy, settings. */
export function serialBasis(
  recordHashes: readonly string[],
  policy: PolicyPart | undefined,
  settings: RegistrySettings,
): string {
  const declared = acceptedOf(policy)?.data.records ?? {};
  const all = JSON.stringify([recordHashes, declared, settings.zone]);
  return createHash('sha256').update(all).digest('hex');
}

/**
 * The newest modification of a file of the zone (`modifiedAt`, in milliseconds), in seconds, and
 * never less than one more than the serial before: it grows whenever static records may have changed.
 */
export function nextSerial(before: Serial | undefined, basis: string, modifiedAt: number): Serial {
  if (before?.basis === basis) return before;
  const newest = Math.floor(modifiedAt / 1000);
  const next = before === undefined ? newest : Math.max(newest, before.value + 1);
  return { basis, value: next >>> 0 };
}
