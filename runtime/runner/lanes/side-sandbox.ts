/** A sandbox beside the one that policies share, while there is something to run in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OFFENDERS_PRIORITY } from '../../base/process/priority.ts';
import type { SandboxOptions } from '../options.ts';
import { Sandbox } from '../sandbox.ts';
import type { SandboxStats } from '../state.ts';

/** The start waits until the trouble that called for it is over, when others need the processor. */
const RELIEF_MS = 50;

export class SideSandbox {
  readonly #options: SandboxOptions;
  #sandbox: Sandbox | undefined;
  #started: Promise<void> = Promise.resolve();
  /** Restarts counted by earlier sandboxes, which are closed. */
  #restartsBefore = 0;

  /** `purpose` is for the log. */
  constructor({ onState, ...options }: SandboxOptions, purpose: string) {
    this.#options = {
      ...options,
      spare: false,
      priority: OFFENDERS_PRIORITY,
      onState: (event) => onState?.({ ...event, detail: `${event.detail} (${purpose})` }),
    };
  }

  /** The sandbox, while there is one. */
  get sandbox(): Sandbox | undefined {
    return this.#sandbox;
  }

  get restarts(): number {
    return this.#restartsBefore + (this.#sandbox?.stats().restarts ?? 0);
  }

  get stats(): SandboxStats | undefined {
    return this.#sandbox?.stats();
  }

  /** Starts the sandbox, unless it is there; loads wait for the start. */
  open(): Sandbox {
    if (this.#sandbox !== undefined) return this.#sandbox;
    const sandbox = new Sandbox(this.#options);
    this.#sandbox = sandbox;
    // Without the sandbox its policies fall back; the next policy that needs it tries again.
    this.#started = sleep(RELIEF_MS, undefined, { ref: false })
      .then(() => sandbox.start())
      .catch(() => {
        if (this.#sandbox === sandbox) this.#sandbox = undefined;
      });
    return sandbox;
  }

  async close(): Promise<void> {
    const sandbox = this.#sandbox;
    if (sandbox === undefined) return;
    this.#sandbox = undefined;
    await this.#started;
    this.#restartsBefore += sandbox.stats().restarts;
    await sandbox.stop();
  }

  /** Stops the sandbox at once, whether or not it has started. */
  async stop(): Promise<void> {
    await this.#sandbox?.stop();
  }
}
