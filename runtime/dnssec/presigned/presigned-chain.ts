/** The NSEC records that a zone came with, in their order. */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { nameLengthAt } from '../../wire/name.ts';
import type { ZoneIndex } from '../../zone/zone-index.ts';
import { type Nsec, nsecOf } from '../denial/nsec.ts';
import { NsecMemory } from '../denial/nsec-memory.ts';

export class PresignedChain {
  readonly #index: ZoneIndex;
  readonly #number = memory.enter();

  constructor(index: ZoneIndex) {
    this.#index = index;
  }

  at(place: number): Nsec {
    return memory.get(this.#number, place, 0) ?? this.#read(place);
  }

  /** No policy decides names of such a zone. */
  without(_type: number, place: number): Nsec {
    return this.at(place);
  }

  #read(place: number): Nsec {
    const set = this.#index.rrset(this.#index.nodeAt(place), RRTYPE.NSEC);
    const { owner, ttl, rdatas } = set ?? NONE;
    const nsec = nsecOf('chain', owner, rdatas, nameLengthAt(rdatas[0] ?? owner, 0) ?? 0, ttl);
    memory.put(this.#number, place, 0, nsec);
    return nsec;
  }
}

const NONE = { owner: Uint8Array.of(0), ttl: 0, rdatas: [] };
const memory = new NsecMemory();
