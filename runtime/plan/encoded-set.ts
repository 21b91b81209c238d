/**
 * Many values of one type, kept as the octets that they are in an answer: a policy may declare tens of
 * thousands of values, and each would be an object that V8 visits again and again while no query is
 * answered. Values become objects when somebody reads them.
 */
import { rdatasIn } from '../wire/encoded-rrset.ts';
import type { RecordSet } from './plan.ts';

/** So few values are kept as objects. */
const FEW = 8;

class EncodedSet implements RecordSet {
  readonly type: number;
  readonly ttl: number;
  readonly slots: readonly number[];
  readonly encoded: Uint8Array;
  #rdatas: readonly Uint8Array[] | undefined;

  constructor(type: number, ttl: number, slots: readonly number[], encoded: Uint8Array) {
    this.type = type;
    this.ttl = ttl;
    this.slots = slots;
    this.encoded = encoded;
  }

  get rdatas(): readonly Uint8Array[] {
    this.#rdatas ??= rdatasIn(this.encoded);
    return this.#rdatas;
  }
}

/** The set in as few objects as it needs. */
export function compactSet({ type, ttl, slots, rdatas, encoded }: RecordSet): RecordSet {
  return encoded === undefined || slots.length <= FEW
    ? { type, ttl, rdatas, slots, encoded }
    : new EncodedSet(type, ttl, slots, encoded);
}
