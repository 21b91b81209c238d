/**
 * An RRset as it stands in the answer to a question for its owner, encoded once for all clients. Everything
 * that differs from query to query (id, flags, the case of the name, OPT) is elsewhere in the message:
 * the owner is a pointer to the name in the question (RFC 1035 §4.1.4).
 */
import { CLASS } from './iana/class.ts';
import { HEADER_LENGTH } from './query.ts';
import { nameLayout } from './rdata/embedded-names.ts';
import type { RRset } from './record.ts';

/** Octets of each record in front of its RDATA: pointer, type, class, TTL, RDLENGTH. */
const ENCODED_HEAD = 12;

/** Encodes all records of a set for answers; `undefined` where {@link isEncodedInAnswers} says no. */
export function encodeRRset(set: Omit<RRset, 'owner'>): Uint8Array | undefined {
  return isEncodedInAnswers(set.type) ? rrsetOctets(set) : undefined;
}

/**
 * Whether sets of a type are in answers as they are encoded here: where names in RDATA are compressed, their
 * compression depends on the rest of the message.
 */
export function isEncodedInAnswers(type: number): boolean {
  return nameLayout(type)?.mayCompress !== true;
}

/** Encodes all records of a set, one after the other. */
export function rrsetOctets({ type, ttl, rdatas }: Omit<RRset, 'owner'>): Uint8Array {
  const length = rdatas.reduce((octets, rdata) => octets + ENCODED_HEAD + rdata.length, 0);
  const octets = new Uint8Array(length);
  let at = 0;
  // The loop writes octet by octet: a view of few octets would move them out of V8's heap (octets-key.ts).
  for (const rdata of rdatas) {
    octets[at] = 0xc0;
    octets[at + 1] = HEADER_LENGTH;
    octets[at + 2] = type >>> 8;
    octets[at + 3] = type;
    octets[at + 5] = CLASS.IN;
    octets[at + TTL_AT] = ttl >>> 24;
    octets[at + TTL_AT + 1] = ttl >>> 16;
    octets[at + TTL_AT + 2] = ttl >>> 8;
    octets[at + TTL_AT + 3] = ttl;
    octets[at + LENGTH_AT] = rdata.length >>> 8;
    octets[at + LENGTH_AT + 1] = rdata.length;
    octets.set(rdata, at + ENCODED_HEAD);
    at += ENCODED_HEAD + rdata.length;
  }
  return octets;
}

/** The RDATA of each record of an encoded set; each shares memory with the set. */
export function rdatasIn(encoded: Uint8Array): Uint8Array[] {
  const rdatas: Uint8Array[] = [];
  for (let at = 0; at < encoded.length; ) {
    const start = at + ENCODED_HEAD;
    at = start + ((encoded[at + LENGTH_AT] ?? 0) << 8) + (encoded[at + LENGTH_AT + 1] ?? 0);
    rdatas.push(encoded.subarray(start, at));
  }
  return rdatas;
}

/** The TTL of all records of an encoded set. */
export function encodedTtl(encoded: Uint8Array): number {
  const high = ((encoded[TTL_AT] ?? 0) << 8) | (encoded[TTL_AT + 1] ?? 0);
  return high * 0x10000 + (((encoded[TTL_AT + 2] ?? 0) << 8) | (encoded[TTL_AT + 3] ?? 0));
}

/** Sets the TTL of all records of the encoded set in `octets[from..end)`. */
export function setEncodedTtl(octets: Uint8Array, from: number, end: number, ttl: number): void {
  for (let at = from; at < end; ) {
    octets[at + TTL_AT] = ttl >>> 24;
    octets[at + TTL_AT + 1] = ttl >>> 16;
    octets[at + TTL_AT + 2] = ttl >>> 8;
    octets[at + TTL_AT + 3] = ttl;
    at += ENCODED_HEAD + ((octets[at + LENGTH_AT] ?? 0) << 8) + (octets[at + LENGTH_AT + 1] ?? 0);
  }
}

/** Positions in the head of a record. */
const TTL_AT = 6;
const LENGTH_AT = 10;
