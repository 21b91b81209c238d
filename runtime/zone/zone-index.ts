/**
 * The records and hosts of a zone by name, for lookup.ts: flat tables beside a tree of labels whose top
 * is the zone's own name. zone-draft.ts makes the tables, and nothing changes them.
 */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, type WireName, writeLowerCase } from '../wire/name.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { findLabels, LabelTree, MAX_LABELS, NO_NODE, TOP } from './label-tree.ts';
import { HashedNames, typeCovered } from './order/hashed-names.ts';
import { SetReader } from './set-octets.ts';
import type { ZoneTables } from './zone-image.ts';

/** The node of the zone's own name. */
export const APEX = TOP;

export class ZoneIndex {
  /** The NSEC3 records of the zone, which are at no node. */
  readonly hashed: HashedNames;
  readonly #origin: WireName;
  readonly #tree: LabelTree;
  readonly #sets: SetReader;
  readonly #firstSet: Int32Array;
  readonly #types: Uint16Array;
  readonly #hosts: Int32Array;
  readonly #cuts: Int32Array;
  readonly #wildcards: Int32Array;
  readonly #order: Int32Array;

  /** The origin is in lower case. */
  constructor(origin: WireName, tables: ZoneTables) {
    this.#origin = origin;
    this.#tree = new LabelTree(tables);
    this.#sets = new SetReader(tables);
    this.#firstSet = tables.firstSet;
    this.#types = tables.types;
    this.#hosts = tables.hosts;
    this.#cuts = tables.cuts;
    this.#wildcards = tables.wildcards;
    this.#order = tables.order;
    this.hashed = new HashedNames(tables, this.#sets);
  }

  child(node: number, name: WireName, at: number): number {
    return this.#tree.child(node, name, at);
  }

  /** The RRset of a type at a node; for ANY, the first there is (RFC 8482 §4.1). */
  rrset(node: number, type: number): RRset | undefined {
    const end = this.#firstSet[node + 1] ?? 0;
    for (let at = this.#firstSet[node] ?? 0; at < end; at++) {
      if (this.#types[at] === type || type === RRTYPE.ANY) return this.#sets.at(at);
    }
    return undefined;
  }

  /** The RRSIG records at a node that are signatures of a type: they are a set of their own (RFC 4034 §3). */
  signatures(node: number, type: number): RRset | undefined {
    const end = this.#firstSet[node + 1] ?? 0;
    for (let at = this.#firstSet[node] ?? 0; at < end; at++) {
      if (this.#types[at] !== RRTYPE.RRSIG) continue;
      const set = this.#sets.at(at);
      if (typeCovered(set.rdatas[0]) === type) return set;
    }
    return undefined;
  }

  /** All records, set by set and node by node; the records of a name come before those of names below it. */
  records(): Generator<ResourceRecord> {
    return this.#sets.records();
  }

  /** Index of the host that decides at a node, or NO_NODE. */
  host(node: number): number {
    return this.#hosts[node] ?? NO_NODE;
  }

  /**
   * The NS RRset that delegates a node and all names below, or the DNAME RRset that redirects them (RFC 6672
   * §2.3).
   */
  cut(node: number): RRset | undefined {
    const at = this.#cuts[node] ?? NO_NODE;
    return at === NO_NODE ? undefined : this.#sets.at(at);
  }

  /** Whether there are names below a node. */
  hasNamesBelow(node: number): boolean {
    return !this.#tree.isLeaf(node);
  }

  /** The child `*` of a node, or NO_NODE. */
  wildcard(node: number): number {
    return this.#wildcards[node] ?? NO_NODE;
  }

  /** How many names own an NSEC: those of `nodeAt(0)` and so on, in canonical order. 0 if the zone is not signed. */
  get orderedCount(): number {
    return this.#order.length;
  }

  nodeAt(place: number): number {
    return this.#order[place] ?? NO_NODE;
  }

  /**
   * The place in the order of `name[0..length)`, which is in lower case and in the zone; if it owns no NSEC, the
   * complement (`~`) of the place before it. The zone's own name is first.
   */
  placeOf(name: Uint8Array, length: number): number {
    const depth = findLabels(name, length - this.#origin.length, starts);
    let from = 0;
    let to = this.#order.length - 1;
    while (from <= to) {
      const middle = (from + to) >>> 1;
      const order = this.#tree.compare(this.#order[middle] ?? APEX, name, starts, depth);
      if (order === 0) return middle;
      if (order < 0) from = middle + 1;
      else to = middle - 1;
    }
    return ~to;
  }

  /** Writes the name of a node; returns its length. */
  writeName(node: number, into: Uint8Array): number {
    const written = this.#tree.writeLabels(node, into);
    into.set(this.#origin, written);
    return written + this.#origin.length;
  }

  /** Types of the RRsets at a node, below cuts as well. */
  types(node: number): Uint16Array {
    return this.#types.subarray(this.#firstSet[node], this.#firstSet[node + 1]);
  }

  /** The node of a name in any case, below cuts as well, or NO_NODE. */
  find(name: WireName): number {
    let depth = this.#descend(name);
    let node = depth === NO_NODE ? NO_NODE : APEX;
    while (depth > 0 && node !== NO_NODE) node = this.#tree.child(node, lower, starts[--depth] ?? 0);
    return node;
  }

  /**
   * Writes a name to `lower`, and where its labels below the apex begin to `starts`; returns their number or
   * NO_NODE.
   */
  #descend(name: WireName): number {
    const suffix = name.length - this.#origin.length;
    if (suffix < 0) return NO_NODE;
    writeLowerCase(name, lower);
    for (let at = 0; at < this.#origin.length; at++) {
      if (lower[suffix + at] !== this.#origin[at]) return NO_NODE;
    }
    return findLabels(lower, suffix, starts);
  }
}

/** Whether the first label is `*` and nothing else (RFC 4592 §2.1.1). */
export function isWildcard(name: WireName): boolean {
  return name[0] === 1 && name[1] === 0x2a;
}

/** Scratch memory: no call leaves anything in it for another. */
const lower = new Uint8Array(MAX_NAME_LENGTH);
const starts = new Uint8Array(MAX_LABELS);
