/**
 * What a zone holds, by name, as lookup.ts walks it: flat arrays beside a tree of labels whose top
 * is the zone's own name. Built once and never changed.
 *
 * Names on the way to other names are nodes too, and hold nothing: empty non-terminals exist
 * (RFC 8020, RFC 4592 §2.2.2).
 */
import { assert } from '../base/assert.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { lowerCase, MAX_NAME_LENGTH, type WireName } from '../wire/name.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { findLabels, LabelTree, MAX_LABELS, NONE, TOP } from './label-tree.ts';
import { gatherRRsets } from './rrsets.ts';

/** The node of the zone's own name. */
export const APEX = TOP;

const ASTERISK = Uint8Array.of(1, 0x2a);

export class ZoneIndex {
  readonly #origin: WireName;
  readonly #tree = new LabelTree();
  /** The sets of node n are `#sets[#firstSet[n]]` up to `#sets[#firstSet[n + 1]]`, their types beside them. */
  readonly #firstSet: Int32Array;
  readonly #sets: RRset[] = [];
  readonly #types: Uint16Array;
  /** By node, each NONE where there is none: place in the list of hosts, in `#sets`, and among nodes. */
  readonly #hosts: Int32Array;
  readonly #cuts: Int32Array;
  readonly #wildcards: Int32Array;
  /** By node. Hardly any zone has one. */
  #dnames: Map<number, RRset> | undefined;

  /** The origin is in lower case, and all names are at or below it. */
  constructor(origin: WireName, records: Iterable<ResourceRecord>, hosts: readonly WireName[]) {
    this.#origin = origin;
    const { rrsets } = gatherRRsets(records, ({ owner, type }) => this.#add(owner) * 0x10000 + type);
    const nodesOfHosts = hosts.map((host) => this.#add(host));
    const size = this.#tree.size;
    this.#firstSet = new Int32Array(size + 1);
    this.#types = new Uint16Array(rrsets.length);
    this.#hosts = new Int32Array(size).fill(NONE);
    this.#cuts = new Int32Array(size).fill(NONE);
    this.#wildcards = new Int32Array(size);
    for (let node = 0; node < size; node++) this.#wildcards[node] = this.#tree.child(node, ASTERISK, 0);
    for (const [host, node] of nodesOfHosts.entries()) this.#hosts[node] = host;
    this.#placeSets(rrsets);
  }

  child(node: number, name: WireName, at: number): number {
    return this.#tree.child(node, name, at);
  }

  /** The RRset of a type at a node; for ANY, the first there is (RFC 8482 §4.1). */
  rrset(node: number, type: number): RRset | undefined {
    const end = this.#firstSet[node + 1] ?? 0;
    for (let at = this.#firstSet[node] ?? 0; at < end; at++) {
      if (this.#types[at] === type || type === RRTYPE.ANY) return this.#sets[at];
    }
    return undefined;
  }

  /** All there are, once each, in no particular order. */
  rrsets(): Iterable<RRset> {
    return this.#sets;
  }

  /** Which host decides at a node, or NONE. */
  host(node: number): number {
    return this.#hosts[node] ?? NONE;
  }

  /** The NS RRset that delegates a node and all below it. */
  cut(node: number): RRset | undefined {
    const at = this.#cuts[node] ?? NONE;
    return at === NONE ? undefined : this.#sets[at];
  }

  /** The DNAME RRset that redirects all below a node (RFC 6672 §2.3). */
  dname(node: number): RRset | undefined {
    return this.#dnames?.get(node);
  }

  /** The child `*` of a node, or NONE. */
  wildcard(node: number): number {
    return this.#wildcards[node] ?? NONE;
  }

  /** The node of a name in any case, below cuts as well, or NONE. */
  find(name: WireName): number {
    let depth = this.#descend(name);
    let node = depth === NONE ? NONE : APEX;
    while (depth > 0 && node !== NONE) node = this.#tree.child(node, lower, starts[--depth] ?? 0);
    return node;
  }

  #add(name: WireName): number {
    let depth = this.#descend(name);
    assert(depth !== NONE, 'All names are in the zone');
    let node = APEX;
    while (depth > 0) node = this.#tree.add(node, lower, starts[--depth] ?? 0);
    return node;
  }

  /** Copies a name into `lower` and its labels below the apex into `starts`; their number, NONE if not in the zone. */
  #descend(name: WireName): number {
    const suffix = name.length - this.#origin.length;
    if (suffix < 0) return NONE;
    for (let at = 0; at < name.length; at++) lower[at] = lowerCase(name[at] ?? 0);
    for (let at = 0; at < this.#origin.length; at++) {
      if (lower[suffix + at] !== this.#origin[at]) return NONE;
    }
    return findLabels(lower, suffix, starts);
  }

  #placeSets(rrsets: readonly RRset[]): void {
    const byNode = rrsets.map((set) => ({ set, node: this.find(set.owner) })).sort((a, b) => a.node - b.node);
    let next = 0;
    for (const { set, node } of byNode) {
      const at = this.#sets.push(set) - 1;
      this.#types[at] = set.type;
      for (; next <= node; next++) this.#firstSet[next] = at;
      // RFC 4592 §4.2 leaves open what NS at a wildcard would mean; it delegates nothing here.
      if (set.type === RRTYPE.NS && node !== APEX && !isWildcard(set.owner)) this.#cuts[node] = at;
      if (set.type === RRTYPE.DNAME) this.#dnames = (this.#dnames ?? new Map()).set(node, set);
    }
    this.#firstSet.fill(this.#sets.length, next);
  }
}

/** Whether the first label is `*` and nothing else (RFC 4592 §2.1.1). */
export function isWildcard(name: WireName): boolean {
  return name[0] === 1 && name[1] === 0x2a;
}

/** Scratch, used and done with inside one call. */
const lower = new Uint8Array(MAX_NAME_LENGTH);
const starts = new Uint8Array(MAX_LABELS);
