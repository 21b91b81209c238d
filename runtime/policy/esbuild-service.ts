/**
 * Builds that survive one another. esbuild is a process of its own that all builds share, and a source
 * can end it, fill its memory or keep it busy for ever. All builds under way are lost then, and which of
 * them is to blame is not known: so each is done again, by itself.
 */
import { readFileSync } from 'node:fs';
import { type BuildFailure, type BuildOptions, type BuildResult, build, stop } from 'esbuild';
import { COMPILER_PRIORITY, lowerThreads } from './priority.ts';
import { computedMsOfAll, residentBytes } from './process-usage.ts';

/** Far longer than the largest policy takes, and short enough for the others to wait. */
const MOST_MS = 3000;
/** The same where others have the processors: it is the last in the line for them, and to blame for what it computes only. */
const MOST_STARVED_MS = 30_000;

/** Where the system tells. */
const MOST_OCTETS = 1024 ** 3;
const LOOK_MS = 20;

/** It compiles to nothing, whatever else is built: its source is to blame. */
export class BuildLostError extends Error {}

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
  return inTurn(() => attempt(options));
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

/** The process that builds now; rejects when it is given up. esbuild forgets builds whose process was stopped. */
let service = Promise.withResolvers<never>();
/** Builds that are to be done by themselves, and the last of them. While there are any, none is done otherwise. */
let alone = 0;
let last: Promise<unknown> = Promise.resolve();
/** The process that was told to be last in the line for a processor. */
let lowered: number | undefined;

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
  const mine = service;
  const begun = performance.now();
  let computedBefore: number | undefined;
  const limits = setInterval(() => {
    const pid = compilerPid();
    const computed = pid === undefined ? undefined : computedMsOfAll(pid);
    computedBefore ??= computed;
    const taken = performance.now() - begun;
    if (taken > MOST_MS && isToBlame(taken, computed, computedBefore)) {
      giveUp(mine, `The compiler did not come to an end within ${MOST_MS} ms`);
    }
    if (pid === undefined) return;
    if (pid !== lowered) {
      // It takes every processor there is; threads it starts from now on inherit.
      lowerThreads(pid, COMPILER_PRIORITY);
      lowered = pid;
    }
    if ((residentBytes(pid) ?? 0) > MOST_OCTETS)
      giveUp(mine, `The compiler needed more than ${MOST_OCTETS} octets`);
  }, LOOK_MS);
  try {
    return await Promise.race([build(options), mine.promise]);
  } catch (error) {
    if (isBuildFailure(error) || error instanceof BuildLostError) throw error;
    giveUp(mine, 'The compiler crashed');
    return await mine.promise;
  } finally {
    clearInterval(limits);
  }
}

/** Whether it had that long, not only waited for a processor. Where the system does not tell, it had. */
function isToBlame(taken: number, computed = Number.POSITIVE_INFINITY, before = 0): boolean {
  return taken > MOST_STARVED_MS || computed - before > MOST_MS;
}

/** Only the first to notice may stop what is left of it: the next would stop the successor. */
function giveUp(lost: typeof service, why: string): void {
  if (service !== lost) return;
  service = Promise.withResolvers<never>();
  void stop();
  lost.reject(new BuildLostError(why));
}

/** esbuild's process, a child of ours; `undefined` where the system does not tell. */
function compilerPid(): number | undefined {
  try {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'latin1').split(' ');
    // The newest: one that was stopped may not be gone yet.
    const pid = children.findLast(
      (child) => child !== '' && readFileSync(`/proc/${child}/comm`, 'latin1') === NAME,
    );
    return pid === undefined ? undefined : Number(pid);
  } catch {
    // A child ended meanwhile, or this is another system.
    return undefined;
  }
}
