/**
 * The runs that wait: until their policy may have another one sent (fair-share.ts), or until fewer policies
 * are being loaded than now, as what is sent waits for all loads that are ahead of it.
 */
import type { HeldPolicy, PendingRun } from './held-policy.ts';
import { judgeDeadline } from './request-end.ts';

export class Crowd {
  /** Policies with runs that wait. */
  readonly #policies = new Set<HeldPolicy>();
  /** Of these, the ones that were not loaded when their first run came, the latest last. */
  #cold: HeldPolicy[] = [];

  get size(): number {
    return [...this.#policies].reduce((sum, { share }) => sum + share.waiting.size, 0);
  }

  add(request: PendingRun): void {
    const { policy } = request;
    policy.share.waiting.push(request);
    if (!policy.isPresent && !this.#policies.has(policy)) this.#cold.push(policy);
    this.#policies.add(policy);
  }

  /** Takes the oldest of a policy away, if there is one and the policy may have it sent. */
  next(policy: HeldPolicy): PendingRun | undefined {
    const { waiting, admits } = policy.share;
    let request = admits ? waiting.oldest : undefined;
    // Its deadline may be over.
    while (request !== undefined && request.done === undefined) request = waiting.advance();
    if (request !== undefined) waiting.advance();
    if (waiting.size === 0) this.#policies.delete(policy);
    return request;
  }

  /**
   * Has runs sent of policies that are to be loaded, while others may. The latest first: where there are more
   * than can be loaded in time, the others are late already.
   */
  loadNext(mayLoad: () => boolean, send: (policy: HeldPolicy) => void): void {
    while (this.#cold.length > 0 && mayLoad()) {
      const policy = this.#cold.pop();
      if (policy !== undefined && this.#policies.has(policy)) send(policy);
    }
  }

  /** Takes all of one policy away. */
  take(policy: HeldPolicy): PendingRun[] {
    this.#policies.delete(policy);
    return policy.share.waiting.drain();
  }

  takeAll(): PendingRun[] {
    return [...this.#policies].flatMap((policy) => this.take(policy));
  }

  /** Tells callers whose deadline is over; returns when the next one is. */
  judge(now: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const policy of this.#policies) {
      const { waiting } = policy.share;
      waiting.forEach((request) => {
        due = Math.min(due, judgeDeadline(request, now));
      });
      // They may never be sent: they do not stay until they are.
      while (waiting.oldest !== undefined && waiting.oldest.done === undefined) waiting.advance();
      if (waiting.size === 0) this.#policies.delete(policy);
    }
    this.#cold = this.#cold.filter((policy) => this.#policies.has(policy));
    return due;
  }
}
