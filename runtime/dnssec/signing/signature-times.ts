/**
 * When signatures begin, end, and are made anew. All signatures of one period have the same times, which
 * follow from settings and the time alone: servers with the same keys and clocks agree without talking.
 *
 *     begin of period                    its end          signatures expire
 *     │◀───────── period ─────────────────▶│◀──── refresh ────▶│
 *     │◀──────────────────── validity ────────────────────────▶│
 */
import { createHash } from 'node:crypto';
import { canonicalName, type WireName } from '../../wire/name.ts';

/**
 * Seconds that signatures begin before their period: the clock of a resolver may be behind, and several refuse
 * what begins a minute ahead of it.
 */
export const SKEW = 3600;
/** A period is no shorter than this part of the validity, however long a refresh is asked for. */
const SHORTEST = 1 / 8;

/** How long signatures of a zone last; seconds. */
export interface SignatureRules {
  /** From the begin of a period until its signatures expire. */
  readonly validity: number;
  /** Left when signatures are made anew: a third of the validity or SOA expire and a day, whichever is more. */
  readonly refresh: number;
  /** When the keys last changed, since 1970: signatures begin anew then. */
  readonly since: number;
}

/** Seconds since 1970. */
export interface SignatureTimes {
  readonly inception: number;
  readonly expiration: number;
  /** When signatures are to be made anew. */
  readonly endsAt: number;
}

/**
 * The times of signatures made at `now`, seconds since 1970. Periods of different zones end at different
 * times, by a hash of the name. A change of keys within a period begins it anew, since tools take an older
 * signature for a replay (RFC 7344 §6.2); a change yet to come only ends it. `shift`, from 0 up to 1, is by how much of a
 * period this one begins later than those of others.
 */
export function signatureTimes(
  zone: WireName,
  rules: SignatureRules,
  now: number,
  shift = 0,
): SignatureTimes {
  const { validity, since } = rules;
  const refresh = Math.ceil(rules.refresh);
  const length = Math.ceil(Math.max(1, validity * SHORTEST, validity - refresh));
  const hash = createHash('sha256').update(canonicalName(zone)).digest().readUIntBE(0, 6);
  const offset = ((hash % length) + Math.floor(shift * length)) % length;
  const start = offset + length * Math.floor((now - offset) / length);
  const end = start + length;
  const isToCome = since > now;
  return {
    inception: (isToCome ? start : Math.max(start, since)) - SKEW,
    expiration: end + refresh,
    endsAt: isToCome ? Math.min(end, since) : end,
  };
}
