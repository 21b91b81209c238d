/**
 * One policy in one isolate, from creation to disposal. Only strings go in and come out: no handle of
 * isolated-vm ever reaches a policy, and no object of a policy reaches this process.
 *
 * An isolate that ran out of time or memory is never used again. V8 stops it at an arbitrary point,
 * and its next answer could come from half-changed state.
 */
import type ivm from 'isolated-vm';
import { jsonParts, MOST_PARTS } from '../rpc/json-work.ts';
import { COLLECT } from '../rpc/sandbox-protocol.ts';
import { computedSinceMark, markComputedMs } from './computed.ts';
import { type Lease, newIsolate } from './isolates.ts';
import { MOST_MANIFEST, MOST_MESSAGE, MOST_RESULT, MOST_STACK } from './limits.ts';
import type { Snapshot } from './prelude-snapshot.ts';

/** The result of a call. */
export type CallOutcome = { readonly ok: true; readonly text: string } | CallFailure;

export interface CallFailure {
  readonly ok: false;
  readonly reason: 'throw' | 'timeout' | 'starved' | 'memory' | 'invalid' | 'missing';
  readonly message: string;
  readonly stack?: string;
  /** What it had read before, if the policy says that. */
  readonly reads?: readonly unknown[];
}

/** How long a call may take. */
export interface Limit {
  /** CPU milliseconds. */
  readonly timeoutMs: number;
  /** Wall-clock milliseconds, which V8 counts. */
  readonly wallMs: number;
}

/** The name of the policy's script in stack traces. Its source map has the same lines. */
const FILE_NAME = 'policy.js';

/**
 * Runs after the prelude, as V8 makes no snapshot without these globals, and before the policy. It removes
 * globals that can block the process where V8 cannot interrupt it (Atomics.wait needs shared memory, which
 * WebAssembly could make again), that run code outside of calls (finalizers), or that show what the garbage
 * collector did. The one with which it is called cannot be deleted.
 */
const PREPARE = `
  for (const name of ['Atomics', 'FinalizationRegistry', 'SharedArrayBuffer', 'WeakRef', 'WebAssembly']) {
    delete globalThis[name];
  }
  globalThis.${COLLECT} = undefined;`;

/**
 * Calls a function of the script from inside the isolate. A thrown value stays in the isolate (isolated-vm
 * would handle it outside of any time limit), and a string over the limit is not copied.
 */
const MANIFEST = `
  () => {
    try {
      const text = __dnsteer_manifest();
      return typeof text === 'string' && text.length <= ${MOST_MANIFEST} ? text : undefined;
    } catch {
      return undefined;
    }
  }`;

/**
 * The same for several runs: crossing into the isolate takes longer than most of them. Takes lines, of which the
 * first is the health of pools (rpc/run-text.ts); returns the text of each run, with \u0000 between them, or
 * nothing in its place. Stops before the texts together are over the limit: then some are left to be run.
 */
const RUNS = `
  (() => {
    const split = Function.prototype.call.bind(String.prototype.split);
    const run = (line, health) => {
      try {
        const text = __dnsteer_run(line, health);
        return typeof text === 'string' && text.length <= ${MOST_RESULT} ? text : '';
      } catch {
        return '';
      }
    };
    return (given) => {
      const lines = split(given, '\\n');
      let said = '';
      for (let at = 1; at < lines.length; at++) {
        const text = run(lines[at], lines[0]);
        if (at === 1) said = text;
        else if (said.length + text.length > ${MOST_RESULT}) break;
        else said += '\\0' + text;
      }
      return said;
    };
  })()`;

/**
 * Returns a function that has the garbage collector give back all that it can, before that is taken from the policy. Its
 * options have no prototype, for that may be the policy's.
 */
const TIDY = `
  (() => {
    const collect = globalThis.${COLLECT};
    const how = { __proto__: null, type: 'major', flavor: 'last-resort', execution: 'sync' };
    return () => collect?.(how);
  })()`;
/** Milliseconds that collecting may take; V8 does not stop before it is done. */
const TIDY_MS = 1000;

type Guarded = (...given: string[]) => string | undefined;

export class PolicyIsolate {
  readonly #isolate: ivm.Isolate;
  readonly #context: ivm.Context;
  /** Set if the isolate has other policies as well. */
  readonly #lease: Lease | undefined;
  readonly #runs: ivm.Reference<Guarded>;
  readonly #tidy: ivm.Reference<() => void> | undefined;

  /** `lease`: of an isolate to share with other policies. */
  constructor(memoryMb: number, snapshot?: Snapshot, lease?: Lease) {
    this.#lease = lease;
    this.#isolate = lease?.isolate ?? newIsolate(memoryMb, snapshot);
    this.#context = this.#isolate.createContextSync();
    // An isolate that policies share is not kept for long.
    if (lease === undefined) this.#tidy = this.#context.evalSync(TIDY, { reference: true });
    this.#context.evalSync(PREPARE);
    this.#runs = this.#context.evalSync(RUNS, { reference: true });
  }

  /** Runs the top level of the script, then reads its manifest. */
  load(script: string, limit: Limit): CallOutcome {
    try {
      const compiled = this.#isolate.compileScriptSync(script, { filename: FILE_NAME });
      const from = performance.now();
      markComputedMs();
      compiled.runSync(this.#context, { timeout: limit.wallMs, release: true });
      const left = Math.max(1, Math.ceil(limit.wallMs - (performance.now() - from)));
      const manifest: ivm.Reference<Guarded> = this.#context.evalSync(MANIFEST, { reference: true });
      return resultOf(manifest.applySync(undefined, [], { timeout: left }), MOST_MANIFEST);
    } catch (error) {
      return this.#failure(error, limit);
    }
  }

  /** Decides queries: see {@link RUNS}. `load` must have succeeded. */
  run(given: string, limit: Limit): CallOutcome {
    try {
      const text = this.#runs.applySync(undefined, [given], { timeout: limit.wallMs });
      return typeof text === 'string' ? { ok: true, text } : NO_RESULT;
    } catch (error) {
      return this.#failure(error, limit);
    }
  }

  /** Gives back memory that the isolate does not use: V8 keeps what many runs have filled. */
  tidy(): void {
    try {
      this.#tidy?.applySync(undefined, [], { timeout: TIDY_MS });
    } catch {
      // The next run tells what is wrong with the isolate.
    }
  }

  dispose(): void {
    // isolated-vm disposes of an isolate that ran out of memory.
    if (this.#isolate.isDisposed) return;
    if (this.#lease === undefined) {
      this.#isolate.dispose();
      return;
    }
    this.#runs.release();
    this.#context.release();
    this.#lease.end();
  }

  #failure(error: unknown, { timeoutMs }: Limit): CallFailure {
    if (this.#isolate.isDisposed) {
      if (this.#lease !== undefined) return { ok: false, reason: 'missing', message: LOST_TOGETHER };
      return { ok: false, reason: 'memory', message: 'The policy used more memory than it may' };
    }
    if (!(error instanceof Error)) return { ok: false, reason: 'throw', message: 'The policy threw' };
    if (error.message === 'Script execution timed out.') {
      // The stack says where V8 stopped the policy.
      const isStarved = computedSinceMark() < timeoutMs;
      this.#lease?.spoil();
      const message = isStarved ? STARVED : `The policy ran longer than ${timeoutMs} ms`;
      return { ...thrown(message, error.stack), reason: isStarved ? 'starved' : 'timeout' };
    }
    return thrown(error.message, error.stack);
  }
}

const LOST_TOGETHER = 'The policies of one isolate together used more memory than one may';
const STARVED = 'The sandbox was given no processor for long enough to run the policy';

/** A failure the policy describes itself, cut to a size fit for a log. */
export function thrown(message: unknown, stack: unknown): CallFailure {
  const text =
    typeof message === 'string' && message !== '' ? message.slice(0, MOST_MESSAGE) : 'The policy threw';
  if (typeof stack !== 'string') return { ok: false, reason: 'throw', message: text };
  return { ok: false, reason: 'throw', message: text, stack: stack.slice(0, MOST_STACK) };
}

function resultOf(text: unknown, mostCharacters: number): CallOutcome {
  if (typeof text === 'string') return { ok: true, text };
  const message = `The policy's result is missing or longer than ${mostCharacters} characters`;
  return { ok: false, reason: 'invalid', message };
}

/** The outcome of a run that returned no text, or too long a one. */
export const NO_RESULT = resultOf(undefined, MOST_RESULT) as CallFailure;

/** Refuses a result of more parts than the host parses. */
export function partsProblem(text: string): CallFailure | undefined {
  const parts = jsonParts(text);
  if (parts <= MOST_PARTS) return undefined;
  const message = `The policy's result has ${parts} parts, and ${MOST_PARTS} are possible`;
  return { ok: false, reason: 'invalid', message };
}
