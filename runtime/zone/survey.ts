/** Questions about the draft of a zone, for the rules of check.ts and its neighbours. */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { parentName, type WireName } from '../wire/name.ts';
import { NO_NODE } from './label-tree.ts';
import type { Place, PlacedRecord } from './place.ts';
import type { ZoneDraft } from './zone-draft.ts';
import { ZoneIndex } from './zone-index.ts';

export class Survey {
  readonly draft: ZoneDraft;
  readonly placed: (record: number) => PlacedRecord;
  readonly #index: ZoneIndex;
  /**
   * By node, the NS set of the highest delegation at or above it, or NO_NODE: other servers answer for the
   * node.
   */
  readonly #cuts: Int32Array;
  /** By node, the highest DNAME above it, or NO_NODE. */
  readonly #dnames: Int32Array;

  constructor(draft: ZoneDraft, placeOf: (record: number) => Place | undefined) {
    const { parents, cuts, types } = draft.tables;
    this.draft = draft;
    // Where a record was written takes another look at its file, and most records have no fault.
    this.placed = (record) => ({
      ...draft.records.at(record),
      get place() {
        return placeOf(record);
      },
    });
    this.#index = new ZoneIndex(draft.origin, draft.tables);
    this.#cuts = new Int32Array(cuts.length).fill(NO_NODE);
    this.#dnames = new Int32Array(cuts.length).fill(NO_NODE);
    // Parents come before their children.
    for (let node = 0; node < cuts.length; node++) {
      const parent = node === 0 ? NO_NODE : (parents[node] ?? NO_NODE);
      const above = this.cutAt(parent);
      const own = cuts[node] ?? NO_NODE;
      const delegates = types[own] === RRTYPE.NS;
      this.#cuts[node] = above === NO_NODE && delegates ? own : above;
      this.#dnames[node] = this.#dnameAt(parent);
    }
  }

  /** All RRsets of names, node by node. */
  *sets(): Generator<{ readonly node: number; readonly set: number; readonly type: number }> {
    const { firstSet, types } = this.draft.tables;
    // Behind the sets of the last node are those of hashed names, which are no names of the zone.
    const end = firstSet.at(-1) ?? 0;
    for (let node = 0, set = 0; set < end; set++) {
      while (set >= (firstSet[node + 1] ?? 0)) node++;
      yield { node, set, type: types[set] ?? 0 };
    }
  }

  /** The types at a node; none where it is NO_NODE. */
  typesAt(node: number): Uint16Array {
    const { firstSet, types } = this.draft.tables;
    return types.subarray(firstSet[node] ?? 0, node === NO_NODE ? 0 : firstSet[node + 1]);
  }

  /** The sets at a node. */
  setsAt(node: number): { readonly set: number; readonly type: number }[] {
    const first = this.draft.tables.firstSet[node] ?? 0;
    return [...this.typesAt(node)].map((type, index) => ({ set: first + index, type }));
  }

  /** Numbers of the records of a set. */
  members(set: number): Int32Array {
    const { members, firstMember } = this.draft;
    return members.subarray(firstMember[set], firstMember[set + 1]);
  }

  /** The first record of a set. */
  first(set: number): PlacedRecord {
    return this.placed(this.draft.members[this.draft.firstMember[set] ?? 0] ?? 0);
  }

  isHost(node: number): boolean {
    return this.#index.host(node) !== NO_NODE;
  }

  /** The node of a name, or NO_NODE. */
  find(name: WireName): number {
    return this.#index.find(name);
  }

  /** The NS set of the delegation that hands a name to other servers, or NO_NODE. */
  cutOf(name: WireName): number {
    return this.cutAt(this.#closest(name));
  }

  /** The NS set of the delegation that hands a node to other servers, or NO_NODE. */
  cutAt(node: number): number {
    return this.#cuts[node] ?? NO_NODE;
  }

  /** The DNAME that redirects a name: the set of the highest above it, or NO_NODE. */
  dnameAbove(name: WireName): number {
    const node = this.#closest(name);
    return this.find(name) === NO_NODE ? this.#dnameAt(node) : this.dnameAboveNode(node);
  }

  /** The DNAME that redirects a node: the set of the highest above it, or NO_NODE. */
  dnameAboveNode(node: number): number {
    return this.#dnames[node] ?? NO_NODE;
  }

  /** The highest DNAME at or above a node. */
  #dnameAt(node: number): number {
    const above = this.dnameAboveNode(node);
    if (above !== NO_NODE || node === NO_NODE) return above;
    const at = this.typesAt(node).indexOf(RRTYPE.DNAME);
    return at === -1 ? NO_NODE : (this.draft.tables.firstSet[node] ?? 0) + at;
  }

  /** The node of a set's owner. */
  nodeOf(set: number): number {
    return this.find(this.first(set).owner);
  }

  /** Whether a wildcard, of records or of the policy, may stand in for a name. */
  hasWildcardFor(name: WireName): boolean {
    const { parents } = this.draft.tables;
    for (
      let node = this.#closest(name);
      node !== NO_NODE;
      node = node === 0 ? NO_NODE : (parents[node] ?? NO_NODE)
    ) {
      const wildcard = this.#index.wildcard(node);
      if (wildcard !== NO_NODE && (this.typesAt(wildcard).length > 0 || this.isHost(wildcard))) return true;
    }
    return false;
  }

  /** The node of a name, or else of the nearest name above it that has a node. */
  #closest(name: WireName): number {
    for (let at: WireName | undefined = name; at !== undefined; at = parentName(at)) {
      const node = this.#index.find(at);
      if (node !== NO_NODE) return node;
    }
    return NO_NODE;
  }
}
