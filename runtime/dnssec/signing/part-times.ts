/**
 * When the signatures of a zone are made anew that control signs for all processes: part by part, so that each time a
 * few change, which secondaries get by IXFR. The part of a set follows from its owner and type.
 */
import { fnv1aOfOctets } from '../../base/structures/fnv.ts';
import type { WireName } from '../../wire/name.ts';
import {
  type SignatureRules,
  type SignatureTimes,
  SKEW,
  signatureTimes,
  timesOfParts,
} from './signature-times.ts';

/** More parts would be more versions of the zone: with the usual validity, one in fourteen hours. */
const PARTS = 16;

export interface PartTimes {
  /** When the newest part began, in seconds since 1970: until the next begins, times are what they were then. */
  readonly begin: number;
  /** When the next part is due, and when the first of all signatures expire. */
  readonly endsAt: number;
  readonly expiration: number;
  /** Of DNSKEY, CDS and CDNSKEY, which are signed anew when keys change. */
  readonly ofKeys: SignatureTimes;
  readonly parts: readonly SignatureTimes[];
}

/** The times of all signatures at `now`, seconds since 1970. */
export function partTimes(zone: WireName, rules: SignatureRules, now: number): PartTimes {
  const ofKeys = signatureTimes(zone, rules, now);
  // A key that has not signed before has no older signatures to be told from.
  const steady = { ...rules, since: 0 };
  const parts = timesOfParts(zone, steady, now, PARTS);
  const all = [ofKeys, ...parts];
  return {
    begin: Math.max(...all.map(({ inception }) => inception + SKEW)),
    endsAt: Math.min(...all.map(({ endsAt }) => endsAt)),
    expiration: Math.min(...all.map(({ expiration }) => expiration)),
    ofKeys,
    parts,
  };
}

/** The times of one set; `owner` is in lower case. */
export function timesOfSet({ parts, ofKeys }: PartTimes, owner: WireName, type: number): SignatureTimes {
  // Parts need no more than to be of about one size.
  const hash = fnv1aOfOctets(owner, owner.length, type);
  return parts[(hash >>> 16) % PARTS] ?? ofKeys;
}
