/** All zones that this server transfers from primaries. */
import type { Logger } from '../base/log.ts';
import { systemClock, type TimerClock } from '../health/timer-clock.ts';
import type { TransferredPart, TransferredZones } from '../registry/transferred.ts';
import type { TransferSettings } from '../rpc/answer-settings.ts';
import type { NotifyEvent } from '../rpc/events.ts';
import { keyringOf } from '../tsig/tsig-key.ts';
import { CopyKeeping } from './copy-keeping.ts';
import { CopyStore } from './copy-store.ts';
import type { ForcedTransfer } from './forced-transfer.ts';
import { type SecondaryStatus, SecondaryZone } from './secondary-zone.ts';

export interface SecondariesOptions {
  readonly settings: Pick<TransferSettings, 'keys' | 'primaries'>;
  /** The folder of the copies, which outlive a restart. */
  readonly folder: string;
  readonly log: Logger;
  /** Called when a zone has a new copy, or has lost it. */
  readonly onChange: (zone: string) => void;
  readonly clock?: TimerClock;
}

/** Milliseconds to wait for one message of a primary. */
const PATIENCE_MS = 5000;

export class Secondaries implements TransferredZones {
  readonly #zones: ReadonlyMap<string, SecondaryZone>;
  readonly #keeping: CopyKeeping;

  constructor({ settings, folder, log, onChange, clock = systemClock }: SecondariesOptions) {
    const store = new CopyStore(folder);
    const keeping = new CopyKeeping(store, folder, log);
    this.#keeping = keeping;
    const ask = { keys: keyringOf(settings.keys), patienceMs: PATIENCE_MS };
    this.#zones = new Map(
      Object.entries(settings.primaries).map(([zone, primaries]) => [
        zone,
        new SecondaryZone({
          zone,
          primaries,
          ask,
          store,
          keeping,
          clock,
          log: log.child({ zone }),
          onChange: () => onChange(zone),
        }),
      ]),
    );
  }

  /** The names of the zones. */
  get zones(): Iterable<string> {
    return this.#zones.keys();
  }

  /** The transferred part of a zone; `undefined` for other zones. */
  partOf(zone: string): TransferredPart | undefined {
    return this.#zones.get(zone)?.part;
  }

  /** Resolves when the stored copies are loaded; queries the primaries from then on. */
  async start(): Promise<void> {
    await Promise.all([...this.#zones.values()].map((zone) => zone.start()));
  }

  async stop(): Promise<void> {
    this.#keeping.stop();
    await Promise.all([...this.#zones.values()].map((zone) => zone.stop()));
  }

  /** A primary has sent NOTIFY: the zone has changed. */
  notify({ zone }: NotifyEvent): void {
    this.#zones.get(zone)?.refresh();
  }

  /** As {@link SecondaryZone.force}; `undefined` for a zone that is not transferred. */
  force(zone: string, isLowerTaken: boolean): ForcedTransfer | undefined {
    return this.#zones.get(zone)?.force(isLowerTaken);
  }

  status(): SecondaryStatus[] {
    return [...this.#zones.values()].map((zone) => zone.status());
  }
}
