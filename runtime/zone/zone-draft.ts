/**
 * Sorts records into the tables of a zone (RFC 2181 §5: by name and type); records that do not fit are
 * listed as faults. check.ts judges a draft; zone-index.ts looks names up in its tables.
 *
 * A name is a node, and so is each name between it and the origin, which may have no records: empty
 * non-terminals exist (RFC 8020, RFC 4592 §2.2.2). This file is long because all tables grow in one pass over the
 * records.
 */
import { assert } from '../base/assert.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { canonicalName, MAX_NAME_LENGTH, type WireName, writeLowerCase } from '../wire/name.ts';
import { canonicalRdata } from '../wire/rdata/embedded-names.ts';
import { findLabels, LabelTree, MAX_LABELS, NO_NODE, TOP } from './label-tree.ts';
import { canonicalOrder } from './order/canonical-order.ts';
import { typeCovered } from './order/hashed-names.ts';
import { type HashedRecords, hashedRecords } from './order/hashed-records.ts';
import type { RecordPack } from './record-pack.ts';
import { SetWriter } from './set-octets.ts';
import type { ZoneTables } from './zone-image.ts';
import { isWildcard } from './zone-index.ts';

export interface ZoneDraft {
  /** In lower case. */
  readonly origin: WireName;
  readonly records: RecordPack;
  readonly hosts: readonly WireName[];
  readonly tables: ZoneTables;
  /**
   * Records by set, in the order given: set s has the records from `firstMember[s]` up to `firstMember[s +
   * 1]`.
   */
  readonly members: Int32Array;
  readonly firstMember: Int32Array;
  /** Records left out, as they are neither at nor below the origin. */
  readonly outside: readonly number[];
  /**
   * Records left out, as a set holds each record once (RFC 2181 §5); RFC 4034 §6.2 says which are the same.
   */
  readonly duplicates: readonly number[];
  /** For each set with several TTLs, the first odd record. RFC 2181 §5.2: all records get the lowest TTL. */
  readonly oddTtls: readonly number[];
}

export interface DraftOptions {
  /**
   * Whether to put names in canonical order, as denial in a zone that is signed here needs them. Those of a zone that has
   * an NSEC chain are in order as well.
   */
  readonly isSigned?: boolean;
}

/** Sorts the records of a zone; hosts are its names that a policy decides. */
export function draftZone(
  origin: WireName,
  records: RecordPack,
  hosts: readonly WireName[],
  { isSigned = false }: DraftOptions = {},
): ZoneDraft {
  const drafting = new Drafting(canonicalName(origin), records);
  return drafting.finish(hosts, isSigned);
}

const ASTERISK = Uint8Array.of(1, 0x2a);
const NO_ORDER = new Int32Array();

class Drafting {
  readonly #origin: WireName;
  readonly #records: RecordPack;
  readonly #tree = new LabelTree();
  readonly #outside: number[] = [];
  readonly #duplicates: number[] = [];
  readonly #oddTtls: number[] = [];
  /** By record, the node of its owner, or NO_NODE where the owner is outside the zone. */
  readonly #nodes: Int32Array;
  readonly #members: Int32Array;
  readonly #sets = new SetWriter();
  readonly #hashed: HashedRecords;

  constructor(origin: WireName, records: RecordPack) {
    this.#origin = origin;
    this.#records = records;
    this.#nodes = new Int32Array(records.size);
    this.#members = new Int32Array(records.size);
    this.#hashed = hashedRecords(this.#origin, records);
    for (let record = 0; record < records.size; record++) {
      if (this.#hashed.all.has(record)) {
        this.#nodes[record] = NO_NODE;
        continue;
      }
      const node = this.#place(records.owner(record));
      this.#nodes[record] = node;
      if (node === NO_NODE) this.#outside.push(record);
    }
  }

  finish(hosts: readonly WireName[], isSigned: boolean): ZoneDraft {
    const nodesOfHosts = hosts.map((host) => this.#place(host));
    assert(!nodesOfHosts.includes(NO_NODE), 'All hosts are in the zone');
    const tree = this.#tree;
    const firstRecord = this.#sortByNode();
    const firstSet = new Int32Array(tree.size + 1);
    const none = (): Int32Array => new Int32Array(tree.size).fill(NO_NODE);
    const tables = { ...tree.tables, firstSet, hosts: none(), cuts: none(), wildcards: none() };
    for (let node = 0; node < tree.size; node++) {
      const [from, to] = [firstRecord[node] ?? 0, firstRecord[node + 1] ?? 0];
      const records = this.#members.subarray(from, to);
      if (records.length > 1) sortByType(records, this.#records);
      tables.wildcards[node] = tree.child(node, ASTERISK, 0);
      firstSet[node] = this.#sets.count;
      for (let at = 0; at < records.length; ) at += this.#addSet(node, records, at, tables.cuts);
    }
    firstSet[tree.size] = this.#sets.count;
    const hashed = this.#addHashed(tables.cuts);
    for (const [host, node] of nodesOfHosts.entries()) tables.hosts[node] = host;
    const order = orderOf({ ...tables, types: this.#sets.tables.types }, isSigned);
    return {
      origin: this.#origin,
      records: this.#records,
      hosts,
      tables: { ...tables, ...this.#sets.tables, order, hashed },
      members: this.#sets.members,
      firstMember: this.#sets.firstMember,
      outside: this.#outside,
      duplicates: this.#duplicates,
      oddTtls: this.#oddTtls,
    };
  }

  /** The node of a name, which is made if it does not exist; NO_NODE outside the zone. */
  #place(name: WireName): number {
    const suffix = name.length - this.#origin.length;
    if (suffix < 0) return NO_NODE;
    writeLowerCase(name, lower);
    for (let at = 0; at < this.#origin.length; at++)
      if (lower[suffix + at] !== this.#origin[at]) return NO_NODE;
    let depth = findLabels(lower, suffix, starts);
    if (depth === NO_NODE) return NO_NODE;
    let node = TOP;
    while (depth > 0) node = this.#tree.add(node, lower, starts[--depth] ?? 0);
    return node;
  }

  /** Fills `#members` node by node, in the order given; returns where the members of each node begin. */
  #sortByNode(): Int32Array {
    const first = new Int32Array(this.#tree.size + 2);
    // Counts stand two places on, so that filling leaves the beginning of each node in its own place.
    for (const node of this.#nodes) if (node !== NO_NODE) first[node + 2] = (first[node + 2] ?? 0) + 1;
    for (let node = 2; node < first.length; node++) first[node] = (first[node] ?? 0) + (first[node - 1] ?? 0);
    for (const [record, node] of this.#nodes.entries()) {
      if (node === NO_NODE) continue;
      const at = first[node + 1] ?? 0;
      this.#members[at] = record;
      first[node + 1] = at + 1;
    }
    return first;
  }

  /** Adds the sets of hashed names behind all others; returns those of the chain. */
  #addHashed(cuts: Int32Array): Int32Array {
    const { sorted } = this.#hashed;
    const chain: number[] = [];
    for (let at = 0; at < sorted.length; ) {
      const record = sorted[at] ?? 0;
      if (this.#hashed.isOfChain(record)) chain.push(this.#sets.count);
      let end = at + 1;
      while (end < sorted.length && this.#hashed.isSameSet(record, sorted[end] ?? 0)) end++;
      this.#addSet(NO_NODE, sorted.subarray(at, end), 0, cuts);
      at = end;
    }
    return Int32Array.from(chain);
  }

  /** Adds the set that begins at `at` among the records of a node; returns how many records the set has. */
  #addSet(node: number, sorted: Int32Array, at: number, cuts: Int32Array): number {
    const records = this.#records;
    const first = sorted[at] ?? 0;
    const type = records.type(first);
    const kind = kindOf(records, first);
    let end = at + 1;
    while (end < sorted.length && kindOf(records, sorted[end] ?? 0) === kind) end++;
    const members = sorted.subarray(at, end);
    const owner = records.owner(first);
    // RFC 4592 §4.2 leaves open what NS at a wildcard would mean; it delegates nothing here.
    const delegates = type === RRTYPE.NS && node !== TOP && !isWildcard(owner);
    // RFC 6672 §2.3 forbids a DNAME beside a delegation; where both stand, the delegation counts.
    const redirects = type === RRTYPE.DNAME && cuts[node] === NO_NODE;
    if (delegates || redirects) cuts[node] = this.#sets.count;
    this.#sets.begin(owner, type, this.#lowestTtl(members));
    if (members.length === 1) {
      this.#sets.add(records.rdata(first), first);
      return 1;
    }
    const seen = new Seen(members.length);
    for (const record of members) {
      const rdata = records.rdata(record);
      if (seen.add(canonicalRdata(type, rdata))) this.#sets.add(rdata, record);
      else this.#duplicates.push(record);
    }
    return members.length;
  }

  #lowestTtl(members: Int32Array): number {
    const first = this.#records.ttl(members[0] ?? 0);
    if (members.length === 1) return first;
    const odd = members.find((record) => this.#records.ttl(record) !== first);
    if (odd === undefined) return first;
    this.#oddTtls.push(odd);
    return members.reduce((lowest, record) => Math.min(lowest, this.#records.ttl(record)), first);
  }
}

/** Names that own an NSEC: where the zone is signed here, all that are to; else those that do, if the apex does. */
function orderOf(
  tables: Parameters<typeof canonicalOrder>[0] & Pick<ZoneTables, 'types'>,
  isSigned: boolean,
): Int32Array {
  const { firstSet, types } = tables;
  if (isSigned) return canonicalOrder(tables);
  const ownsNsec = (node: number): boolean =>
    types.subarray(firstSet[node], firstSet[node + 1]).includes(RRTYPE.NSEC);
  return ownsNsec(TOP) ? canonicalOrder(tables).filter(ownsNsec) : NO_ORDER;
}

/** RFC 2181 §5: records of a type are a set; RFC 4034 §3: signatures are one with those of the same type covered. */
function kindOf(records: RecordPack, record: number): number {
  const type = records.type(record);
  return type === RRTYPE.RRSIG ? OF_SIGNATURES + typeCovered(records.rdata(record)) : type;
}

/** Behind all types. */
const OF_SIGNATURES = 0x10000;

/**
 * Groups records by type; types, and the records of one type, stay in the order they came. Signatures are last: whoever
 * asks for any type is to get another.
 */
function sortByType(members: Int32Array, records: RecordPack): void {
  const rankOf = new Map<number, number>();
  for (const record of members) {
    const kind = kindOf(records, record);
    if (!rankOf.has(kind)) rankOf.set(kind, rankOf.size + (kind < OF_SIGNATURES ? 0 : OF_SIGNATURES));
  }
  if (rankOf.size === 1) return;
  const rank = (record: number): number => rankOf.get(kindOf(records, record)) ?? 0;
  members.sort((a, b) => rank(a) - rank(b) || a - b);
}

/**
 * RDATA of one set, in canonical form. Small sets are compared one by one; large sets need a Set to be fast.
 */
class Seen {
  readonly #few: Uint8Array[] = [];
  readonly #many: Set<string> | undefined;

  constructor(count: number) {
    if (count > 8) this.#many = new Set();
  }

  /** Adds RDATA; returns whether it is new. */
  add(rdata: Uint8Array): boolean {
    if (this.#many === undefined) {
      if (this.#few.some((one) => Buffer.compare(one, rdata) === 0)) return false;
      this.#few.push(rdata);
      return true;
    }
    const { size } = this.#many;
    return (
      this.#many.add(Buffer.from(rdata.buffer, rdata.byteOffset, rdata.length).toString('latin1')).size > size
    );
  }
}

/** Scratch memory: no call leaves anything in it for another. */
const lower = new Uint8Array(MAX_NAME_LENGTH);
const starts = new Uint8Array(MAX_LABELS);
