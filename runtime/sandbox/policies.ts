/**
 * The policies of this process: turns each request into its reply. The process parses the result of a policy and
 * writes it anew, so that a policy fills in its own reply and never forges another. A result that was parsed before
 * is known by its number.
 */
import { assert } from '../base/assert.ts';
import type { Impurity, ManifestData, PlanData, Read } from '../rpc/plan.ts';
import { countRuns, type Runs, singly } from '../rpc/run-text.ts';
import type {
  Failed,
  FromSandbox,
  LoadRequest,
  PreludeRequest,
  SandboxFailure,
} from '../rpc/sandbox-protocol.ts';
import { areToldReads, MOST_TOLD } from '../rpc/told.ts';
import { markComputedMs, microsSince } from './computed.ts';
import { DecisionNumbers } from './decision-numbers.ts';
import { type CallFailure, NO_RESULT, PolicyIsolate, partsProblem, thrown } from './isolate.ts';
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

/** Takes the replies to runs, in order. */
export interface RunReplies {
  /** A message as JSON. */
  readonly add: (json: string) => void;
  /** A line of rpc/told.ts. */
  readonly addTold: (line: string) => void;
}

export class Policies {
  readonly #numbers = new DecisionNumbers();
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
    const outcome = isolate.load(script, limit);
    const said = outcome.ok ? understand(outcome.text) : outcome;
    const micros = Math.round(1000 * (markComputedMs() - from));
    if (said.ok) {
      return reply({ t: 'loaded', id, manifest: (wantsManifest ? said.value : {}) as ManifestData, micros });
    }
    this.drop(key);
    return failed(id, said);
  }

  /** Decides queries. */
  run(runs: Runs, replies: RunReplies): void {
    const { firstId, given } = runs;
    const count = countRuns(given);
    const ended = this.#runSome(runs, count, replies);
    if (ended === count) return;
    // Of the others the isolate was not asked, or has said nothing.
    for (const [index, one] of singly(given).entries())
      if (index >= ended) this.#runSome({ ...runs, firstId: firstId + index, given: one }, 1, replies);
  }

  /** Returns how many of the runs have their reply, in one call into the isolate. */
  #runSome({ firstId, key, given, timeoutMs, wallMs }: Runs, count: number, replies: RunReplies): number {
    const isolate = this.#isolates.get(key);
    const begun = performance.now();
    const outcome =
      isolate === undefined
        ? ({ ok: false, reason: 'missing', message: `${key} is not loaded` } as const)
        : isolate.run(given, { timeoutMs, wallMs });
    const micros = microsSince(begun);
    if (!outcome.ok) {
      if (STOPPED.has(outcome.reason)) this.drop(key);
      else if (count > 1 && outcome.reason !== 'missing') return 0;
      const failure = count > 1 ? oneOfSeveral(outcome) : outcome;
      for (let index = 0; index < count; index += 1) replies.add(failed(firstId + index, failure));
      return count;
    }
    const texts = count === 1 ? [outcome.text] : outcome.text.split('\0');
    // A policy that has replaced the prelude may say anything, for its own queries.
    if (texts.length > count) return 0;
    const each = Math.ceil(micros / texts.length);
    for (const [index, text] of texts.entries()) this.#tell(firstId + index, each, text, replies);
    return texts.length;
  }

  #tell(id: number, micros: number, text: string, replies: RunReplies): void {
    const known = this.#numbers.of(text);
    if (known !== undefined) {
      replies.addTold(`${id} ${micros} ${known}`);
      return;
    }
    const said = partsProblem(text) ?? understand(text);
    if (!said.ok) {
      replies.add(failed(id, said));
      return;
    }
    const { plan, reads, impure } = said.value as Decision;
    // The text may be a part of a longer one, which would be kept with it.
    const whole = text.length <= MOST_TOLD ? JSON.stringify({ plan, reads, impure }) : undefined;
    if (whole === text) replies.addTold(`${id} ${micros} ${this.#numbers.give(whole)}${whole}`);
    else replies.add(reply({ t: 'ran', id, plan, reads, impure, micros }));
  }

  /** See {@link PolicyIsolate.tidy}. */
  tidy(key: string): void {
    this.#isolates.get(key)?.tidy();
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
 * answer); the last two with what was read before.
 */
function understand(
  text: string,
): { readonly ok: true; readonly value: object } | CallFailure | typeof PLACELESS {
  if (text === '') return NO_RESULT;
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return invalid('The result is not JSON');
  }
  if (typeof said !== 'object' || said === null) return invalid('The result is not an object');
  if ('invalid' in said)
    return withReads(invalid(typeof said.invalid === 'string' ? said.invalid : 'No answer'), said);
  if ('placeless' in said) return PLACELESS;
  if (!('error' in said)) return { ok: true, value: said };
  const error: { message?: unknown; stack?: unknown } = Object(said.error);
  return withReads(thrown(error.message, error.stack), said);
}

/** What a policy says it has read before it failed is passed on if it is nothing else. */
function withReads(failure: CallFailure, said: object): CallFailure {
  return 'reads' in said && areToldReads(said.reads) ? { ...failure, reads: said.reads } : failure;
}

function reply(message: Extract<FromSandbox, { t: 'loaded' | 'ran' }>): string {
  try {
    return JSON.stringify(message);
  } catch {
    // JSON.parse reads any depth, but JSON.stringify recurses.
    return failed(message.id, invalid('The result is nested too deeply'));
  }
}

const PLACELESS = {
  ok: false,
  reason: 'placeless',
  message: 'The place of the client was not sent',
} as const;

/** The failure of each run of several that were stopped together. */
function oneOfSeveral(failure: Failure): Failure {
  const { reason } = failure;
  if (reason !== 'timeout' && reason !== 'memory') return failure;
  return { reason: 'together', message: 'The policy was stopped in one of several runs' };
}

type Failure = Pick<Failed, 'reason' | 'message' | 'stack' | 'reads'>;

function failed(id: number, { reason, message, stack, reads }: Failure): string {
  const said: FromSandbox = {
    t: 'failed',
    id,
    reason,
    message,
    ...(stack !== undefined && { stack }),
    ...(reads !== undefined && { reads }),
  };
  return JSON.stringify(said);
}

function invalid(message: string): CallFailure {
  return { ok: false, reason: 'invalid', message: message.slice(0, MOST_MESSAGE) };
}
