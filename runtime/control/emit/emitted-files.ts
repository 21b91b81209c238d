/**
 * Files in which other programs find pools, kept as the pools are: one task looks at all of them after a change, one after
 * the other. What fails is tried again, as the cause may be outside of this server.
 */
import type { EmittedStatus } from '../../admin/emit/emitted-status.ts';
import type { Upstream, UpstreamPool } from '../../admin/emit/upstream.ts';
import type { Logger } from '../../base/log.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { EmitSetting } from '../../config/emit/emit-schema.ts';
import type { NoticeBoard } from '../notices/notice-board.ts';
import { bringUpToDate, type EmittedState } from './bring-up-to-date.ts';
import { runEmitCommand } from './emit-command.ts';

export interface EmittedFilesOptions {
  /** A look at the pools as they are, in which each is found by zone and name. */
  readonly look: () => (zone: string, pool: string) => readonly Upstream[] | undefined;
  readonly notices: Pick<NoticeBoard, 'began' | 'over' | 'openOf'>;
  readonly log: Logger;
}

/** Milliseconds for which a change waits for others. */
const GATHER_MS = 100;
/** Milliseconds between two looks: no program is told to read its file more often. */
const REST_MS = 1000;
const AGAIN_MS = 30_000;

export class EmittedFiles {
  readonly #options: EmittedFilesOptions;
  readonly #states = new Map<string, EmittedState>();
  readonly #ended = new AbortController();
  #settings: readonly EmitSetting[] = [];
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;
  #restUntil = 0;
  #running: Promise<void> | undefined;

  constructor(options: EmittedFilesOptions) {
    this.#options = options;
  }

  /** Keeps these files from now on: each is looked at soon, whoever may have changed it. */
  use(settings: readonly EmitSetting[]): void {
    if (this.#ended.signal.aborted) return;
    this.#settings = settings;
    this.#isOpen = true;
    const files = new Set(settings.map(({ file }) => file));
    for (const file of this.#states.keys()) if (!files.has(file)) this.#states.delete(file);
    for (const file of this.#options.notices.openOf('emit').keys())
      if (!files.has(file)) this.#options.notices.over('emit', file, `${file} is no longer kept current`);
    this.want();
  }

  /** Something has changed that may be in a file. */
  want(): void {
    if (this.#isOpen && this.#settings.length > 0) this.#lookIn(GATHER_MS);
  }

  /** Nothing is written or run from then on; a program that runs is killed. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#ended.abort();
    await this.#running;
  }

  /** Resolves once the look that goes on is over. */
  async settled(): Promise<void> {
    await this.#running;
  }

  status(): EmittedStatus[] {
    return this.#settings.map(({ kind, file }) => {
      const { writtenAt, problem, lastProblem } = this.#stateOf(file);
      return {
        kind,
        file,
        ...(writtenAt !== undefined && { writtenAt }),
        ...(problem !== undefined && { problem }),
        ...(lastProblem !== undefined && { lastProblem }),
      };
    });
  }

  warnings(): string[] {
    return this.status().flatMap(({ file, problem }) =>
      problem === undefined ? [] : `${file} is not current: ${problem}`,
    );
  }

  #lookIn(milliseconds: number): void {
    const dueAt = Math.max(performance.now() + milliseconds, this.#restUntil);
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, dueAt - performance.now());
    this.#timer.unref();
  }

  #begin(): void {
    // The look that goes on may have passed what has changed since.
    if (this.#running !== undefined) this.#lookIn(REST_MS);
    else
      this.#running = this.#lookAtAll().finally(() => {
        this.#running = undefined;
        this.#restUntil = performance.now() + REST_MS;
        if (this.#isOpen && this.status().some(({ problem }) => problem !== undefined))
          this.#lookIn(AGAIN_MS);
      });
  }

  async #lookAtAll(): Promise<void> {
    const { signal } = this.#ended;
    // Files that one program reads are read once for all.
    const reloads = new Map<string, Promise<Result<void>>>();
    const all: { setting: EmitSetting; state: EmittedState; done: Result<boolean> }[] = [];
    for (const setting of this.#settings) {
      const state = this.#stateOf(setting.file);
      const pools = poolsOf(setting, this.#options.look());
      const done = pools.ok
        ? await bringUpToDate(setting, pools.value, state, signal)
        : fail(`The old file is kept: ${pools.problem}`);
      all.push({ setting, state, done });
    }
    for (const { setting, state, done } of all) {
      if (!this.#isOpen) return;
      const reloaded = state.owesReload ? await reload(setting, reloads, signal) : ok(undefined);
      if (!this.#isOpen) return;
      state.hasReloaded ||= state.owesReload && reloaded.ok;
      state.owesReload &&= !reloaded.ok;
      this.#tell(setting.file, state, done.ok && !reloaded.ok ? reloaded : done);
    }
  }

  #tell(file: string, state: EmittedState, done: Result<boolean>): void {
    const { notices, log } = this.#options;
    const problem = done.ok ? undefined : done.problem;
    if (done.ok && done.value) log.info({ file }, 'Pools were written for another program');
    if (problem !== undefined && problem !== state.problem)
      log.error({ file, problem }, 'A file of pools is not current');
    state.problem = problem;
    if (problem === undefined) notices.over('emit', file, `${file} is current`);
    else {
      state.lastProblem = { time: new Date().toISOString(), text: problem };
      notices.began('emit', file, `${file} is not current: ${problem}`);
    }
  }

  #stateOf(file: string): EmittedState {
    const known = this.#states.get(file);
    if (known !== undefined) return known;
    const state: EmittedState = { owesReload: false, hasReloaded: false };
    this.#states.set(file, state);
    return state;
  }
}

async function reload(
  { reload: argv, timeout }: EmitSetting,
  begun: Map<string, Promise<Result<void>>>,
  signal: AbortSignal,
): Promise<Result<void>> {
  if (argv === undefined) return ok(undefined);
  const key = JSON.stringify(argv);
  const running = begun.get(key) ?? runEmitCommand(argv, timeout, signal);
  begun.set(key, running);
  const reloaded = await running;
  return reloaded.ok ? reloaded : fail(`It is written, and was not read again: ${reloaded.problem}`);
}

function poolsOf(
  { pools }: EmitSetting,
  look: ReturnType<EmittedFilesOptions['look']>,
): Result<UpstreamPool[]> {
  const found: UpstreamPool[] = [];
  for (const pool of pools) {
    const slash = pool.indexOf('/');
    const upstreams = look(pool.slice(0, slash).toLowerCase(), pool.slice(slash + 1));
    if (upstreams === undefined) return fail(`No pool "${pool}" is served`);
    found.push({ pool, upstreams });
  }
  return ok(found);
}
