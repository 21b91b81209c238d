/**
 * Ends the parts of a server, whether or not all have started: traffic is sent elsewhere first, and pending queries are
 * answered.
 */
import { endCompiler } from '../build/esbuild-service.ts';
import { Awaited } from './ending.ts';
import type { ServerParts } from './server-parts.ts';

export class Stop {
  readonly #parts: ServerParts;
  readonly #awaited = new Awaited();
  #done: Promise<void> | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  get hasBegun(): boolean {
    return this.#done !== undefined;
  }

  /** Parts that have not ended yet. */
  get unended(): readonly string[] {
    return this.#awaited.names;
  }

  /** Resolves when all processes have ended. A second call changes nothing. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    const {
      admin,
      audit,
      fleet,
      sandbox,
      tls,
      signing,
      registry,
      secondaries,
      notifier,
      journals,
      updates,
      httpUpdates,
      monitor,
      healthFile,
      aliases,
      overrides,
      maintenance,
      notices,
      standing,
      geoFiles,
      geoWatch,
      recordings,
      cookies,
      charge,
      announcer,
      emitted,
    } = this.#parts;
    await announcer.withdraw();
    geoWatch.stop();
    const transfers = Promise.all([secondaries.stop(), notifier.stop()]);
    const policies = registry.stop();
    const answers = fleet.drain();
    endCompiler();
    await this.#awaited.all({
      'the admin server': admin.close().then(() => audit.stop()),
      'answer processes': answers,
      'files of pools': emitted.stop(),
      recordings: answers.then(() => recordings.stop()),
      'the sandbox for trials': sandbox.stop(),
      certificates: tls.stop(),
      'the folder of keys': signing.stop(),
      'the policies folder and last good versions': policies,
      'transfers of zones': transfers,
      'states of health': healthFile.stop(),
      'addresses of aliases': aliases.stop(),
      overrides: Promise.all([overrides.stop(), maintenance.stop()]),
      'updates over HTTP': httpUpdates.close(),
      'updates of zones': updates.close(),
      'journals of zones': journals.stop(),
      'notices that wait': answers.then(() => notices.stop()),
    });
    standing.stop();
    geoFiles.stop();
    monitor.stop();
    cookies.stop();
    announcer.release();
    charge.close();
  }
}
