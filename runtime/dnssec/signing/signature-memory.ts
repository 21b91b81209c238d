/**
 * The signatures that a process remembers, by the content of what they sign. A zone has a share for each set
 * of keys and times, which all its versions use: a signature outlives the version it was made for where the
 * next has the same content. The shares are bounded together, and who has most gives up first.
 */
import { randomBytes } from 'node:crypto';
import { hashWords } from '../../base/hash-words.ts';
import { sipHash, sipHashKey } from '../../base/sip-hash.ts';
import { SharedSpace } from '../../base/structures/shared-space.ts';
import type { CanonicalSet } from './canonical-set.ts';
import { SignaturePlaces } from './signature-places.ts';
import { SignatureShare, type Slab } from './signature-share.ts';
import { SignatureSlab } from './signature-slab.ts';

/** One entry is no larger than this part of the space. */
const LARGEST_PART = 1 / 16;
/** The fewest octets of an entry with its part of a slab: a short name, and a signature of 64 octets. */
const ENTRY = 128;
/** Sets found lately are kept as objects, by hash. */
const MADE = 4096;
const NONE_MADE: readonly undefined[] = Array.from({ length: MADE }, () => undefined);

/** So many slabs are given up without a break. */
const FEW = 8;
/** About what the objects of a slab take beside its octets. */
const SLAB_OBJECTS = 512;

interface Made {
  readonly slab: Slab;
  readonly at: number;
  readonly rdatas: readonly Uint8Array[];
}

export class SignatureMemory {
  readonly #space: SharedSpace;
  readonly #places: SignaturePlaces;
  readonly #shares = new Map<string, SignatureShare>();
  readonly #slabs: (Slab | undefined)[] = [];
  /** Numbers of slabs that are gone. */
  readonly #free: number[] = [];
  /** Slabs to give up; some may be gone already. */
  readonly #unwanted: Slab[] = [];
  readonly #made: (Made | undefined)[] = NONE_MADE.slice();
  readonly #key = sipHashKey(randomBytes(16));
  readonly #hash = new Uint8Array(8);
  readonly #hashWords = new Int32Array(this.#hash.buffer);
  /** Queries that found their signatures, and sets given up for want of room, so far. */
  found = 0;
  evictions = 0;

  /** Remembers so many octets at most; 0 remembers none. */
  constructor(octets: number) {
    this.#space = new SharedSpace(octets);
    this.#places = new SignaturePlaces(octets / ENTRY);
  }

  /** In use. */
  get octets(): number {
    return this.#space.octets;
  }

  /** Sets whose signatures are remembered. */
  get size(): number {
    return this.#places.count;
  }

  /**
   * Opens the share of a zone with certain keys and times, until {@link release}. Where another version of
   * the zone has it open, what this one does not find before {@link settle} is given up then.
   */
  open(identity: string): SignatureShare {
    let share = this.#shares.get(identity);
    if (share === undefined) {
      share = new SignatureShare(identity, (slab) => this.#evict(slab));
      this.#shares.set(identity, share);
      this.#space.enter(share);
    }
    for (const slab of share.slabs) slab.isOld = true;
    share.users += 1;
    return share;
  }

  /** Whether a share is open. */
  has(identity: string): boolean {
    return this.#shares.has(identity);
  }

  /** Whoever opened the share last should be the last to release it: all of it is given up then. */
  release(share: SignatureShare): void {
    share.users -= 1;
    if (share.users > 0) return;
    this.#shares.delete(share.identity);
    if (share.slabs.length === 0) this.#space.leave(share);
    this.#giveUp(share.slabs);
  }

  settle(share: SignatureShare): void {
    this.#giveUp(share.slabs.filter(({ isOld }) => isOld));
  }

  get hasUnwanted(): boolean {
    return this.#unwanted.length > 0;
  }

  /** Gives up one slab of those that nobody wants, which takes some 50 µs; returns whether there was one. */
  sweep(): boolean {
    const slab = this.#unwanted.pop();
    if (slab !== undefined && this.#slabs[slab.number] === slab) this.#drop(slab);
    return slab !== undefined;
  }

  /**
   * RRSIG RDATAs of a set that has `count` of them. They never change, but hold on to more memory than their
   * own: whoever keeps them for long copies them.
   */
  find(share: SignatureShare, set: CanonicalSet, count: number): readonly Uint8Array[] | undefined {
    const hash = this.#hashOf(share, set);
    const places = this.#places;
    for (let place = places.find(hash); place >= 0; place = places.find(hash, place)) {
      const slab = this.#slabs[places.slab(place)];
      const at = places.at(place);
      if (slab?.owner !== share || !slab.isFor(at, set)) continue;
      if (!slab.isOld) return this.#rdatas(slab, at, hash, count);
      const rdatas = slab.rdatas(at, count);
      this.#moveOn(slab, at, set, rdatas);
      return rdatas;
    }
    return undefined;
  }

  /** Remembers the signatures of a set that was not found, if there can be room. */
  add(share: SignatureShare, set: CanonicalSet, rdatas: readonly Uint8Array[]): void {
    const slab = this.#slabFor(share, SignatureSlab.octetsFor(set, rdatas));
    if (slab !== undefined) this.#addTo(slab, this.#hashOf(share, set), set, rdatas);
  }

  #addTo(slab: Slab, hash: number, set: CanonicalSet, rdatas: readonly Uint8Array[]): void {
    this.#places.add(hash, slab.number, slab.add(hash, set, rdatas));
  }

  #rdatas(slab: Slab, at: number, hash: number, count: number): readonly Uint8Array[] {
    const index = madeIndex(hash);
    const made = this.#made[index];
    if (made !== undefined && made.slab === slab && made.at === at) return made.rdatas;
    const rdatas = slab.rdatas(at, count);
    this.#made[index] = { slab, at, rdatas };
    return rdatas;
  }

  /** Has what is in use outlive its slab. */
  #moveOn(from: Slab, at: number, set: CanonicalSet, rdatas: readonly Uint8Array[]): void {
    const hash = from.hash(at);
    const slab = this.#slabFor(from.owner, SignatureSlab.octetsFor(set, rdatas));
    if (slab === undefined) return;
    // Making room may have removed it already.
    this.#places.remove(hash, from.number, at);
    this.#addTo(slab, hash, set, rdatas);
  }

  /** A slab with room for an entry, and a place for it in the table. */
  #slabFor(share: SignatureShare, octets: number): Slab | undefined {
    const space = this.#space;
    if (octets + SLAB_OBJECTS > space.limit * LARGEST_PART || share.users === 0) return undefined;
    if (this.#places.isFull) space.makeRoom(space.limit - space.octets + 1);
    const last = share.slabs.at(-1);
    if (last !== undefined && !last.isOld && last.hasRoom(octets)) return last;
    const length = Math.max(octets, share.nextSlab(space.limit));
    this.#sweepFew();
    space.makeRoom(length + SLAB_OBJECTS);
    const number = this.#free.pop() ?? this.#slabs.length;
    const slab = new SignatureSlab(share, number, length);
    this.#slabs[number] = slab;
    share.slabs.push(slab);
    this.#note(share, length + SLAB_OBJECTS);
    return slab;
  }

  /** At once where there are few, as of most zones; a large one would hold up queries. */
  #giveUp(slabs: readonly Slab[]): void {
    for (const slab of slabs) this.#unwanted.push(slab);
    this.#sweepFew();
  }

  #sweepFew(): void {
    for (let count = 0; count < FEW && this.sweep(); count += 1);
  }

  #evict(slab: Slab): void {
    this.evictions += this.#drop(slab);
  }

  /** Returns how many sets were in it. */
  #drop(slab: Slab): number {
    const before = this.size;
    for (let at = 0; at < slab.used; at = slab.next(at)) {
      const hash = slab.hash(at);
      this.#places.remove(hash, slab.number, at);
      if (this.#made[madeIndex(hash)]?.slab === slab) this.#made[madeIndex(hash)] = undefined;
    }
    this.#slabs[slab.number] = undefined;
    this.#free.push(slab.number);
    const share = slab.owner;
    share.slabs.splice(share.slabs.indexOf(slab), 1);
    this.#note(share, -slab.octets.length - SLAB_OBJECTS);
    if (share.users === 0 && share.slabs.length === 0) this.#space.leave(share);
    return before - this.size;
  }

  #note(share: SignatureShare, octets: number): void {
    share.octets += octets;
    this.#space.note(share, octets);
  }

  #hashOf(share: SignatureShare, set: CanonicalSet): number {
    sipHash(this.#key, set.octets, set.length, this.#hash);
    return hashWords((this.#hashWords[1] ?? 0) ^ share.seed, this.#hashWords[0] ?? 0);
  }
}

/** The lower bits choose the place in the table, so that others choose the object. */
function madeIndex(hash: number): number {
  return (hash >>> 16) & (MADE - 1);
}
