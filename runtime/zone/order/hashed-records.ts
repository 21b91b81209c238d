/**
 * NSEC3 records and their signatures among the records of a zone. Their owners are hashes, and no names of the zone
 * (RFC 5155 §7.2.8).
 */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { canonicalName, isAtOrBelow, type WireName } from '../../wire/name.ts';
import type { RecordPack } from '../record-pack.ts';
import { typeCovered } from './hashed-names.ts';

export interface HashedRecords {
  readonly all: ReadonlySet<number>;
  /** The same by owner in canonical order, each NSEC3 before its signatures. */
  readonly sorted: Int32Array;
  /** Whether a record is an NSEC3 of the chain that answers: a zone whose parameters change has two for a while. */
  isOfChain(record: number): boolean;
  /** Whether two records that follow one another are of one RRset. */
  isSameSet(record: number, next: number): boolean;
}

export function hashedRecords(origin: WireName, records: RecordPack): HashedRecords {
  const keys = new Map<number, string>();
  const chains = new Map<string, number>();
  for (let record = 0; record < records.size; record++) {
    const type = records.type(record);
    const isNsec3 = type === RRTYPE.NSEC3;
    if (!isNsec3 && (type !== RRTYPE.RRSIG || typeCovered(records.rdata(record)) !== RRTYPE.NSEC3)) continue;
    const owner = records.owner(record);
    // A name that is no hash in this zone is told of as any other.
    if (owner.length !== origin.length + 1 + (owner[0] ?? 0) || !isAtOrBelow(owner, origin)) continue;
    keys.set(record, `${text(canonicalName(owner))} ${isNsec3 ? 0 : 1}`);
    if (!isNsec3) continue;
    const parameters = parametersOf(records.rdata(record));
    chains.set(parameters, (chains.get(parameters) ?? 0) + 1);
  }
  const [chain] = [...chains].sort(([, a], [, b]) => b - a)[0] ?? [];
  const keyOf = (record: number): string => keys.get(record) ?? '';
  return {
    all: new Set(keys.keys()),
    sorted: Int32Array.from([...keys.keys()].sort((a, b) => compare(keyOf(a), keyOf(b)) || a - b)),
    isOfChain: (record) =>
      records.type(record) === RRTYPE.NSEC3 && parametersOf(records.rdata(record)) === chain,
    isSameSet: (record, next) => keyOf(record) === keyOf(next),
  };
}

/** Hash algorithm, iterations and salt (RFC 5155 §3.2). */
function parametersOf(rdata: Uint8Array): string {
  return `${rdata[0]} ${text(rdata.subarray(2, 5 + (rdata[4] ?? 0)))}`;
}

function text(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
