/**
 * The policies of this process: turns each request into its reply, as JSON. The process parses the result of
 * a policy and writes it anew, so that a policy fills in its own reply and never forges another.
 */
import { assert } from '../base/assert.ts';
import type { Impurity, ManifestData, PlanData, Read } from '../rpc/plan.ts';
import type {
  FromSandbox,
  LoadRequest,
  PreludeRequest,
  RunRequest,
  SandboxFailure,
} from '../rpc/sandbox-protocol.ts';
import { markComputedMs, microsSince } from './computed.ts';
import { type CallFailure, type CallOutcome, PolicyIsolate, thrown } from './isolate.ts';
import { SharedIsolate } from './isolates.ts';
import { MOST_MESSAGE } from './limits.ts';
import { type Snapshot, snapshotOf } from './prelude-snapshot.ts';
import { isBare } from './self-test.ts';

/** A decision as the prelude writes it. A policy may have replaced the prelude: the host checks all of it. */
interface Decision {
  readonly plan: PlanData;
  readonly reads: readonly Read[];
  readonly impure: readonly Impurity[];
}

export class Policies {
  readonly #isolates = new Map<string, PolicyIsolate>();
  #spent: PolicyIsolate[] = [];
  #snapshot: Snapshot | undefined;
  readonly #shared = new SharedIsolate();

  /** Sets the prelude that isolates begin with from now on. */
  beginWith({ script }: PreludeRequest): void {
    this.#snapshot = snapshotOf(script);
    assert(isBare(this.#snapshot), 'the prelude gives policies no more than they should have');
  }

  /** Creates the isolate of a version and asks for its manifest. */
  load({ id, key, script, memoryMb, wantsManifest, shares, ...limit }: LoadRequest): string {
    this.drop(key);
    const from = markComputedMs();
    const lease = shares ? this.#shared.lease(memoryMb, this.#snapshot) : undefined;
    const isolate = new PolicyIsolate(memoryMb, this.#snapshot, lease);
    this.#isolates.set(key, isolate);
    const said = understand(isolate.load(script, limit));
    const micros = Math.round(1000 * (markComputedMs() - from));
    if (said.ok) {
      return reply({ t: 'loaded', id, manifest: (wantsManifest ? said.value : {}) as ManifestData, micros });
    }
    this.drop(key);
    return failed(id, said);
  }

  /** Decides one query. */
  run({ id, key, host, name, type, facts, ...limit }: RunRequest): string {
    const isolate = this.#isolates.get(key);
    if (isolate === undefined) return failed(id, { reason: 'missing', message: `${key} is not loaded` });
    const given = JSON.stringify(facts);
    const begun = performance.now();
    const outcome = isolate.run(host, name, type, given, limit);
    const micros = microsSince(begun);
    const said = understand(outcome);
    if (said.ok) {
      const { plan, reads, impure } = said.value as Decision;
      return reply({ t: 'ran', id, plan, reads, impure, micros });
    }
    if (STOPPED.has(said.reason)) this.drop(key);
    return failed(id, said);
  }

  /** Forgets a version. Its memory is freed by {@link sweep}. */
  drop(key: string): void {
    const isolate = this.#isolates.get(key);
    if (isolate === undefined) return;
    this.#isolates.delete(key);
    this.#spent.push(isolate);
  }

  /** Whether anything was dropped that {@link sweep} would free. */
  get hasSpent(): boolean {
    return this.#spent.length > 0;
  }

  /**
   * Disposes of dropped isolates. A full heap takes milliseconds, so this is done after the replies are out.
   */
  sweep(): void {
    for (const isolate of this.#spent) isolate.dispose();
    this.#spent = [];
  }
}

/** Failures in which V8 stopped the isolate in the middle of its code. */
const STOPPED: ReadonlySet<SandboxFailure> = new Set(['timeout', 'starved', 'memory', 'missing']);

/**
 * The prelude returns the result, or `error` (the policy threw), or `invalid` (the policy returned no
 * answer).
 */
function understand(outcome: CallOutcome): { readonly ok: true; readonly value: object } | CallFailure {
  if (!outcome.ok) return outcome;
  let said: unknown;
  try {
    said = JSON.parse(outcome.text);
  } catch {
    return invalid('The result is not JSON');
  }
  if (typeof said !== 'object' || said === null) return invalid('The result is not an object');
  if ('invalid' in said) return invalid(typeof said.invalid === 'string' ? said.invalid : 'No answer');
  if (!('error' in said)) return { ok: true, value: said };
  const error: { message?: unknown; stack?: unknown } = Object(said.error);
  return thrown(error.message, error.stack);
}

function reply(message: Extract<FromSandbox, { t: 'loaded' | 'ran' }>): string {
  try {
    return JSON.stringify(message);
  } catch {
    // JSON.parse reads any depth, but JSON.stringify recurses.
    return failed(message.id, invalid('The result is nested too deeply'));
  }
}

function failed(
  id: number,
  failure: { readonly reason: SandboxFailure; readonly message: string; readonly stack?: string },
): string {
  const { reason, message, stack } = failure;
  const said: FromSandbox =
    stack === undefined ? { t: 'failed', id, reason, message } : { t: 'failed', id, reason, message, stack };
  return JSON.stringify(said);
}

function invalid(message: string): CallFailure {
  return { ok: false, reason: 'invalid', message: message.slice(0, MOST_MESSAGE) };
}
