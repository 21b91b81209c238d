/**
 * Many values of one type, kept as the octets that they are in an answer: a policy may declare tens of
 * thousands of values, and each would be an object that V8 visits again and again while no query is
 * answered. Values become objects when somebody reads them.
 */
import { isEncodedInAnswers, rdatasIn } from '../wire/encoded-rrset.ts';
import type { RecordSet } from './plan.ts';

/** So few values are kept as objects. */
const FEW = 8;

class EncodedSet implements RecordSet {
  readonly type: number;
  readonly ttl: number;
  readonly slots: readonly number[];
  readonly encoded: Uint8Array | undefined;
  readonly #octets: Uint8Array;
  #rdatas: readonly Uint8Array[] | undefined;

  constructor(type: number, ttl: number, slots: readonly number[], octets: Uint8Array) {
    this.type = type;
    this.ttl = ttl;
    this.slots = slots;
    this.encoded = isEncodedInAnswers(type) ? octets : undefined;
    this.#octets = octets;
  }

  withSlots(slots: readonly number[]): EncodedSet {
    return new EncodedSet(this.type, this.ttl, slots, this.#octets);
  }

  get rdatas(): readonly Uint8Array[] {
    this.#rdatas ??= rdatasIn(this.#octets);
    return this.#rdatas;
  }
}

/** A set of the octets that wire/encoded-rrset.ts makes of it. `slots` as in {@link RecordSet}. */
export function setOfOctets(
  type: number,
  ttl: number,
  slots: readonly number[],
  octets: Uint8Array,
): RecordSet {
  return new EncodedSet(type, ttl, slots, octets);
}

/** The same set with the states of its values kept elsewhere. */
export function setWithSlots(set: RecordSet, slots: readonly number[]): RecordSet {
  return set instanceof EncodedSet ? set.withSlots(slots) : { ...set, slots };
}

/** The set in as few objects as it needs. */
export function compactSet({ type, ttl, slots, rdatas, encoded }: RecordSet): RecordSet {
  return encoded === undefined || slots.length <= FEW
    ? { type, ttl, rdatas, slots, encoded }
    : new EncodedSet(type, ttl, slots, encoded);
}

/** Stands for the slot of a value that no health check covers. */
export const UNCHECKED = -1;

/** Slots of values that no health check covers; all sets of a size share them. */
export function uncheckedSlots(count: number): readonly number[] {
  while (SHARED.length <= count) {
    SHARED.push(Object.freeze(Array.from({ length: SHARED.length }, () => UNCHECKED)));
  }
  return SHARED[count] ?? [];
}

const SHARED: (readonly number[])[] = [];
