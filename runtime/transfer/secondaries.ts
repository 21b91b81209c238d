/** All zones that are transferred from elsewhere. */
import type { Logger } from '../base/log.ts';
import { systemClock, type TimerClock } from '../health/timer-clock.ts';
import type { TransferredPart, TransferredZones } from '../registry/transferred.ts';
import type { TransferSettings } from '../rpc/answer-settings.ts';
import type { NotifyEvent } from '../rpc/events.ts';
import { keyringOf } from '../tsig/tsig-key.ts';
import { CopyStore } from './copy-store.ts';
import { type SecondaryStatus, SecondaryZone } from './secondary-zone.ts';

export interface SecondariesOptions {
  readonly settings: Pick<TransferSettings, 'keys' | 'primaries'>;
  /** Where copies outlive a restart. */
  readonly folder: string;
  readonly log: Logger;
  /** A zone has another part. */
  readonly onChange: (zone: string) => void;
  readonly clock?: TimerClock;
}

/** Milliseconds for one message of a primary to come. */
const PATIENCE_MS = 5000;

export class Secondaries implements TransferredZones {
  readonly #zones: ReadonlyMap<string, SecondaryZone>;

  constructor({ settings, folder, log, onChange, clock = systemClock }: SecondariesOptions) {
    const store = new CopyStore(folder);
    const ask = { keys: keyringOf(settings.keys), patienceMs: PATIENCE_MS };
    this.#zones = new Map(
      Object.entries(settings.primaries).map(([zone, primaries]) => [
        zone,
        new SecondaryZone({
          zone,
          primaries,
          ask,
          store,
          clock,
          log: log.child({ zone }),
          onChange: () => onChange(zone),
        }),
      ]),
    );
  }

  /** Their names. */
  get zones(): Iterable<string> {
    return this.#zones.keys();
  }

  /** What there is of a zone; nothing if it is none of these. */
  partOf(zone: string): TransferredPart | undefined {
    return this.#zones.get(zone)?.part;
  }

  /** Resolves when what was kept is there; asks the primaries from then on. */
  async start(): Promise<void> {
    await Promise.all([...this.#zones.values()].map((zone) => zone.start()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#zones.values()].map((zone) => zone.stop()));
  }

  /** A primary says that the zone has changed. */
  notify({ zone }: NotifyEvent): void {
    this.#zones.get(zone)?.refresh();
  }

  status(): SecondaryStatus[] {
    return [...this.#zones.values()].map((zone) => zone.status());
  }
}
