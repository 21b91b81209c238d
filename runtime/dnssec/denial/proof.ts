/**
 * NSEC or NSEC3 records that together prove what one reply says, collected without allocation. A reply may follow
 * aliases and prove something of each: all of it is in one proof, in which each owner has one record, as two would be
 * one RRset that nobody signed.
 */
import { assert } from '../../base/assert.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { WireName } from '../../wire/name.ts';
import type { RRset } from '../../wire/record.ts';
import { type Nsec, type NsecKind, nsecOf, spliced } from './nsec.ts';

export interface ProofRecord {
  readonly type: number;
  /** In lower case where the record is made here. */
  readonly owner: WireName;
  readonly rdata: Uint8Array;
  /** The RDATA as the RRset it is. */
  readonly rdatas: readonly Uint8Array[];
  readonly ttl: number;
}

export class Proof {
  count = 0;
  readonly #records: Entry[] = [];

  /** Begins a proof anew. */
  begin(): void {
    this.count = 0;
  }

  /** A record of the proof, until the next proof begins; what it refers to stays as it is. */
  at(index: number): ProofRecord {
    const record = index < this.count ? this.#records[index] : undefined;
    assert(record !== undefined, 'The proof has that many records');
    return record;
  }

  /** Adds an NSEC3 record that the zone came with; it lives no longer than it may. */
  addHashed({ owner, rdatas, ttl }: RRset, ttlAtMost: number): void {
    this.add(nsecOf('chain', owner, rdatas, 0, ttl), ttlAtMost, RRTYPE.NSEC3);
  }

  add(nsec: Nsec, ttlAtMost: number, type: number = RRTYPE.NSEC): void {
    const ttl = Math.min(ttlAtMost, nsec.ttl);
    for (let at = 0; at < this.count; at++) {
      if (this.#records[at]?.joins(nsec, ttl)) return;
    }
    const free = this.#records[this.count++];
    if (free === undefined) this.#records.push(new Entry(nsec, ttl, type));
    else free.put(nsec, ttl, type);
  }
}

class Entry implements ProofRecord {
  type: number;
  ttl: number;
  #nsec: Nsec;

  constructor(nsec: Nsec, ttl: number, type: number) {
    this.#nsec = nsec;
    this.ttl = ttl;
    this.type = type;
  }

  get owner(): WireName {
    return this.#nsec.owner;
  }

  get rdata(): Uint8Array {
    return this.#nsec.rdata;
  }

  get rdatas(): readonly Uint8Array[] {
    return this.#nsec.rdatas;
  }

  put(nsec: Nsec, ttl: number, type: number): void {
    this.#nsec = nsec;
    this.ttl = ttl;
    this.type = type;
  }

  /** Takes over what another record proves if it has the same owner. */
  joins(other: Nsec, ttl: number): boolean {
    const mine = this.#nsec;
    if (mine !== other) {
      if (!haveSameOctets(mine.owner, other.owner)) return false;
      this.#nsec = RANK[other.kind] > RANK[mine.kind] ? strictest(other, mine) : strictest(mine, other);
    }
    this.ttl = Math.min(this.ttl, ttl);
    return true;
  }
}

const RANK: Readonly<Record<NsecKind, number>> = { chain: 0, reduced: 1, compact: 2 };

/**
 * The record that proves what both do. One of the chain covers the names up to the next, which the compact one does
 * not; so the types of that go with the next name of this.
 */
function strictest(strict: Nsec, other: Nsec): Nsec {
  return strict.kind === 'compact' && other.kind !== 'compact' ? spliced('reduced', other, strict) : strict;
}

function haveSameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
