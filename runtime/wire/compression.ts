/**
 * Name compression when writing (RFC 1035 §4.1.4). Names written so far form a tree by label, from
 * the root down; a node remembers where in the message its label, and so its name, begins: the rest
 * of the name follows the label or is pointed to. A new name walks down the tree as far as it matches;
 * the labels left over are written before a pointer to the node where the walk ended.
 *
 * A hash of parent and label finds a node; a random seed keeps clients and zone authors from choosing names
 * that collide. All tables are allocated once. Letters match without regard to case, so a name may take the
 * case of an earlier one (RFC 4343 §3 allows it).
 */
import { randomInt } from 'node:crypto';
import { lowerCase, MAX_NAME_LENGTH } from './name.ts';

/** Node numbers, with 0 for the root, fit an octet; when they run out, later names compress less. */
const MAX_NODES = 256;
/** Twice the nodes, a power of two, which keeps chains short. */
const SLOTS = 512;
/** RFC 1035 §4.1.4: a pointer has 14 bits. */
const POINTER_BEYOND = 0x4000;
const POINTER_FLAG = 0xc000;

const SEED = randomInt(2 ** 31);

const ROOT_NODE = 0;
const NO_NODE = -1;

export class Compression {
  readonly #buffer: Uint8Array;
  /** By node: where its label begins in the message, its parent, and the slot that holds it. */
  readonly #offset = new Uint16Array(MAX_NODES);
  readonly #parent = new Uint8Array(MAX_NODES);
  readonly #slot = new Uint16Array(MAX_NODES);
  /** By hash, a node, or 0 where there is none. */
  readonly #nodes = new Uint8Array(SLOTS);
  readonly #labels = new Uint8Array(MAX_NAME_LENGTH);
  #count = 1;
  /** The free slot at which the last search ended. */
  #freeSlot = 0;

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  /** Forgets all names, for a new message. */
  reset(): void {
    if (this.#count > 1) this.#nodes.fill(0);
    this.#count = 1;
  }

  /** Whether there is no name to point to. */
  get isEmpty(): boolean {
    return this.#count === 1;
  }

  /** The number of names known, which `rollback` takes. */
  mark(): number {
    return this.#count;
  }

  /** Forgets the names since `mark`. Slots are freed in reverse order, so chains stay whole. */
  rollback(mark: number): void {
    while (this.#count > mark) {
      this.#count--;
      this.#nodes[this.#slot[this.#count] ?? 0] = 0;
    }
  }

  /** Writes the uncompressed name at `from` in `source` compressed; returns where the message goes on. */
  write(source: Uint8Array, from: number, at: number): number {
    const buffer = this.#buffer;
    const depth = this.#splitLabels(source, from);
    let node = ROOT_NODE;
    let unmatched = depth;
    while (unmatched > 0) {
      const child = this.#find(node, source, from + (this.#labels[unmatched - 1] ?? 0));
      if (child === NO_NODE) break;
      node = child;
      unmatched--;
    }
    const length = unmatched === depth ? this.#endOf(source, from, depth) : (this.#labels[unmatched] ?? 0);
    for (let index = 0; index < length; index++) buffer[at + index] = source[from + index] ?? 0;
    this.#remember(node, source, from, unmatched, at);
    if (node === ROOT_NODE) {
      buffer[at + length] = 0;
      return at + length + 1;
    }
    const pointer = POINTER_FLAG | (this.#offset[node] ?? 0);
    buffer[at + length] = pointer >> 8;
    buffer[at + length + 1] = pointer & 0xff;
    return at + length + 2;
  }

  /** Notes the uncompressed name that already stands at `at` in the message. */
  note(at: number): void {
    this.#remember(ROOT_NODE, this.#buffer, at, this.#splitLabels(this.#buffer, at), at);
  }

  /** Finds where the labels begin, relative to `from`; returns how many there are. */
  #splitLabels(source: Uint8Array, from: number): number {
    let depth = 0;
    let at = 0;
    for (let length = source[from] ?? 0; length !== 0; length = source[from + at] ?? 0) {
      this.#labels[depth] = at;
      depth++;
      at += length + 1;
    }
    return depth;
  }

  /** Length of the labels without the root's. */
  #endOf(source: Uint8Array, from: number, depth: number): number {
    if (depth === 0) return 0;
    const last = this.#labels[depth - 1] ?? 0;
    return last + 1 + (source[from + last] ?? 0);
  }

  /** Adds the first `unmatched` labels below `parent`, from the last of them to the first. */
  #remember(parent: number, source: Uint8Array, from: number, unmatched: number, at: number): void {
    let node = parent;
    for (let depth = unmatched - 1; depth >= 0; depth--) {
      const label = this.#labels[depth] ?? 0;
      if (this.#count === MAX_NODES || at + label >= POINTER_BEYOND) return;
      this.#find(node, source, from + label);
      const added = this.#count++;
      this.#offset[added] = at + label;
      this.#parent[added] = node;
      this.#slot[added] = this.#freeSlot;
      this.#nodes[this.#freeSlot] = added;
      node = added;
    }
  }

  /**
   * The child of `parent` with the label at `from` in `source`; without one, `#freeSlot` is the slot for it.
   */
  #find(parent: number, source: Uint8Array, from: number): number {
    const end = from + 1 + (source[from] ?? 0);
    let hash = (parent + 1) ^ SEED;
    for (let at = from; at < end; at++) hash = Math.imul(hash ^ lowerCase(source[at] ?? 0), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (;;) {
      const node = this.#nodes[slot] ?? 0;
      if (node === 0) {
        this.#freeSlot = slot;
        return NO_NODE;
      }
      if (this.#parent[node] === parent && this.#sameLabel(this.#offset[node] ?? 0, source, from, end))
        return node;
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  #sameLabel(offset: number, source: Uint8Array, from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      if (lowerCase(this.#buffer[offset + at - from] ?? 0) !== lowerCase(source[at] ?? 0)) return false;
    }
    return true;
  }
}
