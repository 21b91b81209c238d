/** The memory that all memos of a process share, by policy. */

import { SharedSpace } from '../../base/structures/shared-space.ts';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';

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

/** Hits between two decisions that are made again, at least. */
export const HITS_TO_RECHECK = 64;

export class MemoSpace extends SharedSpace {
  limits: MemoLimits;
  /** Decisions forgotten for want of room, so far. */
  evictions = 0;
  /** Until a remembered decision is made again to see whether it is the same. */
  hitsToRecheck = HITS_TO_RECHECK;
  /** When a remembered decision may be made again to see whether it is the same; performance.now(). */
  nextRecheckAt = 0;

  constructor(limits: MemoLimits) {
    super(limits.octets);
    this.limits = limits;
  }

  /** Goes by other limits from now on. A policy that has too much gives it up with its next decision. */
  use(limits: MemoLimits): void {
    this.limits = limits;
    this.resize(limits.octets);
    if (limits.leaves === 0) this.clear();
  }
}

/** The space that settings speak of. */
export function memoSpace(settings: AnswerSettings['memo']): MemoSpace {
  return new MemoSpace(memoLimits(settings));
}

export function memoLimits({ leaves, policyMemory, memory }: AnswerSettings['memo']): MemoLimits {
  return { leaves, policyOctets: policyMemory * MEGABYTE, octets: memory * MEGABYTE };
}
