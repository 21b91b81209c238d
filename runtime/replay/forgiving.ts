/**
 * Failures are not held against a policy where no client waits: what it decides for one line says nothing of the next. A
 * policy that has to be stopped again and again is left alone after a while, as each time takes as long as a thousand lines.
 */
import type { Decision } from '../answer/decision.ts';
import type { ServedPolicy } from '../answer/zones/served-zone.ts';
import type { Sandbox } from '../runner/sandbox.ts';

/** Runs of one policy that are stopped before it is left alone. */
const MOST_STOPS = 20;
/** Times that a line is decided anew, as the machine was busy. */
const MOST_LATE = 2;

export class Forgiving {
  readonly #sandbox: Pick<Sandbox, 'release'>;
  readonly #stops = new WeakMap<ServedPolicy, number>();

  constructor(sandbox: Pick<Sandbox, 'release'>) {
    this.#sandbox = sandbox;
  }

  /** Whether a query is to be asked again, as nothing was decided that the policy is to blame for. */
  isWorthAsking({ cause, policy }: Decision, query: { late: number }): boolean {
    if (cause === undefined) return false;
    if (cause.reason === 'throw' || cause.reason === 'invalid') {
      policy.breaker.succeed();
      return false;
    }
    const stops = (this.#stops.get(policy) ?? 0) + 1;
    this.#stops.set(policy, stops);
    if (stops > MOST_STOPS) return false;
    policy.breaker.succeed();
    this.#sandbox.release(policy.key);
    const isLate = cause.reason === 'deadline' || cause.reason === 'sandbox';
    if (!isLate || query.late === MOST_LATE) return false;
    query.late += 1;
    return true;
  }
}
