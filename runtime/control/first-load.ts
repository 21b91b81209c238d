/** The first load of all zones, at the start of a server: whether it is over, and what has to wait for it. */
import type { Logger } from '../base/log.ts';
import { collectGarbage, growHeapSlowly } from '../base/process/collect-garbage.ts';
import type { Registry } from '../registry/registry.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { loadSystemCalls } from '../transport/udp/system-calls.ts';
import { progressTo } from './start-progress.ts';

/** Starts the sandbox in which policies are tried. Throws as {@link Sandbox.start} does. */
export async function startTrials(sandbox: Pick<Sandbox, 'start' | 'warnings'>, log: Logger): Promise<void> {
  await sandbox.start();
  for (const warning of sandbox.warnings) log.warn({ component: 'sandbox' }, warning);
}

/** Gives back to the system what V8 and the C library keep of what loading thousands of zones took, and has V8 keep less. */
export async function giveBackMemory(): Promise<void> {
  growHeapSlowly();
  if (!collectGarbage()) return;
  const calls = await loadSystemCalls();
  if (calls.ok) calls.value.giveBack?.();
}

export class FirstLoad {
  readonly #log: Logger;
  readonly #tellProgress: (done: number, total: number) => void;
  #loaded: Promise<void> | undefined;
  readonly #listed = Promise.withResolvers<void>();
  /** Rejects if policies cannot be tried at all. */
  readonly #failure = Promise.withResolvers<never>();
  #isOver = false;

  constructor(log: Logger) {
    this.#log = log;
    this.#tellProgress = progressTo(log);
    this.#failure.promise.catch(() => {});
  }

  /** Whether the server has answered for all its zones. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when all zones are loaded. */
  begin(registry: Pick<Registry, 'start'>): Promise<void> {
    this.#loaded = Promise.race([registry.start(), this.#failure.promise]);
    return this.#loaded;
  }

  /** There are policies: the sandbox for their trials starts. A server whose first one does not start ends. */
  needs(sandbox: Pick<Sandbox, 'begin' | 'hasBegun' | 'start' | 'warnings'>): void {
    if (sandbox.hasBegun) return;
    if (this.#isOver) {
      sandbox.begin();
      return;
    }
    startTrials(sandbox, this.#log).catch((error: unknown) => this.#failure.reject(error));
  }

  /** Called once answer processes know which zones there will be. */
  noteListed(): void {
    this.#listed.resolve();
  }

  /** Resolves when no zone that has files is refused any more; rejects if the load does before. */
  get listed(): Promise<unknown> {
    return Promise.race([this.#listed.promise, this.#loaded]);
  }

  noteProgress(done: number, total: number): void {
    if (!this.#isOver) this.#tellProgress(done, total);
  }

  /** Called when all zones are loaded and the server answers for them. */
  end(): void {
    this.#isOver = true;
  }

  /**
   * Makes the registry take a zone that came from its primary. A zone that comes during the first load may or
   * may not be part of it, and is taken after it.
   */
  takeTransferred(zone: string, registry: Pick<Registry, 'transferred'>): void {
    this.#loaded
      ?.then(() => registry.transferred(zone))
      .catch((error: unknown) =>
        this.#log.error({ err: error, zone }, 'A transferred zone could not be taken'),
      );
  }
}
