/**
 * Builds that survive one another. esbuild is a process of its own that all builds share, and a source
 * can end it, fill its memory or keep it busy for ever. All builds under way are lost then, and which of
 * them is to blame is not known: so each is done again, by itself. Where the process was stopped or hangs
 * without computing anything, no source is to blame, and the log says so.
 */
import { readFileSync } from 'node:fs';
import { type BuildFailure, type BuildOptions, type BuildResult, build, stop } from 'esbuild';
import { COMPILER_PRIORITY, lowerThreads } from '../base/process/priority.ts';
import { childrenOf, computedMsOfAll, isRunnable, residentBytes } from '../base/process/process-usage.ts';

/** Far longer than the largest policy takes, and short enough for the others to wait. */
const MOST_MS = 3000;
/** The same where others have the processors: it is the last in the line for them, and to blame for what it computes only. */
const MOST_STARVED_MS = 30_000;
/** Without computing anything or asking for a processor; seen so often, for our own loop may have been late. */
const HUNG = { ms: 3000, looks: 50 };
/** Attempts in all, where it hangs. */
const MOST_ATTEMPTS = 3;

/** Memory of the compiler, on systems that say how much that is. */
const MOST_OCTETS = 1024 ** 3;
const LOOK_MS = 20;

/** It compiles to nothing, whatever else is built: its source is to blame, unless the compiler hung. */
export class BuildLostError extends Error {
  readonly isHung: boolean;

  constructor(message: string, isHung = false) {
    super(message);
    this.isHung = isHung;
  }
}

/** Of its process. */
const NAME = 'esbuild\n';

type Options = BuildOptions & { readonly write: false };
type Result = BuildResult<Options>;

/**
 * Builds.
 * @throws {BuildFailure} if there is something wrong with the source.
 * @throws {BuildLostError} if esbuild ends or does not come to an end.
 */
export async function buildSurely(options: Options): Promise<Result> {
  if (alone === 0) {
    try {
      return await attempt(options);
    } catch (error) {
      if (!(error instanceof BuildLostError)) throw error;
    }
  }
  for (let attempts = 2; ; attempts += 1) {
    try {
      return await inTurn(() => attempt(options));
    } catch (error) {
      const mayTry = error instanceof BuildLostError && error.isHung && attempts < MOST_ATTEMPTS;
      if (!mayTry) throw error;
    }
  }
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

/** Sets what is called when the compiler hangs, for which no policy is to blame. */
export function onCompilerHung(listener: (text: string) => void): void {
  noteHung = listener;
}

/** Ends the compiler, even if it is stopped. What is being built is lost, and so is what is to be built from now on. */
export function endCompiler(): void {
  isEnded = true;
  giveUp(service, ENDED);
}

let noteHung: (text: string) => void = () => {};
let isEnded = false;
const ENDED = new BuildLostError('The server is ending');

/** The process that builds now; rejects when it is given up. esbuild forgets builds whose process was stopped. */
let service = newService();
/** Builds that are to be done by themselves, and the last of them. While there are any, none is done otherwise. */
let alone = 0;
let last: Promise<unknown> = Promise.resolve();
/**
 * Processes that were ended and are not gone yet. On a busy machine that takes a while, in which they hold all the
 * memory that they held: no build of a successor is to blame for it.
 */
const ended = new Set<number>();
/** The process whose priority was lowered. */
let lowered: number | undefined;

function newService(): PromiseWithResolvers<never> {
  const next = Promise.withResolvers<never>();
  // It may be given up while nothing is built.
  next.promise.catch(() => {});
  return next;
}

async function inTurn(work: () => Promise<Result>): Promise<Result> {
  alone += 1;
  const turn = last.then(work);
  last = turn.catch(() => {});
  try {
    return await turn;
  } finally {
    alone -= 1;
  }
}

async function attempt(options: Options): Promise<Result> {
  if (isEnded) throw ENDED;
  const mine = service;
  const watch = new BuildWatch();
  const limits = setInterval(() => {
    const lost = watch.look();
    if (lost !== undefined) giveUp(mine, lost);
  }, LOOK_MS);
  try {
    return await Promise.race([build(options), mine.promise]);
  } catch (error) {
    if (isBuildFailure(error) || error instanceof BuildLostError) throw error;
    giveUp(mine, new BuildLostError('The compiler crashed'));
    return await mine.promise;
  } finally {
    clearInterval(limits);
  }
}

/** Looks whether a build will come to an end. */
class BuildWatch {
  readonly #begun = performance.now();
  #computedBefore: number | undefined;
  #computed: number | undefined;
  #movedAt = this.#begun;
  #idleLooks = 0;

  /** Why it will not, if so. */
  look(): BuildLostError | undefined {
    const pid = compilerPid();
    const computed = pid === undefined ? undefined : computedMsOfAll(pid);
    this.#computedBefore ??= computed;
    const now = performance.now();
    const taken = now - this.#begun;
    if (taken > MOST_MS && isToBlame(taken, computed, this.#computedBefore))
      return new BuildLostError(`The compiler did not come to an end within ${MOST_MS} ms`);
    if (pid === undefined) return undefined;
    if (pid !== lowered) {
      // It takes every processor there is; threads it starts from now on inherit.
      lowerThreads(pid, COMPILER_PRIORITY);
      lowered = pid;
    }
    if ((residentBytes(pid) ?? 0) > MOST_OCTETS)
      return new BuildLostError(`The compiler needed more than ${MOST_OCTETS} octets`);
    return this.#isIdle(pid, computed, now)
      ? new BuildLostError('The compiler hangs, or was stopped', true)
      : undefined;
  }

  /** A process that waits for a processor is not idle, however long it has to. */
  #isIdle(pid: number, computed: number | undefined, now: number): boolean {
    if (computed !== this.#computed || isRunnable(pid)) {
      this.#computed = computed;
      this.#movedAt = now;
      this.#idleLooks = 0;
      return false;
    }
    this.#idleLooks += 1;
    return this.#idleLooks >= HUNG.looks && now - this.#movedAt > HUNG.ms;
  }
}

/** Whether it had that long, not only waited for a processor. On a system that does not say, it had. */
function isToBlame(taken: number, computed = Number.POSITIVE_INFINITY, before = 0): boolean {
  return taken > MOST_STARVED_MS || computed - before > MOST_MS;
}

/** Only the first to notice may stop what is left of it: the next would stop the successor. */
function giveUp(lost: typeof service, why: BuildLostError): void {
  if (service !== lost) return;
  service = newService();
  // A process that is stopped obeys no other signal.
  const pid = compilerPid();
  void stop();
  if (pid !== undefined) {
    ended.add(pid);
    end(pid);
  }
  if (why.isHung) noteHung(`${why.message}; it is ended, and builds under way are done again`);
  lost.reject(why);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** esbuild's process, a child of ours; `undefined` on a system that does not say. */
function compilerPid(): number | undefined {
  const children = childrenOf(process.pid);
  for (const pid of ended) if (!children.includes(pid)) ended.delete(pid);
  return children.findLast((child) => !ended.has(child) && isCompiler(child));
}

function isCompiler(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1') === NAME;
  } catch {
    // It ended meanwhile.
    return false;
  }
}
