/**
 * Puts the names of a zone that own an NSEC in canonical order (RFC 4034 §6.1): a name before those below
 * it, and siblings by the octets of their labels.
 *
 * A name owns an NSEC if the zone has an RRset there, or a policy decides it, and it is the zone's to speak
 * of (RFC 4035 §2.3): the names of delegations and DNAMEs are, names below them are not. Empty non-terminals
 * own none.
 */
import { type LabelTables, NO_NODE, TOP } from '../label-tree.ts';
import type { ZoneTables } from '../zone-image.ts';

/** The nodes of all names that own an NSEC, in canonical order. */
export function canonicalOrder(
  tables: LabelTables & Pick<ZoneTables, 'firstSet' | 'hosts' | 'cuts'>,
): Int32Array {
  const { firstSet, hosts, cuts } = tables;
  const { children, firstChild } = sortedChildren(tables);
  const order = new Int32Array(hosts.length);
  const waiting = new Int32Array(hosts.length);
  let [owners, left] = [0, 0];
  waiting[left++] = TOP;
  while (left > 0) {
    const node = waiting[--left] ?? TOP;
    const hasSets = (firstSet[node + 1] ?? 0) > (firstSet[node] ?? 0);
    if (hasSets || hosts[node] !== NO_NODE) order[owners++] = node;
    if (cuts[node] !== NO_NODE) continue;
    const first = firstChild[node] ?? 0;
    for (let at = (firstChild[node + 1] ?? 0) - 1; at >= first; at--) waiting[left++] = children[at] ?? TOP;
  }
  return order.slice(0, owners);
}

interface Children {
  /** All nodes but the top, by parent: those of node n from `firstChild[n]` up to `firstChild[n + 1]`. */
  readonly children: Int32Array;
  readonly firstChild: Int32Array;
}

function sortedChildren({ parents, labels, arena }: LabelTables): Children {
  const size = parents.length;
  const firstChild = new Int32Array(size + 2);
  const children = new Int32Array(size - 1);
  // Counts stand two places on, so that filling leaves the beginning of each node in its own place.
  for (let node = 1; node < size; node++) {
    const count = (parents[node] ?? 0) + 2;
    firstChild[count] = (firstChild[count] ?? 0) + 1;
  }
  for (let at = 2; at < firstChild.length; at++)
    firstChild[at] = (firstChild[at] ?? 0) + (firstChild[at - 1] ?? 0);
  for (let node = 1; node < size; node++) {
    const of = (parents[node] ?? 0) + 1;
    const at = firstChild[of] ?? 0;
    children[at] = node;
    firstChild[of] = at + 1;
  }
  const sorting = new LabelSort(labels, arena);
  for (let node = 0; node < size; node++) {
    const from = firstChild[node] ?? 0;
    const to = firstChild[node + 1] ?? 0;
    if (to - from > 1) sorting.sort(children.subarray(from, to), 0);
  }
  return { children, firstChild };
}

/** Fewer siblings than this are compared with each other. */
const FEW = 24;

/**
 * Sorts siblings by the octets of their labels, the first octet first, so that the time grows with the octets
 * however the author of a zone chose its labels.
 */
class LabelSort {
  readonly #labels: Int32Array;
  readonly #arena: Uint8Array;

  constructor(labels: Int32Array, arena: Uint8Array) {
    this.#labels = labels;
    this.#arena = arena;
  }

  /** Sorts nodes whose labels have their first `depth` octets in common. */
  sort(nodes: Int32Array, depth: number): void {
    if (nodes.length < FEW) {
      this.#insert(nodes, depth);
      return;
    }
    // Where each octet's nodes begin, two places on as above; a label that ends here stands before all.
    const first = new Int32Array(259);
    for (const node of nodes) {
      const place = this.#octet(node, depth) + 2;
      first[place] = (first[place] ?? 0) + 1;
    }
    for (let place = 1; place < 259; place++) first[place] = (first[place] ?? 0) + (first[place - 1] ?? 0);
    const unsorted = nodes.slice();
    for (const node of unsorted) {
      const place = this.#octet(node, depth) + 1;
      const at = first[place] ?? 0;
      nodes[at] = node;
      first[place] = at + 1;
    }
    for (let octet = 1; octet <= 256; octet++) {
      const [from, to] = [first[octet] ?? 0, first[octet + 1] ?? 0];
      if (to - from > 1) this.sort(nodes.subarray(from, to), depth + 1);
    }
  }

  #insert(nodes: Int32Array, depth: number): void {
    for (let sorted = 1; sorted < nodes.length; sorted++) {
      const node = nodes[sorted] ?? TOP;
      let at = sorted;
      for (; at > 0 && this.#isBefore(node, nodes[at - 1] ?? TOP, depth); at--)
        nodes[at] = nodes[at - 1] ?? TOP;
      nodes[at] = node;
    }
  }

  #isBefore(a: number, b: number, depth: number): boolean {
    for (let at = depth; ; at++) {
      const ofA = this.#octet(a, at);
      const ofB = this.#octet(b, at);
      if (ofA !== ofB || ofA === 0) return ofA < ofB;
    }
  }

  /** One more than the octet at a place of a node's label; 0 behind its end. */
  #octet(node: number, at: number): number {
    const label = this.#labels[node] ?? 0;
    return at < (this.#arena[label] ?? 0) ? (this.#arena[label + 1 + at] ?? 0) + 1 : 0;
  }
}
