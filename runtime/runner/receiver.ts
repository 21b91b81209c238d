/** What a reply of the process that serves means for its request, for the policy, and for waiting runs. */
import type { Failed, Loaded } from '../rpc/sandbox-protocol.ts';
import type { Dispatch } from './dispatch.ts';
import type { HeldPolicies } from './held-policies.ts';
import type { PendingLoad, PendingRun } from './held-policy.ts';
import type { SandboxReply } from './process/sandbox-process.ts';
import {
  loadOutcome,
  losesIsolate,
  microsOf,
  noteOffence,
  runFailure,
  runOutcome,
  tell,
} from './request-end.ts';

export class Receiver {
  readonly #policies: HeldPolicies;
  readonly #dispatch: Dispatch;
  readonly #isPatient: boolean;

  /** `isPatient`: no query waits, so that a starved run is not sent again. */
  constructor(policies: HeldPolicies, dispatch: Dispatch, isPatient: boolean) {
    this.#policies = policies;
    this.#dispatch = dispatch;
    this.#isPatient = isPatient;
  }

  /**
   * Takes a reply. A reply that does not fit leaves its request in place, so that the policy can be charged
   * for it. Returns what is wrong with the reply, if anything.
   */
  receive(reply: SandboxReply): string | undefined {
    const { channel } = this.#dispatch;
    const request = channel?.oldest;
    if (channel === undefined || request?.id !== reply.id) return 'it replied out of order';
    const now = performance.now();
    if (request.kind === 'load') {
      if (reply.t === 'ran' || reply.t === 'told') return 'it ran what it was to load';
      channel.advance(now);
      this.#receiveLoaded(request, reply);
    } else {
      if (reply.t === 'loaded') return 'it loaded what it was to run';
      if (reply.t === 'failed' && reply.reason === 'together' && !request.sharesCall)
        return 'it ran together what it was to run alone';
      const { policy } = request;
      channel.advance(now);
      policy.share.noteReply(microsOf(reply, request, now));
      if (reply.t === 'failed') this.#receiveFailed(request, reply, now);
      else {
        if (request.hasPlace)
          policy.notePlace(request.ask.host, reply.t === 'ran' || reply.decision.readsPlace);
        tell(request, runOutcome(reply, request.ask));
      }
      this.#dispatch.sendMore(policy, now);
    }
    return undefined;
  }

  #receiveLoaded(request: PendingLoad, reply: Loaded | Failed): void {
    const { policy } = request;
    const outcome = loadOutcome(reply);
    if (reply.t === 'failed') noteOffence(request, reply, performance.now());
    // Runs that were sent along with the load will find no isolate.
    if (!outcome.ok && outcome.isOurs === undefined)
      this.#dispatch.channel?.forRunsOf(policy, (run) => tell(run, runFailure(outcome)));
    this.#policies.noteLoaded(policy, outcome);
    this.#dispatch.loadNext();
  }

  #receiveFailed(request: PendingRun, reply: Failed, now: number): void {
    const { policy } = request;
    noteOffence(request, reply, now);
    if (reply.reason === 'starved') this.#dispatch.channel?.noteStarved(now);
    if (losesIsolate(reply)) this.#policies.noteLost(policy);
    if (reply.reason === 'placeless' && !request.hasPlace) {
      policy.notePlace(request.ask.host, true);
      if (request.done !== undefined) this.#dispatch.submit(request, now);
    } else if (reply.reason === 'together') this.#dispatch.submitAlone(request, now);
    else if (reply.reason === 'missing')
      this.#dispatch.submitAgain(request, 'The sandbox lost the policy', now);
    else if (reply.reason === 'starved' && !request.again && !this.#isPatient)
      this.#dispatch.submitAgain(request, reply.message, now);
    else tell(request, runFailure(reply, request.ask));
    this.#policies.warm();
  }
}
