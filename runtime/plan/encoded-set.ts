/**
 * Many values of one type, kept as the octets that they are in an answer: a policy may declare ten thousands of
 * them, and each would be an object that V8 looks at again and again while nobody is answered. They become
 * objects when they are asked for.
 */
import { rdatasIn } from '../wire/encoded-rrset.ts';
import type { RecordSet } from './plan.ts';

/** Values that are objects from the beginning. */
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
