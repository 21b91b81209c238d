/**
 * Foreign work: work that an answer process does for a stranger, a policy or control. Its one loop makes the
 * answers of all clients, so each kind of foreign work is declared where it begins, with its bound;
 * loop-watch.ts checks whether the bounds hold.
 */

/**
 * How the work is bounded. `constant`: it takes the same time for every input. `metered`: it stops at its
 * bound, with an error value. `sliced`: it lets queries pass between slices. `elsewhere`: control or a thread
 * does it, and the loop only takes over the result.
 */
export type WorkKind = 'constant' | 'metered' | 'sliced' | 'elsewhere';

export interface ForeignWork {
  /** Its name in the log: `datagrams`. */
  readonly name: string;
  /** Who causes it: a stranger who sends packets, a policy that decides, control that sends updates. */
  readonly cause: 'stranger' | 'policy' | 'control';
  readonly kind: WorkKind;
  /** The most CPU milliseconds of one piece, on the machine of the bench. */
  readonly milliseconds: number;
  /** The most octets that one piece reads or keeps. */
  readonly octets: number;
  /** Index of its counts, from 0. */
  readonly index: number;
}

/** The most kinds of work. */
export const MOST_WORKS = 64;

let declared = 0;

/** Declares a kind of work, once, in the file where it begins. */
export function foreignWork(work: Omit<ForeignWork, 'index'>): ForeignWork {
  const index = declared;
  declared += 1;
  return Object.freeze({ ...work, index });
}
