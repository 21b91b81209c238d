/**
 * The memory that all memos of a process share. When there is too little of it, whoever has most gives
 * up decisions first: a policy that makes many cannot take the place of those that make few.
 */

import type { AnswerSettings } from '../rpc/control-protocol.ts';

const MEGABYTE = 1_048_576;

/** How much may be remembered; octets are estimates. */
export interface MemoLimits {
  /** Decisions of one policy; 0 remembers none. */
  readonly leaves: number;
  /** Octets of one policy's decisions. */
  readonly policyOctets: number;
  /** Octets of all policies' decisions. */
  readonly octets: number;
}

/** One memo, as the space sees it. */
export interface Tenant {
  readonly octets: number;
  /** Forgets the decision that was not used for the longest time; there is one, or it has no octets. */
  evict(): void;
}

/** Hits between two decisions that are made again, at least. */
export const HITS_TO_RECHECK = 64;
/** Of the space, that part is cleared in one go when it is full. */
const CLEARED = 1 / 256;

export class MemoSpace {
  readonly limits: MemoLimits;
  readonly #tenants = new Set<Tenant>();
  /** In use. */
  octets = 0;
  /** Decisions forgotten for want of room, so far. */
  evictions = 0;
  /** Until a remembered decision is made again to see whether it is the same. */
  hitsToRecheck = HITS_TO_RECHECK;
  /** When a remembered decision may be made again to see whether it is the same; performance.now(). */
  nextRecheckAt = 0;

  constructor(limits: MemoLimits) {
    this.limits = limits;
  }

  enter(tenant: Tenant): void {
    this.#tenants.add(tenant);
  }

  leave(tenant: Tenant): void {
    this.#tenants.delete(tenant);
  }

  /**
   * Makes room for so many octets more. Whoever has no more than its even share of what is left after
   * the clearing keeps all of it.
   */
  makeRoom(octets: number): void {
    const limit = this.limits.octets - octets;
    if (this.octets <= limit) return;
    const target = Math.max(0, limit - this.limits.octets * CLEARED);
    while (this.octets > target) {
      const largest = this.#largest();
      if (largest === undefined) return;
      const share = target / this.#tenants.size;
      do largest.evict();
      while (this.octets > target && largest.octets > share);
    }
  }

  #largest(): Tenant | undefined {
    let largest: Tenant | undefined;
    for (const tenant of this.#tenants) {
      if (tenant.octets > (largest?.octets ?? 0)) largest = tenant;
    }
    return largest;
  }
}

/** The space that settings speak of. */
export function memoSpace({ leaves, policyMemory, memory }: AnswerSettings['memo']): MemoSpace {
  return new MemoSpace({ leaves, policyOctets: policyMemory * MEGABYTE, octets: memory * MEGABYTE });
}
