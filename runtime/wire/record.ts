/**
 * Records as values. Names are uncompressed, in RDATA too; the class is always IN. RDATA stays in wire
 * form: responses carry it unchanged, and only printing reads it.
 */

import { typeToText } from './iana/rrtype.ts';
import { nameToText, type WireName } from './name.ts';
import { rdataToText } from './rdata/registry.ts';

export interface ResourceRecord {
  readonly owner: WireName;
  readonly type: number;
  /** Seconds, below 2^31 (RFC 2181 §8). */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** The records of one owner and type, which share a TTL (RFC 2181 §5.2). */
export interface RRset {
  readonly owner: WireName;
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
  /** See encoded-rrset.ts; absent where it is not worth the memory. */
  readonly encoded?: Uint8Array | undefined;
}

/** Prints a record as a line of a zone file. */
export function recordToText(record: ResourceRecord): string {
  const { owner, type, ttl, rdata } = record;
  return `${nameToText(owner)} ${ttl} IN ${typeToText(type)} ${rdataToText(type, rdata)}`;
}
