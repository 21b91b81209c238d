/**
 * An answer as values: the RRsets of its three sections, collected by the steps that find and steer, and written once
 * by *finish* (write-sections.ts). The objects are reused by the next query, so that collecting allocates nothing.
 *
 *     find ─┐
 *     steer ─┼─▶ answer │ authority │ additional ─▶ secure ─▶ finish ─▶ octets
 *     add ──┘
 *
 * The step that signs (securing/) needs nothing of the others. It walks `section.at(0..section.count)`, counted before
 * it begins, and adds its own behind them by `add` and `addOne`, since the order of sets in a section means nothing
 * (RFC 1034 §3.6). Of each set it finds
 *   - its `owner`, where left out the name of the question, its type, TTL and RDATA;
 *   - `made`: whether it stands in the zone, was decided by a policy, is the CNAME of a DNAME, delegates, or is glue
 *     (the last three are not signed: RFC 6672 §5.3.1, RFC 4035 §2.2);
 *   - `wildcard`: the owner in the zone that stood in for a name that does not exist (RFC 4035 §3.1.3.3).
 * All sets are of one zone, `draft.zone`: a chain of CNAMEs ends where another zone begins (find.ts). What is denied is
 * `draft.denial`, with the SOA in the authority section; a referral is `draft.referral`, with the NS RRset there.
 */
import { assert } from '../base/assert.ts';
import { ROOT, type WireName } from '../wire/name.ts';
import type { RRset } from '../wire/record.ts';
import type { MessageWriter } from '../wire/writer.ts';

/** Where an RRset comes from. `server`: it is about ourselves, and in no zone. */
export type Made = 'zone' | 'policy' | 'dname' | 'cut' | 'glue' | 'server';

/** One RRset of a section. */
export class SectionSet implements Omit<RRset, 'owner'> {
  /** Left out, it is the name of the question. */
  owner: WireName | undefined;
  type = 0;
  /** Seconds. */
  ttl = 0;
  /** Seconds: that of the set in the zone, by which it is signed; the other may have fallen (steering/near-ttl.ts). */
  signedTtl = 0;
  rdatas: readonly Uint8Array[] = NO_RDATAS;
  /** See wire/encoded-rrset.ts; with another TTL, maybe. It is of use where the owner is left out. */
  encoded: Uint8Array | undefined;
  made: Made = 'zone';
  wildcard: WireName | undefined;
  /** Of the additional section: without it the client cannot go on. */
  isRequired = false;
  /** For a set of one record that is in no list. */
  readonly #only: Uint8Array[] = [ROOT];
  /** For a set in another order. */
  readonly #turned: Uint8Array[] = [];

  /** A list of this record alone, until the next is asked for. */
  only(rdata: Uint8Array): readonly Uint8Array[] {
    this.#only[0] = rdata;
    return this.#only;
  }

  /** Makes the record at an index the first; those before it go to the end. */
  turn(first: number): void {
    const { rdatas } = this;
    const { length } = rdatas;
    const turned = this.#turned;
    for (let index = 0; index < length; index += 1) turned[index] = rdatas[(first + index) % length] ?? ROOT;
    if (turned.length !== length) turned.length = length;
    this.rdatas = turned;
    this.encoded = undefined;
  }

  /** Memory of zones that are gone is not to be held. */
  release(): void {
    // To set a length is a call into V8, even where it is the same.
    if (this.#turned.length > 0) this.#turned.length = 0;
    this.#only[0] = ROOT;
    this.owner = undefined;
    this.rdatas = NO_RDATAS;
    this.encoded = undefined;
    this.wildcard = undefined;
  }
}

/** The RRsets of one section. */
export class SectionSets {
  count = 0;
  /** How many records all sets have. */
  records = 0;
  readonly #sets: SectionSet[] = [];
  /** How many hold anything, of this query or of those before. */
  #held = 0;

  /** The set at an index below {@link count}. */
  at(index: number): SectionSet {
    const set = this.#sets[index];
    assert(set !== undefined, 'There are as many sets as are counted');
    return set;
  }

  /** The set that was added last. */
  get last(): SectionSet | undefined {
    return this.count === 0 ? undefined : this.#sets[this.count - 1];
  }

  /** Adds an RRset; what this leaves open may be set in what it returns. */
  add(
    owner: WireName | undefined,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
    made: Made,
    wildcard?: WireName,
  ): SectionSet {
    const set = this.#sets[this.count] ?? this.#grow();
    this.count += 1;
    if (this.count > this.#held) this.#held = this.count;
    this.records += rdatas.length;
    set.owner = owner;
    set.type = type;
    set.ttl = ttl;
    set.signedTtl = ttl;
    set.rdatas = rdatas;
    set.encoded = undefined;
    set.made = made;
    set.wildcard = wildcard;
    set.isRequired = false;
    return set;
  }

  /** Adds an RRset of one record. */
  addOne(
    owner: WireName | undefined,
    type: number,
    ttl: number,
    rdata: Uint8Array,
    made: Made,
    wildcard?: WireName,
  ): SectionSet {
    const set = this.#sets[this.count] ?? this.#grow();
    return this.add(owner, type, ttl, set.only(rdata), made, wildcard);
  }

  /** Octets of the sets in a message, if no name were compressed but that of the question. */
  get octetsAtMost(): number {
    let octets = 0;
    for (let index = 0; index < this.count; index += 1) {
      const { owner, rdatas } = this.at(index);
      octets += rdatas.length * (RECORD_HEAD + (owner?.length ?? POINTER));
      for (const rdata of rdatas) octets += rdata.length;
    }
    return octets;
  }

  /** Begins anew. What the sets hold is overwritten by the next, or released once these are fewer. */
  begin(): void {
    if (this.#held === 0) return;
    for (; this.#held > this.count; this.#held -= 1) this.at(this.#held - 1).release();
    this.count = 0;
    this.records = 0;
  }

  #grow(): SectionSet {
    const set = new SectionSet();
    this.#sets.push(set);
    return set;
  }
}

/** What holds the octets of sections that are the same for many questions (securing/stencils.ts). */
export interface Stencil {
  /** Whether it has them; else it takes them once they are written. */
  readonly isCut: boolean;
  /** Writes all sections; false if they do not fit. */
  write(writer: MessageWriter): boolean;
  /** The name of the question owns so many of the records. */
  take(writer: MessageWriter, owners: number): void;
}

/** The sections of one answer. */
export class Sections {
  readonly answer = new SectionSets();
  readonly authority = new SectionSets();
  readonly additional = new SectionSets();
  /** Glue is left out that the client needs. */
  lacksGlue = false;
  /** Of all sections: of a denial, or of the answer of a wildcard. */
  stencil: Stencil | undefined;
  #room = 0;

  /** Begins anew, for a message with room for so many octets. */
  begin(room: number): void {
    this.#room = room;
    this.lacksGlue = false;
    this.stencil = undefined;
    this.answer.begin();
    this.authority.begin();
    this.additional.begin();
  }

  /** Forgets what was collected. */
  clear(): void {
    this.begin(this.#room);
  }

  /** It cannot fit, whatever the rest is: nothing more need be collected. */
  get isFull(): boolean {
    const records = this.answer.records + this.authority.records + this.additional.records;
    return records * LEAST_RECORD > this.#room;
  }
}

const NO_RDATAS: readonly Uint8Array[] = [];
/** Octets of type, class, TTL and RDLENGTH. */
const RECORD_HEAD = 10;
const POINTER = 2;
const LEAST_RECORD = RECORD_HEAD + 1;
