/** Records gathered into RRsets (RFC 2181 §5), with what did not fit told as values. */
import { canonicalName, type WireName } from '../wire/name.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';

export interface GatheredRRsets<R extends ResourceRecord> {
  /** In the order of their first records, whose owners' case they keep. */
  readonly rrsets: readonly RRset[];
  /** Left out: RFC 2181 §5: a set holds each record once. */
  readonly duplicates: readonly R[];
  /** Per set, the first whose TTL differs from those before. RFC 2181 §5.2: the lowest becomes that of all. */
  readonly oddTtls: readonly R[];
}

/**
 * Octets one RRset may take: 65535 of a message (RFC 1035 §4.2.2) less the header, the longest
 * question, an OPT record with a client subnet, and an RRSIG by a large RSA key.
 */
export const MAX_RRSET_OCTETS = 64_000;

/** Octets that values take in a message: each comes with owner (a compression pointer), type, class, TTL and length. */
export function octetsInMessage(rdatas: readonly Uint8Array[]): number {
  return rdatas.reduce((sum, rdata) => sum + 12 + rdata.length, 0);
}

/** Gathers records by owner and type, or by what a caller has that is equal for these alone and cheaper to compare. */
export function gatherRRsets<R extends ResourceRecord>(
  records: Iterable<R>,
  keyOf: (record: R) => string | number = ownerAndType,
): GatheredRRsets<R> {
  const sets = new Map<string | number, Gathering>();
  const duplicates: R[] = [];
  const oddTtls: R[] = [];
  for (const record of records) {
    const key = keyOf(record);
    const set = sets.get(key);
    if (set === undefined) {
      sets.set(key, new Gathering(record));
    } else {
      if (set.takeTtl(record.ttl)) oddTtls.push(record);
      if (!set.take(record.rdata)) duplicates.push(record);
    }
  }
  return { rrsets: [...sets.values()], duplicates, oddTtls };
}

/** A string equal for equal names, whatever their case: the octets in lower case, one character each. */
export function nameKey(name: WireName): string {
  return octetKey(canonicalName(name));
}

function ownerAndType({ owner, type }: ResourceRecord): string {
  return `${type} ${nameKey(owner)}`;
}

class Gathering implements RRset {
  readonly owner: WireName;
  readonly type: number;
  ttl: number;
  readonly rdatas: Uint8Array[];
  #hasOddTtl = false;
  /** Only from the second record on, as most sets have one. One with a hundred thousand must not take for ever. */
  #seen: Set<string> | undefined;

  constructor({ owner, type, ttl, rdata }: ResourceRecord) {
    this.owner = owner;
    this.type = type;
    this.ttl = ttl;
    this.rdatas = [rdata];
  }

  /** Whether the TTL is the first to differ. */
  takeTtl(ttl: number): boolean {
    const isFirstOdd = !this.#hasOddTtl && ttl !== this.ttl;
    this.#hasOddTtl ||= isFirstOdd;
    this.ttl = Math.min(this.ttl, ttl);
    return isFirstOdd;
  }

  /** Whether the record is new. */
  take(rdata: Uint8Array): boolean {
    this.#seen ??= new Set(this.rdatas.map(octetKey));
    const key = octetKey(rdata);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.rdatas.push(rdata);
    return true;
  }
}

function octetKey(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
