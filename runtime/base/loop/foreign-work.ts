/**
 * What an answering process does on somebody else's behalf. Its one loop makes everybody's answers, so each such
 * piece of work is declared where it begins, with its bound; loop-watch.ts sees whether the bounds hold.
 */

/**
 * How the work is bounded. `constant`: it takes what it takes, whatever it is for. `metered`: it stops at its bound,
 * with an error value. `sliced`: it lets queries pass between slices. `elsewhere`: control or a thread does it, and
 * the loop only takes over what they made.
 */
export type WorkKind = 'constant' | 'metered' | 'sliced' | 'elsewhere';

export interface ForeignWork {
  /** As the log names it: `datagrams`. */
  readonly name: string;
  /** Who causes it: a stranger who sends, a policy that decides, control that tells. */
  readonly cause: 'stranger' | 'policy' | 'control';
  readonly kind: WorkKind;
  /** Milliseconds of the processor that one piece of it takes at most, on the machine of the bench. */
  readonly milliseconds: number;
  /** Octets that one piece of it reads, or keeps, at most. */
  readonly octets: number;
  /** Place of its counts, from 0. */
  readonly index: number;
}

/** Pieces of work that can be told apart. */
export const MOST_WORKS = 64;

let declared = 0;

/** Declares a kind of work, once, in the file where it begins. */
export function foreignWork(work: Omit<ForeignWork, 'index'>): ForeignWork {
  const index = declared;
  declared += 1;
  return Object.freeze({ ...work, index });
}
