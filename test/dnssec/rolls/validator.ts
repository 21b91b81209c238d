/**
 * A validator that remembers everything it may: at each moment it holds every answer that some server has given
 * and whose TTL is not over. It combines them in all ways, and wants a signature of each algorithm in DS, as
 * unbound does with `harden-algo-downgrade`. It knows nothing of rolls.
 */
import { createHash } from 'node:crypto';

export interface DsSet {
  readonly ds: readonly { readonly tag: number; readonly algorithm: number; readonly digest: string }[];
}

export interface KeysAnswer {
  readonly keys: readonly { readonly tag: number; readonly algorithm: number; readonly dnskey: string }[];
  readonly signers: readonly number[];
}

export interface DataAnswer {
  readonly signers: readonly number[];
}

export class Caches<T> {
  readonly #held = new Map<string, { readonly answer: T; until: number }>();

  /** A server has answered this up to now. */
  hold(answer: T, until: number): void {
    const key = JSON.stringify(answer);
    const held = this.#held.get(key);
    if (held === undefined) this.#held.set(key, { answer, until });
    else held.until = Math.max(held.until, until);
  }

  alive(now: number): T[] {
    for (const [key, { until }] of this.#held) if (until <= now) this.#held.delete(key);
    return [...this.#held.values()].map(({ answer }) => answer);
  }
}

/**
 * Why a combination of answers is bogus; `undefined`: it validates, or the zone is insecure. A strict validator
 * holds the zone to its DNSKEY set as well: each algorithm there signs everything (RFC 4035 §2.2).
 */
export function whyBogus(
  { ds }: DsSet,
  { keys, signers }: KeysAnswer,
  data: DataAnswer,
  isStrict: boolean,
): string | undefined {
  if (isStrict && ds.length > 0) {
    const ofAlgorithm = (tags: readonly number[], algorithm: number): boolean =>
      keys.some((key) => key.algorithm === algorithm && tags.includes(key.tag));
    for (const { algorithm } of keys) {
      if (!ofAlgorithm(data.signers, algorithm)) return `algorithm ${algorithm} of DNSKEY signs no data`;
      if (!ofAlgorithm(signers, algorithm)) return `algorithm ${algorithm} of DNSKEY does not sign DNSKEY`;
    }
  }
  for (const algorithm of new Set(ds.map((each) => each.algorithm))) {
    const anchors = ds.filter((each) => each.algorithm === algorithm);
    const trusted = keys.some(
      (key) =>
        signers.includes(key.tag) &&
        anchors.some((each) => each.tag === key.tag && each.digest === digestOf(key.dnskey)),
    );
    if (!trusted) return `no key of DS (algorithm ${algorithm}) signs DNSKEY`;
    const signed = keys.some((key) => key.algorithm === algorithm && data.signers.includes(key.tag));
    if (!signed) return `no key of algorithm ${algorithm} in DNSKEY signs the data`;
  }
  return undefined;
}

/** RFC 4034 §5.1.4 for the zone "zone.test.". */
export function digestOf(dnskey: string): string {
  return createHash('sha256')
    .update(Buffer.from('\x04zone\x04test\x00', 'latin1'))
    .update(Buffer.from(dnskey, 'base64'))
    .digest('hex');
}
