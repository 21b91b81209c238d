/**
 * Where runs wait until they are sent: for a process that serves, then for room in the share of their
 * policy (fair-share.ts) and for fewer loads ahead of them (crowd.ts). A run that was sent waits for its
 * reply in the channel.
 */

import type { SandboxChannel } from './channel.ts';
import { Crowd } from './crowd.ts';
import { lookForDeadline } from './deadlines.ts';
import type { HeldPolicies } from './held-policies.ts';
import type { HeldPolicy, PendingRequest, PendingRun } from './held-policy.ts';
import { giveUp, giveUpLate, tell } from './request-end.ts';

/** A version that is dropped may still do so much of its waiting work; more would hold up the others. */
const LITTLE_MICROS = 5_000;
/** A policy of which one run was too long now and then loses what others had computed no more than once a minute. */
const ALONE_MS = 60_000;
const DROPPED = 'The policy was dropped';
const QUARANTINED = 'The policy ended its sandbox too often and is quarantined';

export class Dispatch {
  readonly #policies: HeldPolicies;
  readonly #arm: (at: number) => void;
  readonly #crowd = new Crowd();
  /** The channel to the process that serves. */
  #channel: SandboxChannel | undefined;
  /** Runs that wait for a process that serves. */
  #unsent: PendingRun[] = [];

  /** `arm` is called with each moment at which {@link Dispatch.judge} has something to do. */
  constructor(policies: HeldPolicies, arm: (at: number) => void) {
    this.#policies = policies;
    this.#arm = arm;
  }

  get channel(): SandboxChannel | undefined {
    return this.#channel;
  }

  /** Requests without a reply. */
  get pending(): number {
    return (this.#channel?.pending ?? 0) + this.#unsent.length + this.#crowd.size;
  }

  /** Takes the channel to a process that serves from now on, and sends it the runs that wait for one. */
  open(channel: SandboxChannel, now: number): void {
    this.#channel = channel;
    for (const request of this.#unsent.splice(0)) this.submit(request, now);
  }

  /** Notes that no process serves any more. Returns the requests it had been sent, oldest first. */
  close(): PendingRequest[] {
    const sent = this.#channel?.drain() ?? [];
    this.#channel = undefined;
    return sent;
  }

  /** Sends a run, now or when its turn comes, or answers its caller why it never will be sent. */
  submit(request: PendingRun, now: number): void {
    const { policy, ask } = request;
    if (this.#policies.get(ask.key) !== policy) {
      giveUp(request, DROPPED);
    } else if (policy.charges.quarantined) {
      tell(request, { ok: false, reason: 'quarantined', message: QUARANTINED });
    } else if (this.#channel === undefined) {
      this.#unsent.push(request);
      this.#arm(lookForDeadline(ask.deadlineAt));
    } else if (policy.share.admits && (policy.isPresent || this.#channel.mayLoad)) {
      this.#send(this.#channel, request, now);
    } else {
      this.#crowd.add(request);
      this.#arm(lookForDeadline(ask.deadlineAt));
    }
  }

  /** Sends a run once more after a process or an isolate was lost, but not a third time. */
  submitAgain(request: PendingRun, why: string, now: number): void {
    if (request.done === undefined) return;
    if (request.again || request.ask.deadlineAt <= now) {
      giveUp(request, why);
      return;
    }
    request.again = true;
    this.submit(request, now);
  }

  /**
   * Sends a run once more that was stopped, or ended its process, in one call with others: which of them it was shows
   * when each has its own.
   */
  submitAlone(request: PendingRun, now: number): void {
    request.policy.aloneUntil = now + ALONE_MS;
    if (request.done !== undefined) this.submit(request, now);
  }

  /** Sends waiting runs of a policy, as many as it may have sent now. */
  sendMore(policy: HeldPolicy, now: number): void {
    while (this.#channel !== undefined) {
      const request = this.#crowd.next(policy);
      if (request === undefined) return;
      this.#send(this.#channel, request, now);
    }
  }

  /** Sends runs that waited for fewer loads: one has ended. */
  loadNext(): void {
    const mayLoad = (): boolean => this.#channel?.mayLoad === true;
    this.#crowd.loadNext(mayLoad, (policy) => this.sendMore(policy, performance.now()));
  }

  /** Notes that a policy is dropped: a little of its waiting work is still done. */
  drop(policy: HeldPolicy): void {
    const channel = policy.share.waitingMicros <= LITTLE_MICROS ? this.#channel : undefined;
    for (const request of this.#crowd.take(policy)) {
      if (channel === undefined) giveUp(request, DROPPED);
      else channel.run(request, performance.now());
    }
  }

  /** Takes all runs that wait for their turn. */
  takeCrowd(): PendingRun[] {
    return this.#crowd.takeAll();
  }

  /** Takes all requests, sent and waiting. */
  takeAll(): PendingRequest[] {
    return [...(this.#channel?.drain() ?? []), ...this.#unsent.splice(0), ...this.#crowd.takeAll()];
  }

  /** As {@link SandboxChannel.judge}, for requests that were sent and for those that wait. */
  judge(now: number, hasSuccessor: boolean): number {
    if (this.#unsent.length > 0) this.#unsent = [...giveUpLate(this.#unsent.splice(0), now), ...this.#unsent];
    const due = this.#unsent.reduce((min, { ask }) => Math.min(min, ask.deadlineAt), this.#crowd.judge(now));
    if (due < Number.POSITIVE_INFINITY) this.#arm(lookForDeadline(due));
    return this.#channel?.judge(now, hasSuccessor) ?? Number.POSITIVE_INFINITY;
  }

  #send(channel: SandboxChannel, request: PendingRun, now: number): void {
    this.#policies.provide(request.policy, now);
    request.policy.share.noteSent();
    channel.run(request, now);
  }
}
