/**
 * Waiting runs: a run waits until its policy may have another one sent (fair-share.ts), or until fewer
 * policies are being loaded, as a run that is sent waits for all loads ahead of it.
 */
import { Deadlines } from './deadlines.ts';
import type { HeldPolicy, PendingRun } from './held-policy.ts';

export class Crowd {
  /** Policies with waiting runs. */
  readonly #policies = new Set<HeldPolicy>();
  /** Policies among them that were not loaded when their first run came, the latest last. */
  #cold: HeldPolicy[] = [];
  readonly #deadlines = new Deadlines();

  get size(): number {
    return [...this.#policies].reduce((sum, { share }) => sum + share.waiting.size, 0);
  }

  add(request: PendingRun): void {
    const { policy, ask } = request;
    this.#deadlines.note(ask.deadlineAt);
    policy.share.waiting.push(request);
    if (!policy.isPresent && !this.#policies.has(policy)) this.#cold.push(policy);
    this.#policies.add(policy);
  }

  /** Takes the oldest waiting run of a policy, if the policy may have it sent. */
  next(policy: HeldPolicy): PendingRun | undefined {
    const { waiting, admits } = policy.share;
    let request = admits ? waiting.oldest : undefined;
    // The caller of a run whose deadline is over has its answer already.
    while (request !== undefined && request.done === undefined) request = waiting.advance();
    if (request !== undefined) waiting.advance();
    if (waiting.size === 0) this.#policies.delete(policy);
    return request;
  }

  /**
   * Calls `send` for policies that are not loaded and have waiting runs, while `mayLoad` says yes. The
   * latest policy comes first: where there are more than can be loaded in time, the runs of the others are
   * late already.
   */
  loadNext(mayLoad: () => boolean, send: (policy: HeldPolicy) => void): void {
    while (this.#cold.length > 0 && mayLoad()) {
      const policy = this.#cold.pop();
      if (policy !== undefined && this.#policies.has(policy)) send(policy);
    }
  }

  /** Takes all waiting runs of one policy. */
  take(policy: HeldPolicy): PendingRun[] {
    this.#policies.delete(policy);
    return policy.share.waiting.drain();
  }

  takeAll(): PendingRun[] {
    return [...this.#policies].flatMap((policy) => this.take(policy));
  }

  /** Answers callers whose deadline is over; returns when the next deadline is. */
  judge(now: number): number {
    return this.#deadlines.judge(now, (visit) => {
      for (const policy of this.#policies) {
        const { waiting } = policy.share;
        waiting.forEach(visit);
        // A run whose caller has its answer may never be sent, so it does not stay until it is.
        while (waiting.oldest !== undefined && waiting.oldest.done === undefined) waiting.advance();
        if (waiting.size === 0) this.#policies.delete(policy);
      }
      this.#cold = this.#cold.filter((policy) => this.#policies.has(policy));
    });
  }
}
