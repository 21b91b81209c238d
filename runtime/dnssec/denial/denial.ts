/**
 * Proves that names and records are not there, as one version of a zone does: by its chain of NSEC records
 * (RFC 4035 §3.1.3), or with a record made for the name asked (RFC 9824).
 *
 * A `name` is `name[0..length)`, in lower case and in the zone, not below a delegation or a DNAME. TTLs are in
 * seconds; `ttlAtMost` is how long the answer that the proof stands in for would live. Records are added to a proof
 * that the caller begins.
 */
import { assert } from '../../base/assert.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, type WireName, writeLowerCase } from '../../wire/name.ts';
import { findLabels, MAX_LABELS, NO_NODE } from '../../zone/label-tree.ts';
import { APEX } from '../../zone/zone-index.ts';
import { type Chain, type DeniableZone, NsecChain } from './chain.ts';
import type { Denier } from './denier.ts';
import { makeNsec, type Nsec } from './nsec.ts';
import type { Proof } from './proof.ts';
import { writeSuccessor } from './successor.ts';

let lastNumber = 0;

export class Denial implements Denier {
  /** No other version of a zone has it. */
  readonly number = ++lastNumber;
  readonly #zone: DeniableZone;
  readonly #chain: Chain;

  /** By the records of a chain; those of its own are made as they are needed. */
  constructor(zone: DeniableZone, chain: Chain = new NsecChain(zone)) {
    assert(zone.index.orderedCount > 0, 'The names of a signed zone are in order');
    this.#zone = zone;
    this.#chain = chain;
  }

  /** RFC 4035 §3.1.3.2: neither the name is there nor a wildcard that could stand in for it. */
  nameError(name: Uint8Array, length: number, into: Proof): void {
    this.#cover(name, length, into);
    const encloser = this.#closestEncloser(name, length);
    room[0] = 1;
    room[1] = ASTERISK;
    for (let at = encloser; at < length; at++) room[2 + at - encloser] = name[at] ?? 0;
    this.#cover(room, 2 + length - encloser, into);
  }

  /**
   * RFC 4035 §3.1.3.1: the name is there, and has nothing of that type. An empty non-terminal owns no record;
   * the one that covers it leads to a name below it, which proves that it is there.
   */
  noData(name: Uint8Array, length: number, type: number, ttlAtMost: number, into: Proof): void {
    const place = this.#zone.index.placeOf(name, length);
    const nsec = place < 0 ? this.#chain.at(~place) : this.#chain.without(type, place);
    into.add(nsec, Math.min(this.#zone.negativeTtl, ttlAtMost));
  }

  /** RFC 4035 §3.1.3.4: a wildcard stands in for the name, and has nothing of that type. */
  wildcardNoData(
    name: Uint8Array,
    length: number,
    wildcard: WireName,
    type: number,
    ttlAtMost: number,
    into: Proof,
  ): void {
    this.#cover(name, length, into);
    this.noData(lowered(wildcard), wildcard.length, type, ttlAtMost, into);
  }

  /** RFC 4035 §3.1.3.3: a wildcard stands in for the name, as the name itself is not there. */
  wildcardAnswer(name: Uint8Array, length: number, into: Proof): void {
    this.#cover(name, length, into);
  }

  /** RFC 4035 §3.1.4: a delegation, in any case, is to a zone that is not signed. */
  noDs(cut: WireName, into: Proof): void {
    this.noData(lowered(cut), cut.length, RRTYPE.DS, this.#zone.negativeTtl, into);
  }

  /** Adds the record that a name owns itself; returns whether it owns one. */
  nsecAt(name: Uint8Array, length: number, into: Proof): boolean {
    const place = this.#zone.index.placeOf(name, length);
    if (place < 0) return false;
    into.add(this.#chain.at(place), this.#zone.negativeTtl);
    return true;
  }

  /** All records of the chain, made as they are taken. */
  *records(): Generator<Nsec> {
    const { orderedCount } = this.#zone.index;
    for (let place = 0; place < orderedCount; place++) yield this.#chain.at(place);
  }

  /** RFC 9824 §3.3: the name is not there, which one type of its own says. */
  compactNameError(
    name: Uint8Array,
    length: number,
    into: Proof,
    ttlAtMost: number = this.#zone.negativeTtl,
  ): void {
    this.#addCompact(name, length, NONEXISTENT, ttlAtMost, into);
  }

  /**
   * RFC 9824 §3.1, §3.2: the name is there with these types, or is an empty non-terminal with none. They are what
   * `possibleTypes` says of the name, or of the wildcard that stands in for it, but for the type asked and CNAME.
   */
  compactNoData(
    name: Uint8Array,
    length: number,
    types: readonly number[],
    ttlAtMost: number,
    into: Proof,
  ): void {
    this.#addCompact(name, length, types, ttlAtMost, into);
  }

  #addCompact(
    name: Uint8Array,
    length: number,
    types: readonly number[],
    ttlAtMost: number,
    into: Proof,
  ): void {
    const next = room.subarray(0, writeSuccessor(name, length, this.#zone.origin, room));
    const nsec = makeNsec('compact', name.subarray(0, length), next, types);
    into.add(nsec, Math.min(this.#zone.negativeTtl, ttlAtMost));
  }

  /** Adds the record whose owner is before a name and whose next name is after it. */
  #cover(name: Uint8Array, length: number, into: Proof): void {
    const place = this.#zone.index.placeOf(name, length);
    assert(place < 0, 'A name that is denied is not there');
    into.add(this.#chain.at(~place), this.#zone.negativeTtl);
  }

  /** Where the closest name above that is there begins (RFC 4592 §3.3.1). */
  #closestEncloser(name: Uint8Array, length: number): number {
    const { index, origin } = this.#zone;
    const suffix = length - origin.length;
    let depth = findLabels(name, suffix, starts);
    let encloser = suffix;
    for (let node = APEX; depth > 0; encloser = starts[--depth] ?? suffix) {
      node = index.child(node, name, starts[depth - 1] ?? 0);
      if (node === NO_NODE) break;
    }
    return encloser;
  }
}

function lowered(name: WireName): Uint8Array {
  writeLowerCase(name, room);
  return room;
}

const ASTERISK = 0x2a;
const NONEXISTENT: readonly number[] = [RRTYPE.NXNAME];

/** Scratch memory: no call leaves anything in it for another. */
const room = new Uint8Array(MAX_NAME_LENGTH + 2);
const starts = new Uint8Array(MAX_LABELS);
