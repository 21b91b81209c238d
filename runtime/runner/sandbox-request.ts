/**
 * Requests to a sandbox, as their host remembers them until they are answered.
 *
 * The sandbox handles them strictly in order. So the oldest one sent is the one that runs, its reply
 * must be the next to arrive, and if the process ends it is the one to blame.
 */
import type { FallbackReason } from '../rpc/control-protocol.ts';
import type { Impurity, Read } from '../rpc/plan.ts';
import type { Facts } from '../rpc/sandbox-protocol.ts';
import type { HeldPolicy } from './held-policies.ts';
import type { SandboxEvidence } from './sandbox-evidence.ts';

/** One query for a policy to decide. */
export interface RunAsk {
  readonly key: string;
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly facts: Facts;
  readonly budgetMs: number;
  /** performance.now() milliseconds. */
  readonly deadlineAt: number;
}

export type RunOutcome =
  | {
      readonly ok: true;
      /** For plan/compile-plan.ts to check. */
      readonly plan: unknown;
      readonly reads: readonly Read[];
      readonly impure: readonly Impurity[];
      readonly micros: number;
    }
  | {
      readonly ok: false;
      readonly reason: FallbackReason;
      readonly message: string;
      readonly stack?: string;
      /** Whatever came of it, the policy is not to blame. */
      readonly isOurs?: true;
    };

interface Sent {
  readonly policy: HeldPolicy;
  /** On the wire; new each time it is sent. */
  id: number;
  /** When it became the oldest. */
  since: number;
  /** Milliseconds that the sandbox may compute for it. */
  readonly allowanceMs: number;
  /** If V8 can stop it, it has by the time that the sandbox has computed so much for it. */
  stopMs: number;
  /** Since it has been the oldest for a quarter of that. */
  evidence: SandboxEvidence | undefined;
  /** It is known to have computed longer than it may. */
  hasOffended: boolean;
}

export interface LoadRequest extends Sent {
  readonly kind: 'load';
}

export interface RunRequest extends Sent {
  readonly kind: 'run';
  readonly ask: RunAsk;
  /** `undefined` once the caller has been told. */
  done: ((outcome: RunOutcome) => void) | undefined;
  /** It has been sent to a process or an isolate that ended before its turn, or was given too little of a processor. */
  again: boolean;
}

export type Request = LoadRequest | RunRequest;

/** A run that has not been sent. */
export function newRun(
  policy: HeldPolicy,
  ask: RunAsk,
  done: (outcome: RunOutcome) => void,
  now: number,
): RunRequest {
  return {
    kind: 'run',
    policy,
    ask,
    done,
    again: false,
    id: 0,
    since: now,
    allowanceMs: ask.budgetMs,
    stopMs: ask.budgetMs,
    evidence: undefined,
    hasOffended: false,
  };
}

/** First in, first out; the oldest at hand. */
export class RequestQueue<T extends Request = Request> {
  #requests: T[] = [];
  #head = 0;

  get size(): number {
    return this.#requests.length - this.#head;
  }

  get oldest(): T | undefined {
    return this.#requests[this.#head];
  }

  push(request: T): void {
    this.#requests.push(request);
  }

  /** Takes the oldest away and returns the next. */
  advance(): T | undefined {
    this.#head += 1;
    if (this.#head === this.#requests.length) {
      this.#requests.length = 0;
      this.#head = 0;
    } else if (this.#head >= 64 && 2 * this.#head >= this.#requests.length) {
      // Moves at most as many as have left since the last time: constant work for each.
      this.#requests = this.#requests.slice(this.#head);
      this.#head = 0;
    }
    return this.oldest;
  }

  /** All that are in it, oldest first, and leaves it empty. */
  drain(): T[] {
    const requests = this.#requests.slice(this.#head);
    this.#requests = [];
    this.#head = 0;
    return requests;
  }

  forEach(visit: (request: T) => void): void {
    for (let index = this.#head; index < this.#requests.length; index += 1) {
      const request = this.#requests[index];
      if (request !== undefined) visit(request);
    }
  }
}
