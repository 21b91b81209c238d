/**
 * The aliases of all zones, as control resolves them: it asks the resolvers of the settings, tells answer processes what is new,
 * keeps it for the next start, and tells operators what does not work.
 */
import type { Logger } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import type { Config } from '../../config/config.ts';
import { AliasKeeper, type AliasReport } from '../../health/aliases/alias-keeper.ts';
import type { AliasNews } from '../../health/aliases/alias-news.ts';
import { askTarget } from '../../health/aliases/ask-target.ts';
import { parseResolvConf, type ResolvConf } from '../../health/names/resolv-conf.ts';
import { SystemFile } from '../../health/names/system-file.ts';
import { systemClock } from '../../health/timer-clock.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { AliasFile } from './alias-file.ts';
import { AliasLoops } from './alias-loops.ts';

export interface AliasesOptions {
  readonly settings: () => Config['alias'];
  readonly file: string;
  readonly send: (news: readonly AliasNews[]) => void;
  readonly log: Logger;
}

/** Milliseconds for which a new version waits for what its aliases lead to. */
const FIRST_MS = 2000;
const RESOLV_CONF = '/etc/resolv.conf';

export class Aliases {
  readonly #keeper: AliasKeeper;
  readonly #file: AliasFile;
  readonly #loops = new AliasLoops();
  readonly #log: Logger;
  #told = new Set<string>();
  #warnings: readonly string[] | undefined;

  constructor({ settings, file, send, log }: AliasesOptions) {
    const system = new SystemFile<ResolvConf>(RESOLV_CONF, parseResolvConf, () => performance.now());
    this.#log = log;
    this.#keeper = new AliasKeeper({
      clock: systemClock,
      times: settings,
      most: () => settings().targets,
      ask: (question, signal) => {
        const { resolvers, timeout } = settings();
        const servers = resolvers.length > 0 ? resolvers : system.get().servers;
        return askTarget(question, servers, 1000 * timeout, signal);
      },
      send,
      onProblem: (target, family, problem) => {
        if (problem === undefined) log.info({ target, family }, 'Target of an alias is resolved again');
        else log.warn({ target, family }, `Target of an alias cannot be resolved: ${problem}`);
      },
    });
    this.#file = new AliasFile(file, this.#keeper, log);
  }

  /** Reads what the last server knew. */
  start(): void {
    this.#file.start();
  }

  /** What a zone declares from now on; `undefined` if it is served no more. */
  declare(zone: string, declared: Pick<Manifest, 'pools' | 'hosts' | 'fallback'> | undefined): void {
    const targets = [...(declared?.pools.values() ?? [])].flatMap(({ alias }) => alias?.target ?? []);
    this.#keeper.declare(zone, [...new Set(targets)]);
    this.#loops.set(zone, declared);
    this.#warnings = undefined;
  }

  /** Resolves once something is known of the targets of these zones, or for a moment could not be had. */
  async settle(zones: readonly string[]): Promise<void> {
    await within(FIRST_MS, this.#keeper.settle(zones));
    this.#keeper.flush();
    for (const warning of this.warnings()) if (!this.#told.has(warning)) this.#log.warn(warning);
    this.#told = new Set(this.warnings());
  }

  settingsChanged(): void {
    this.#keeper.settingsChanged();
  }

  addressesOf(target: string): readonly string[] {
    return this.#keeper.addressesOf(target);
  }

  report(): AliasReport[] {
    return this.#keeper.report();
  }

  /** What is wrong with aliases, in words. */
  warnings(): readonly string[] {
    this.#warnings ??= [
      ...this.#loops
        .find()
        .map((way) => `An alias leads back to itself, and cannot be resolved: ${way.join(' → ')}`),
      ...Array.from(
        this.#keeper.beyond,
        (target) => `Alias "${target}" is not resolved: there are more targets than "alias.targets" allows`,
      ),
    ];
    return this.#warnings;
  }

  async stop(): Promise<void> {
    this.#keeper.stop();
    await this.#file.stop();
  }
}
