/** A draft of a zone as the rules of check.ts and check-delegation.ts ask for it. */
import { parentName, type WireName } from '../wire/name.ts';
import { NONE } from './label-tree.ts';
import type { Place, PlacedRecord } from './place.ts';
import type { ZoneDraft } from './zone-draft.ts';
import { ZoneIndex } from './zone-index.ts';

export class Survey {
  readonly draft: ZoneDraft;
  readonly placed: (record: number) => PlacedRecord;
  readonly #index: ZoneIndex;
  /** By node, the set that takes it out of this zone's authority: the highest delegation at or above it, or NONE. */
  readonly #cuts: Int32Array;

  constructor(draft: ZoneDraft, placeOf: (record: number) => Place | undefined) {
    const { parents, cuts } = draft.tables;
    this.draft = draft;
    this.placed = (record) => {
      const place = placeOf(record);
      return { ...draft.records.at(record), ...(place && { place }) };
    };
    this.#index = new ZoneIndex(draft.origin, draft.tables);
    this.#cuts = cuts.slice();
    // Parents come before their children.
    for (let node = 1; node < cuts.length; node++) {
      const above = this.#cuts[parents[node] ?? 0] ?? NONE;
      if (above !== NONE) this.#cuts[node] = above;
    }
  }

  /** Every RRset, by node. */
  *sets(): Generator<{ readonly node: number; readonly set: number; readonly type: number }> {
    const { firstSet, types } = this.draft.tables;
    for (let node = 0, set = 0; set < types.length; set++) {
      while (set >= (firstSet[node + 1] ?? 0)) node++;
      yield { node, set, type: types[set] ?? 0 };
    }
  }

  /** The types at a node; none where it is NONE. */
  typesAt(node: number): Uint16Array {
    const { firstSet, types } = this.draft.tables;
    return types.subarray(firstSet[node] ?? 0, node === NONE ? 0 : firstSet[node + 1]);
  }

  /** The records of a set, by number. */
  members(set: number): Int32Array {
    const { members, firstMember } = this.draft;
    return members.subarray(firstMember[set], firstMember[set + 1]);
  }

  /** The first record of a set. */
  first(set: number): PlacedRecord {
    return this.placed(this.draft.members[this.draft.firstMember[set] ?? 0] ?? 0);
  }

  isHost(node: number): boolean {
    return this.#index.host(node) !== NONE;
  }

  /** The node of a name, or NONE. */
  find(name: WireName): number {
    return this.#index.find(name);
  }

  /** The delegation that takes a name out of this zone's authority: its NS set, or NONE. */
  cutOf(name: WireName): number {
    return this.cutAt(this.#closest(name));
  }

  /** The same for a node. */
  cutAt(node: number): number {
    return this.#cuts[node] ?? NONE;
  }

  /** Whether a wildcard, of records or of the policy, may stand in for a name. */
  hasWildcardFor(name: WireName): boolean {
    const { parents } = this.draft.tables;
    for (let node = this.#closest(name); node !== NONE; node = node === 0 ? NONE : (parents[node] ?? NONE)) {
      const wildcard = this.#index.wildcard(node);
      if (wildcard !== NONE && (this.typesAt(wildcard).length > 0 || this.isHost(wildcard))) return true;
    }
    return false;
  }

  /** The node of a name, or of the nearest above it that there is. */
  #closest(name: WireName): number {
    for (let at: WireName | undefined = name; at !== undefined; at = parentName(at)) {
      const node = this.#index.find(at);
      if (node !== NONE) return node;
    }
    return NONE;
  }
}
