/** One NSEC record as a zone makes it (RFC 4034 §4). */
import { ByteWriter } from '../../base/bytes.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, type WireName } from '../../wire/name.ts';
import { writeTypes } from '../../wire/rdata/type-bitmap.ts';

/**
 * Of the chain, with all types of its name; of the chain, with fewer types, for one question; or of its name alone
 * (RFC 9824). One that is further down this list denies more.
 */
export type NsecKind = 'chain' | 'reduced' | 'compact';

export interface Nsec {
  readonly kind: NsecKind;
  /** In lower case where it is made here. */
  readonly owner: WireName;
  readonly rdata: Uint8Array;
  /** The RDATA as the RRset it is: no name has two. */
  readonly rdatas: readonly Uint8Array[];
  /** Octets of the next name, with which the RDATA begins; the types follow. */
  readonly nextLength: number;
  /** Seconds that it lives at most, whatever it proves. */
  readonly ttl: number;
}

/**
 * Makes a record that keeps a copy of both names, which are in lower case. The types come in any order; RRSIG and
 * NSEC are added, as no name owns an NSEC without them (RFC 4035 §2.3).
 */
export function makeNsec(kind: NsecKind, owner: WireName, next: WireName, types: readonly number[]): Nsec {
  writer.clear();
  writer.write(next);
  writeTypes([...types, RRTYPE.RRSIG, RRTYPE.NSEC], writer);
  return nsecOf(kind, owner.slice(), [writer.toBytes()], next.length, Number.POSITIVE_INFINITY);
}

/** A record with the next name of one and the types of another. */
export function spliced(kind: NsecKind, next: Nsec, types: Nsec): Nsec {
  writer.clear();
  writer.write(next.rdata.subarray(0, next.nextLength));
  writer.write(types.rdata.subarray(types.nextLength));
  return nsecOf(kind, next.owner, [writer.toBytes()], next.nextLength, Math.min(next.ttl, types.ttl));
}

/** A record with the RDATA of this RRset. */
export function nsecOf(
  kind: NsecKind,
  owner: WireName,
  rdatas: readonly Uint8Array[],
  nextLength: number,
  ttl: number,
): Nsec {
  return { kind, owner, rdata: rdatas[0] ?? owner, rdatas, nextLength, ttl };
}

/** Each window of 256 types takes two octets and a bit for each (RFC 4034 §4.1.2). */
const MAX_BITMAP_LENGTH = 256 * (2 + 32);
/** Scratch memory: no call leaves anything in it for another. */
const writer = new ByteWriter(MAX_NAME_LENGTH + MAX_BITMAP_LENGTH);
