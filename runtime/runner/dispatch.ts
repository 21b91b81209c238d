/**
 * Where runs wait, and when they are sent: for a process that serves, then for room in the share of their policy
 * (fair-share.ts) and for fewer loads ahead of them (crowd.ts). What is sent waits for its reply in the channel.
 */

import type { SandboxChannel } from './channel.ts';
import { Crowd } from './crowd.ts';
import type { HeldPolicies } from './held-policies.ts';
import type { HeldPolicy, PendingRequest, PendingRun } from './held-policy.ts';
import { giveUp, giveUpLate, tell } from './request-end.ts';

/** So much work of a version that is dropped is still done; to do more would hold up the others. */
const LITTLE_MICROS = 5_000;
const DROPPED = 'The policy was dropped';
const QUARANTINED = 'The policy ended its sandbox too often and is quarantined';

export class Dispatch {
  readonly #policies: HeldPolicies;
  readonly #arm: (at: number) => void;
  readonly #crowd = new Crowd();
  /** To the process that serves. */
  #channel: SandboxChannel | undefined;
  /** Runs that wait for such a process. */
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

  /** Another process serves: it is sent what waits for one. */
  open(channel: SandboxChannel, now: number): void {
    this.#channel = channel;
    for (const request of this.#unsent.splice(0)) this.submit(request, now);
  }

  /** No process serves any more. Returns what it had been sent, oldest first. */
  close(): PendingRequest[] {
    const sent = this.#channel?.drain() ?? [];
    this.#channel = undefined;
    return sent;
  }

  /** Sends a run, now or when its turn comes, or says why it never will be. */
  submit(request: PendingRun, now: number): void {
    const { policy, ask } = request;
    if (this.#policies.get(ask.key) !== policy) {
      giveUp(request, DROPPED);
    } else if (policy.charges.quarantined) {
      tell(request, { ok: false, reason: 'quarantined', message: QUARANTINED });
    } else if (this.#channel === undefined) {
      this.#unsent.push(request);
      this.#arm(ask.deadlineAt);
    } else if (policy.share.admits && (policy.isPresent || this.#channel.mayLoad)) {
      this.#send(this.#channel, request, now);
    } else {
      this.#crowd.add(request);
      this.#arm(ask.deadlineAt);
    }
  }

  /** Once more, after a process or an isolate was lost, and not a third time. */
  submitAgain(request: PendingRun, why: string, now: number): void {
    if (request.done === undefined) return;
    if (request.again || request.ask.deadlineAt <= now) {
      giveUp(request, why);
      return;
    }
    request.again = true;
    this.submit(request, now);
  }

  /** Sends runs that wait, as far as their policy may have them sent. */
  sendMore(policy: HeldPolicy, now: number): void {
    while (this.#channel !== undefined) {
      const request = this.#crowd.next(policy);
      if (request === undefined) return;
      this.#send(this.#channel, request, now);
    }
  }

  /** A load has ended: runs that wait for others to be loaded may be sent. */
  loadNext(): void {
    const mayLoad = (): boolean => this.#channel?.mayLoad === true;
    this.#crowd.loadNext(mayLoad, (policy) => this.sendMore(policy, performance.now()));
  }

  /** A policy is dropped: a little of what waits for it is still done. */
  drop(policy: HeldPolicy): void {
    const channel = policy.share.waitingMicros <= LITTLE_MICROS ? this.#channel : undefined;
    for (const request of this.#crowd.take(policy)) {
      if (channel === undefined) giveUp(request, DROPPED);
      else channel.run(request, performance.now());
    }
  }

  /** Takes the runs away that wait for their turn. */
  takeCrowd(): PendingRun[] {
    return this.#crowd.takeAll();
  }

  /** Takes everything away: what was sent, and what waits. */
  takeAll(): PendingRequest[] {
    return [...(this.#channel?.drain() ?? []), ...this.#unsent.splice(0), ...this.#crowd.takeAll()];
  }

  /** As {@link SandboxChannel.judge}, for what was sent and for what waits. */
  judge(now: number, hasSuccessor: boolean): number {
    this.#unsent = [...giveUpLate(this.#unsent.splice(0), now), ...this.#unsent];
    const due = this.#unsent.reduce(
      (min, { ask }) => Math.min(min, ask.deadlineAt),
      Number.POSITIVE_INFINITY,
    );
    return Math.min(due, this.#crowd.judge(now), this.#channel?.judge(now, hasSuccessor) ?? due);
  }

  #send(channel: SandboxChannel, request: PendingRun, now: number): void {
    this.#policies.provide(request.policy, now);
    request.policy.share.noteSent();
    channel.run(request, now);
  }
}
