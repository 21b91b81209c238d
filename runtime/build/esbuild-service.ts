/**
 * Builds that survive one another. All builds share one esbuild process, and a source can end it, fill its
 * memory or keep it busy for ever. All builds under way are lost then, and nobody knows which of them is to
 * blame: so each is done again, by itself. If the process was stopped, or hangs without computing anything,
 * no source is to blame, and the log says so.
 */
import { readFileSync } from 'node:fs';
import { type BuildFailure, type BuildOptions, type BuildResult, build, stop } from 'esbuild';
import { COMPILER_PRIORITY, lowerThreads } from '../base/process/priority.ts';
import { childrenOf, computedMsOfAll, isRunnable, residentBytes } from '../base/process/process-usage.ts';

/** Time for a build: far longer than the largest policy takes, and short enough for other builds to wait. */
const MOST_MS = 3000;
/** Time for a build on a busy machine, where esbuild, with its low priority, waits for a processor. */
const MOST_STARVED_MS = 30_000;
/** esbuild hangs if it neither computes nor waits for a processor for so long, in at least so many looks. */
const HUNG = { ms: 3000, looks: 50 };
/** Attempts in all if esbuild hangs. */
const MOST_ATTEMPTS = 3;

/** After so long without a build esbuild ends: it takes twenty megabytes, and a moment to start again. */
const REST_MS = 5000;

/** Memory that esbuild may use, on systems that say how much it does. */
const MOST_OCTETS = 1024 ** 3;
const LOOK_MS = 20;

/** A build that was lost though it was alone: its source is to blame, unless esbuild hung. */
export class BuildLostError extends Error {
  readonly isHung: boolean;

  constructor(message: string, isHung = false) {
    super(message);
    this.isHung = isHung;
  }
}

/** The name of esbuild's process. */
const NAME = 'esbuild\n';

type Options = BuildOptions & { readonly write: false };
type Result = BuildResult<Options>;

/**
 * Builds, and builds again if another source may have broken esbuild.
 * @throws {BuildFailure} if the source has errors.
 * @throws {BuildLostError} if esbuild ends, or does not finish the build.
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

/**
 * Builds many sources at once. Where esbuild is lost, one of them may have broken it, so they are not built
 * together again.
 * @throws as {@link buildSurely}.
 */
export function buildTogether(options: Options): Promise<Result> {
  return alone === 0 ? attempt(options) : inTurn(() => attempt(options));
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

/** Sets the listener that is called when esbuild hangs, for which no policy is to blame. */
export function onCompilerHung(listener: (text: string) => void): void {
  noteHung = listener;
}

/** Ends esbuild, even if it is stopped. Builds under way fail, and so do all later ones. */
export function endCompiler(): void {
  isEnded = true;
  giveUp(service, ENDED);
}

let noteHung: (text: string) => void = () => {};
let isEnded = false;
const ENDED = new BuildLostError('The server is ending');

/** Rejects when the current esbuild process is given up: esbuild itself never settles its lost builds. */
let service = newService();
/** Builds that wait to run alone, and the last of them. While there are any, all builds run alone. */
let alone = 0;
let last: Promise<unknown> = Promise.resolve();
/**
 * Processes that were killed and are not gone yet. On a busy machine that takes a while, and they keep their
 * memory until then: no build of a successor is to blame for it.
 */
const ended = new Set<number>();
/** Builds under way, and what ends esbuild once there has been none for a while. */
let building = 0;
let resting: NodeJS.Timeout | undefined;
/** The process whose priority was lowered. */
let lowered: number | undefined;

function newService(): PromiseWithResolvers<never> {
  const next = Promise.withResolvers<never>();
  // The process may be given up while nothing is built.
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
  clearTimeout(resting);
  building += 1;
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
    building -= 1;
    if (building === 0) resting = setTimeout(rest, REST_MS).unref();
  }
}

/** Ends the process, which the next build starts again. */
function rest(): void {
  const pid = compilerPid();
  if (pid === undefined || isEnded) return;
  void stop();
  ended.add(pid);
}

/** Watches whether a build will finish. */
class BuildWatch {
  readonly #begun = performance.now();
  #computedBefore: number | undefined;
  #computed: number | undefined;
  #movedAt = this.#begun;
  #idleLooks = 0;

  /** Why the build will not finish, if so. */
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
      // esbuild takes every processor there is; threads that it starts later inherit the priority.
      lowerThreads(pid, COMPILER_PRIORITY);
      lowered = pid;
    }
    if ((residentBytes(pid) ?? 0) > MOST_OCTETS)
      return new BuildLostError(`The compiler needed more than ${MOST_OCTETS} octets`);
    return this.#isIdle(pid, computed, now)
      ? new BuildLostError('The compiler hangs, or was stopped', true)
      : undefined;
  }

  /** Whether esbuild has done nothing for too long. A process that waits for a processor is not idle. */
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

/** Whether the build itself took too long. Without a figure of what esbuild computed, all time counts. */
function isToBlame(taken: number, computed = Number.POSITIVE_INFINITY, before = 0): boolean {
  return taken > MOST_STARVED_MS || computed - before > MOST_MS;
}

/** Ends an esbuild process. Only the first build to notice may do so: the next would end the successor. */
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
    // The process has ended.
  }
}

/** The id of esbuild's process, a child of this one; `undefined` on a system that does not say. */
function compilerPid(): number | undefined {
  const children = childrenOf(process.pid);
  for (const pid of ended) if (!children.includes(pid)) ended.delete(pid);
  return children.findLast((child) => !ended.has(child) && isCompiler(child));
}

function isCompiler(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1') === NAME;
  } catch {
    // The process ended meanwhile.
    return false;
  }
}
