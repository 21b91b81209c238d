/**
 * Names as a tree of labels, made for descending it octet by octet without allocating.
 *
 *   node 0 ─ "com" ─▶ node 1 ─ "example" ─▶ node 2
 *
 * There are no child lists: one open-addressing hash holds every edge, keyed by the parent's
 * number and the label. A step down is one probe, and a name that does not exist costs no more
 * than its existing ancestors and one miss, however long it is. Labels lie in one arena, each
 * behind its length octet as in wire form, in lower case. Nodes are numbered from 0, parents
 * before children, and never leave.
 *
 * The author of a zone chooses its labels, and could choose labels that share one hash: each step would walk
 * past all of them. When a walk gets long, the tree hashes all edges anew with a random factor.
 */
import { randomInt } from 'node:crypto';
import { atOnce, type Steps } from '../base/loop/steps.ts';
import type { WireName } from '../wire/name.ts';

/** The node every tree begins with; the owner of the tree decides which name it stands for. */
export const TOP = 0;
/** No such node. */
export const NO_NODE = -1;

/** All data of a tree, in a form that can be stored or sent to another process. */
export interface LabelTables {
  /**
   * By node, its parent. The top has no parent: its entry is the factor of the hash, or 0 for the usual
   * factor.
   */
  readonly parents: Int32Array;
  /** Where a node's label begins in the arena. */
  readonly labels: Int32Array;
  readonly arena: Uint8Array;
  /** Edges by hash: the child's number, 0 where free, as nothing leads to the top. At most half full. */
  readonly edges: Int32Array;
}

export class LabelTree {
  /** Number of nodes. */
  size: number;
  #parents: Int32Array;
  #labels: Int32Array;
  #arena: Uint8Array;
  #arenaUsed: number;
  #edges: Int32Array;
  #factor: number;
  #sizeToRehash = 0;

  /** Begins with the top alone, or with the nodes of another tree. */
  constructor(tables?: LabelTables) {
    this.size = tables?.parents.length ?? 1;
    this.#parents = tables?.parents ?? new Int32Array(16);
    this.#labels = tables?.labels ?? new Int32Array(16);
    this.#arena = tables?.arena ?? new Uint8Array(256);
    this.#arenaUsed = tables?.arena.length ?? 0;
    this.#edges = tables?.edges ?? new Int32Array(32);
    this.#factor = this.#parents[TOP] || USUAL_FACTOR;
  }

  /** The tables another tree may begin with; the two trees then share memory. */
  get tables(): LabelTables {
    return {
      parents: this.#parents.subarray(0, this.size),
      labels: this.#labels.subarray(0, this.size),
      arena: this.#arena.subarray(0, this.#arenaUsed),
      edges: this.#edges,
    };
  }

  /** Where a node's label is in {@link LabelTables.arena}, behind its length octet. */
  label(node: number): Uint8Array {
    const at = this.#labels[node] ?? 0;
    return this.#arena.subarray(at, at + 1 + (this.#arena[at] ?? 0));
  }

  /** Writes the labels from a node up to the top, the top's left out; returns their octets. */
  writeLabels(node: number, into: Uint8Array): number {
    const arena = this.#arena;
    let written = 0;
    for (let at = node; at !== TOP; at = this.#parents[at] ?? TOP) {
      const label = this.#labels[at] ?? 0;
      const end = label + (arena[label] ?? 0);
      for (let octet = label; octet <= end; octet++) into[written++] = arena[octet] ?? 0;
    }
    return written;
  }

  /**
   * Compares a node with a name in canonical order (RFC 4034 §6.1): negative if the node is first, 0 if it is the name.
   * The labels of the name, in lower case, begin at `starts[0..depth)`, the leftmost first.
   */
  compare(node: number, name: WireName, starts: Uint8Array, depth: number): number {
    const arena = this.#arena;
    let levels = 0;
    for (let at = node; at !== TOP; at = this.#parents[at] ?? TOP) path[levels++] = this.#labels[at] ?? 0;
    let left = depth;
    while (levels > 0 && left > 0) {
      const label = path[--levels] ?? 0;
      const start = starts[--left] ?? 0;
      const length = arena[label] ?? 0;
      const lengthOfName = name[start] ?? 0;
      const shorter = Math.min(length, lengthOfName);
      for (let octet = 1; octet <= shorter; octet++) {
        const order = (arena[label + octet] ?? 0) - (name[start + octet] ?? 0);
        if (order !== 0) return order;
      }
      if (length !== lengthOfName) return length - lengthOfName;
    }
    return levels - left;
  }

  /** The child of a node by the label whose length octet stands at `at`, in lower case, or NO_NODE. */
  child(node: number, name: WireName, at: number): number {
    const mask = this.#edges.length - 1;
    for (let slot = hashEdge(this.#factor, node, name, at) & mask; ; slot = (slot + 1) & mask) {
      const child = this.#edges[slot] ?? 0;
      if (child === 0) return NO_NODE;
      if (this.#parents[child] === node && this.#hasLabel(child, name, at)) return child;
    }
  }

  /** The child of a node by that label; makes the child if it does not exist. */
  add(node: number, name: WireName, at: number): number {
    const known = this.child(node, name, at);
    if (known !== NO_NODE) return known;
    if (this.size === this.#parents.length) this.#grow();
    const child = this.size++;
    this.#parents[child] = node;
    this.#labels[child] = this.#storeLabel(name, at);
    if (this.#link(child, this.#edges) > LONG_WALK && this.size > this.#sizeToRehash) this.#rehash();
    return child;
  }

  /** Makes room for the next name in steps, so that a large tree does not grow all at once. */
  *makeRoomInSteps(): Steps<void> {
    if (this.size + MAX_LABELS > this.#parents.length) yield* this.#growInSteps();
  }

  /** Whether a node has no children. The search looks at all nodes made after this one. */
  isLeaf(node: number): boolean {
    const child = this.#parents.indexOf(node, node + 1);
    return child === NO_NODE || child >= this.size;
  }

  #hasLabel(node: number, name: WireName, at: number): boolean {
    const arena = this.#arena;
    const label = this.#labels[node] ?? 0;
    const length = name[at] ?? 0;
    for (let octet = 0; octet <= length; octet++) {
      if (arena[label + octet] !== name[at + octet]) return false;
    }
    return true;
  }

  #storeLabel(name: WireName, at: number): number {
    const start = this.#arenaUsed;
    const length = 1 + (name[at] ?? 0);
    this.#arenaUsed += length;
    if (this.#arenaUsed > this.#arena.length) {
      const larger = new Uint8Array(2 * this.#arenaUsed);
      larger.set(this.#arena);
      this.#arena = larger;
    }
    for (let octet = 0; octet < length; octet++) this.#arena[start + octet] = name[at + octet] ?? 0;
    return start;
  }

  /** Puts an edge into a table; returns how many other edges the walk to a free place passed. */
  #link(child: number, edges: Int32Array): number {
    const mask = edges.length - 1;
    const home = hashEdge(this.#factor, this.#parents[child] ?? 0, this.#arena, this.#labels[child] ?? 0);
    let walked = 0;
    while (edges[(home + walked) & mask] !== 0) walked++;
    edges[(home + walked) & mask] = child;
    return walked;
  }

  /**
   * Hashes all edges by a new factor. This costs a look at each, so the next time waits for twice as many
   * nodes.
   */
  #rehash(): void {
    this.#factor = randomInt(2 ** 31) | 1;
    this.#parents[TOP] = this.#factor;
    this.#sizeToRehash = 2 * this.size;
    this.#edges.fill(0);
    for (let child = 1; child < this.size; child++) this.#link(child, this.#edges);
  }

  #grow(): void {
    atOnce(this.#growInSteps());
  }

  *#growInSteps(): Steps<void> {
    const { size } = this;
    const edges = new Int32Array(4 * this.#parents.length);
    for (let child = 1; child < size; child++) {
      this.#link(child, edges);
      if (child % LINKS === 0) yield;
    }
    // A node was added between two steps: the new table lacks it, and the next call tries again.
    if (size !== this.size) return;
    this.#parents = doubled(this.#parents);
    this.#labels = doubled(this.#labels);
    this.#edges = edges;
  }
}

/**
 * Notes in `starts` where the labels of a name begin, the leftmost first, up to where a suffix
 * begins that is not of interest. Returns their number, or NO_NODE if no label ends right there.
 */
export function findLabels(name: WireName, suffix: number, starts: Uint8Array): number {
  let count = 0;
  let at = 0;
  while (at < suffix) {
    starts[count++] = at;
    at += 1 + (name[at] ?? 0);
  }
  return at === suffix ? count : NO_NODE;
}

/** Names of 255 octets have no more labels than this (RFC 1035 §2.3.4). */
export const MAX_LABELS = 127;

/** Scratch memory: no call leaves anything in it for another. */
const path = new Int32Array(MAX_LABELS);

/** Edges passed on the way to a free place: among millions of edges chance alone makes no walk this long. */
const LONG_WALK = 512;

/** Edges put into a larger table in one step. */
const LINKS = 4096;

/** The prime of 32-bit FNV. */
const USUAL_FACTOR = 0x01000193;

/** FNV-1a over the label, seeded with the parent; the last step brings the high bits, the best ones, down. */
function hashEdge(factor: number, node: number, name: WireName, at: number): number {
  const end = at + (name[at] ?? 0);
  let hash = Math.imul(node + 1, 0x9e3779b1);
  for (let octet = at; octet <= end; octet++) hash = Math.imul(hash ^ (name[octet] ?? 0), factor);
  return hash ^ (hash >>> 15);
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
