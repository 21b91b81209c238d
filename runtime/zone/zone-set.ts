/**
 * All zones of a server, found by longest match (RFC 1034 §4.3.2 step 2): a tree of labels from the
 * root down, so that a name in none of them costs a probe or two, however many labels it has.
 */
import type { Steps } from '../base/loop/steps.ts';
import { canonicalName, type WireName } from '../wire/name.ts';
import { findLabels, LabelTree, MAX_LABELS, NO_NODE, TOP } from './label-tree.ts';
import type { Zone } from './zone.ts';

export class ZoneSet<P> {
  #tree = new LabelTree();
  /** By node of the tree, the zone whose name it is. */
  #zones: (Zone<P> | undefined)[] = [];
  #size = 0;
  #deleted = 0;
  /** How often a zone was added, removed or replaced. */
  changes = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a zone, or replaces the zone of the same name. */
  put(zone: Zone<P>): void {
    const { origin } = zone;
    let depth = findLabels(origin, origin.length - 1, starts);
    let node = TOP;
    while (depth > 0) node = this.#tree.add(node, origin, starts[--depth] ?? 0);
    if (this.#zones[node] === undefined) this.#size++;
    this.#zones[node] = zone;
    this.changes += 1;
  }

  /** Makes room for the next zone in steps: with many thousands of zones that takes a while. */
  makeRoomInSteps(): Steps<void> {
    return this.#tree.makeRoomInSteps();
  }

  /** Removes a zone; returns whether it was there. */
  delete(origin: WireName): boolean {
    const name = canonicalName(origin);
    let depth = findLabels(name, name.length - 1, starts);
    let node = TOP;
    while (depth > 0 && node !== NO_NODE) node = this.#tree.child(node, name, starts[--depth] ?? 0);
    if (node === NO_NODE || this.#zones[node] === undefined) return false;
    this.#zones[node] = undefined;
    this.changes += 1;
    this.#size--;
    this.#deleted++;
    return true;
  }

  /** Rebuilds the tree in steps once most of its nodes belong to removed zones: nodes never leave a tree. */
  *tidyInSteps(): Steps<void> {
    if (this.#deleted <= this.#size) return;
    const { changes } = this;
    const tidy = new ZoneSet<P>();
    for (const zone of this) {
      yield* tidy.makeRoomInSteps();
      tidy.put(zone);
      if (tidy.#size % PUTS === 0) yield;
    }
    // A zone came or went between two steps: the new tree is out of date.
    if (changes !== this.changes) return;
    this.#tree = tidy.#tree;
    this.#zones = tidy.#zones;
    this.#deleted = 0;
  }

  /** The zone that `name[0..nameLength)`, in lower case, is in. */
  find(name: WireName, nameLength: number): Zone<P> | undefined {
    return this.#longest(name, nameLength, 0);
  }

  /**
   * The zone that delegates a name: for DS, which the parent answers even where this server also serves the
   * child (RFC 4035 §3.1.4.1). `undefined` where this server serves only the child.
   */
  findAbove(name: WireName, nameLength: number): Zone<P> | undefined {
    return this.#longest(name, nameLength, 1);
  }

  *[Symbol.iterator](): Iterator<Zone<P>> {
    for (const zone of this.#zones) if (zone !== undefined) yield zone;
  }

  /** The zone with the longest name that ends the name, after at least `skipped` of its labels. */
  #longest(name: WireName, nameLength: number, skipped: number): Zone<P> | undefined {
    let depth = findLabels(name, nameLength - 1, starts);
    let node = TOP;
    let found = this.#zones[TOP];
    while (depth > skipped) {
      node = this.#tree.child(node, name, starts[--depth] ?? 0);
      if (node === NO_NODE) break;
      found = this.#zones[node] ?? found;
    }
    return found;
  }
}

/** Zones put into the new tree in one step. */
const PUTS = 256;

/** Scratch memory: no call leaves anything in it for another. */
const starts = new Uint8Array(MAX_LABELS);
