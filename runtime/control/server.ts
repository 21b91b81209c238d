/** A server, as the program that runs it sees it: it is started, reads its settings again, and is stopped. */
import type { Status } from '../admin/status.ts';
import type { Config } from '../config/config.ts';
import type { ServiceManager } from '../transport/sockets/service-manager.ts';
import type { Endable } from './ending.ts';
import { reloadSettings } from './reload.ts';
import type { ReloadingParts } from './reloading.ts';
import type { ServerParts } from './server-parts.ts';
import { SettledSettings } from './settled-settings.ts';
import { startServer } from './start.ts';
import { Stop } from './stop.ts';

export class Server implements Endable {
  readonly #parts: ServerParts;
  readonly #stop: Stop;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#stop = new Stop(parts);
  }

  /** The address of the admin page, unless it is off. */
  get adminUrl(): string | undefined {
    return this.#parts.admin.url;
  }

  /** Resolves when another server has taken the place of this one, which must then be stopped. */
  get replaced(): Promise<void> {
    return this.#parts.charge.replaced;
  }

  async status(): Promise<Status> {
    return (await this.#parts.observe()).status;
  }

  /** As {@link startServer}; with `mayReplace` it may take the place of a server that runs. */
  start(mayReplace = false): Promise<void> {
    return startServer(this.#parts, { mayReplace, isStopped: () => this.#stop.hasBegun });
  }

  /** Reads the settings by `load` whenever a reload is wanted, once the start is over. */
  reloadFrom(load: ReloadingParts['load'], started: Promise<unknown>, manager: ServiceManager): void {
    const use = (config: Config) => reloadSettings(config, this.#parts);
    const settled = new SettledSettings(this.#parts.settings.config);
    const whole = () => settled.read(load);
    this.#parts.reloading.begin({ load: whole, use }, started, (isUnderWay) => {
      if (isUnderWay) manager.reloading();
      else manager.ready(this.summary);
    });
  }

  /** Has the settings read again, as {@link reloadSettings}; reloads take turns. */
  reload(): void {
    this.#parts.reloading.want();
  }

  /** What the server does, in a line for the service manager. */
  get summary(): string {
    const { registry, reloading, fleet } = this.#parts;
    const places = [...new Set(fleet.members().flatMap(({ listening }) => listening))];
    const failed =
      reloading.last?.outcome === 'failed' ? `; the last reload failed: ${reloading.last.problems[0]}` : '';
    return `Answers for ${registry.status().length} zones on ${places.join(', ')}${failed}`;
  }

  /** As {@link Stop.run}. */
  stop(): Promise<void> {
    return this.#stop.run();
  }

  get withdrawMs(): number {
    return this.#parts.announcer.withdrawMs;
  }

  get unended(): readonly string[] {
    return this.#stop.unended;
  }

  kill(): void {
    this.#parts.fleet.kill();
  }
}
