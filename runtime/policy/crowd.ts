/** The runs that wait until their policy may have another one sent (fair-share.ts). */
import type { HeldPolicy } from './held-policies.ts';
import { judgeDeadline } from './sandbox-outcome.ts';
import type { RunRequest } from './sandbox-request.ts';

export class Crowd {
  /** Those with runs that wait. */
  readonly #policies = new Set<HeldPolicy>();

  get size(): number {
    return [...this.#policies].reduce((sum, { share }) => sum + share.waiting.size, 0);
  }

  add(request: RunRequest): void {
    request.policy.share.waiting.push(request);
    this.#policies.add(request.policy);
  }

  /** Takes the oldest of a policy away, if there is one and the policy may have it sent. */
  next(policy: HeldPolicy): RunRequest | undefined {
    const { waiting, admits } = policy.share;
    let request = admits ? waiting.oldest : undefined;
    // Its deadline may be over.
    while (request !== undefined && request.done === undefined) request = waiting.advance();
    if (request !== undefined) waiting.advance();
    if (waiting.size === 0) this.#policies.delete(policy);
    return request;
  }

  /** Takes all of one policy away. */
  take(policy: HeldPolicy): RunRequest[] {
    this.#policies.delete(policy);
    return policy.share.waiting.drain();
  }

  takeAll(): RunRequest[] {
    return [...this.#policies].flatMap((policy) => this.take(policy));
  }

  /** Tells callers whose deadline is over; returns when the next one is. */
  judge(now: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { share } of this.#policies) {
      share.waiting.forEach((request) => {
        due = Math.min(due, judgeDeadline(request, now));
      });
    }
    return due;
  }
}
