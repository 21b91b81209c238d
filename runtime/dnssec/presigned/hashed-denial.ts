/**
 * Proves that names and records are not there, by the NSEC3 records that a zone came with (RFC 5155 §7.2). The names that
 * exist are known, so that the search for the closest encloser hashes no others: a name that does not exist costs one
 * hash for itself, and what is above it is remembered (node-places.ts).
 */
import { canonicalName, MAX_NAME_LENGTH, type WireName } from '../../wire/name.ts';
import { findLabels, MAX_LABELS, NO_NODE } from '../../zone/label-tree.ts';
import { APEX } from '../../zone/zone-index.ts';
import type { DeniableZone } from '../denial/chain.ts';
import type { Denier } from '../denial/denier.ts';
import type { Proof } from '../denial/proof.ts';
import { NodePlaces } from './node-places.ts';
import { HASH_LABEL, type Nsec3Parameters, writeHash } from './nsec3-hash.ts';

export class HashedDenial implements Denier {
  readonly #zone: Pick<DeniableZone, 'origin' | 'index' | 'negativeTtl'>;
  readonly #parameters: Nsec3Parameters;
  readonly #number = places.enter();

  /** A zone with an NSEC3 chain. */
  constructor(zone: Pick<DeniableZone, 'origin' | 'index' | 'negativeTtl'>, parameters: Nsec3Parameters) {
    this.#zone = zone;
    this.#parameters = parameters;
  }

  /** §7.2.2: the closest encloser, and that neither the name below it nor its wildcard is there. */
  nameError(name: Uint8Array, length: number, into: Proof): void {
    const encloser = this.#addEncloser(name, length, this.#descend(name, length), into);
    this.#add(this.#placeOfWildcard(name, length, encloser), into);
  }

  /** §7.2.3, §7.2.4: the record of the name; a name that is only there for delegations without DS may have none. */
  noData(name: Uint8Array, length: number, _type: number, ttlAtMost: number, into: Proof): void {
    this.#addEncloser(name, length, this.#descend(name, length), into, ttlAtMost);
  }

  /** §7.2.5: the closest encloser, that the name below it is not there, and the record of the wildcard. */
  wildcardNoData(
    name: Uint8Array,
    length: number,
    _wildcard: WireName,
    _type: number,
    ttlAtMost: number,
    into: Proof,
  ): void {
    const encloser = this.#descend(name, length);
    this.#addEncloser(name, length, encloser, into);
    this.#add(this.#placeOfWildcard(name, length, encloser), into, ttlAtMost);
  }

  /** §7.2.6: the answer shows the closest encloser, which is above the wildcard. */
  wildcardAnswer(name: Uint8Array, length: number, into: Proof): void {
    const next = this.#descend(name, length) + 1;
    if (next <= labels) this.#add(this.#placeOf(name, starts[labels - next] ?? 0, length), into);
  }

  /** §7.2.7. */
  noDs(cut: WireName, into: Proof): void {
    const name = canonicalName(cut);
    this.#addEncloser(name, name.length, this.#descend(name, name.length), into);
  }

  /**
   * The record of the closest name above that has one, the name itself where that is there; and if it is above, the
   * record that covers the name next to it (§7.2.1). Returns how many labels it has below the zone's name.
   */
  #addEncloser(name: Uint8Array, length: number, closest: number, into: Proof, ttlAtMost?: number): number {
    let depth = closest;
    let place = this.#placeOfNode(name, length, depth);
    while (place < 0 && depth > 0) place = this.#placeOfNode(name, length, --depth);
    this.#add(place, into, ttlAtMost);
    if (depth < labels)
      this.#add(this.#placeOf(name, starts[labels - depth - 1] ?? 0, length), into, ttlAtMost);
    return depth;
  }

  #add(place: number, into: Proof, ttlAtMost = Number.POSITIVE_INFINITY): void {
    const { index, negativeTtl } = this.#zone;
    into.addHashed(index.hashed.at(place < 0 ? ~place : place), Math.min(negativeTtl, ttlAtMost));
  }

  #placeOfNode(name: Uint8Array, length: number, depth: number): number {
    const node = path[depth] ?? APEX;
    return (
      places.get(this.#number, node, false) ??
      places.put(this.#number, node, false, this.#placeOf(name, this.#startOf(depth, length), length))
    );
  }

  #placeOfWildcard(name: Uint8Array, length: number, depth: number): number {
    const node = path[depth] ?? APEX;
    const known = places.get(this.#number, node, true);
    if (known !== undefined) return known;
    room[0] = 1;
    room[1] = ASTERISK;
    const from = this.#startOf(depth, length);
    for (let at = from; at < length; at++) room[2 + at - from] = name[at] ?? 0;
    return places.put(this.#number, node, true, this.#placeOf(room, 0, 2 + length - from));
  }

  #placeOf(name: Uint8Array, from: number, length: number): number {
    writeHash(name, from, length, this.#parameters, hash);
    return this.#zone.index.hashed.placeOf(hash, 0, HASH_LABEL);
  }

  /** Where the name with so many labels below the zone's name begins. */
  #startOf(depth: number, length: number): number {
    return depth === 0 ? length - this.#zone.origin.length : (starts[labels - depth] ?? 0);
  }

  /** Goes down as far as names exist, and notes their nodes; returns how many labels that is. */
  #descend(name: Uint8Array, length: number): number {
    const { index, origin } = this.#zone;
    labels = findLabels(name, length - origin.length, starts);
    path[0] = APEX;
    for (let depth = 1; depth <= labels; depth++) {
      const node = index.child(path[depth - 1] ?? APEX, name, starts[labels - depth] ?? 0);
      if (node === NO_NODE) return depth - 1;
      path[depth] = node;
    }
    return labels;
  }
}

const ASTERISK = 0x2a;
const places = new NodePlaces();
/** Scratch memory of one proof: labels of the name, where they begin, the nodes of names above it, and the last hash. */
let labels = 0;
const starts = new Uint8Array(MAX_LABELS);
const path = new Int32Array(MAX_LABELS + 1);
const room = new Uint8Array(MAX_NAME_LENGTH + 2);
const hash = new Uint8Array(HASH_LABEL);
