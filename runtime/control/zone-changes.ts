/** Passes new versions of zones from the registry to the answer processes, and notifies secondaries. */
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { JournalKeeper } from '../transfer/journal-keeper.ts';
import type { Notifier } from '../transfer/notifier.ts';
import { newsFor } from '../transfer/tell.ts';
import type { FirstLoad } from './first-load.ts';
import type { AnswerFleet } from './fleet/answer-fleet.ts';
import type { News } from './news.ts';
import type { KeysInUse } from './signing/keys-in-use.ts';

export interface ZoneChangeParts {
  readonly fleet: Pick<AnswerFleet, 'publish' | 'setSigningKeys'>;
  readonly signing: Pick<KeysInUse, 'toSend'>;
  readonly firstLoad: Pick<FirstLoad, 'isOver'>;
  readonly news: Pick<News, 'forget'>;
  readonly notifier: Notifier;
  readonly journals: JournalKeeper;
}

export class ZoneChanges {
  readonly #parts: ZoneChangeParts;
  #reloads = 0;

  constructor(parts: ZoneChangeParts) {
    this.#parts = parts;
  }

  /** Changes that went live once all zones had been loaded. */
  get reloads(): number {
    return this.#reloads;
  }

  /** Resolves once clients can see the changes; secondaries are notified once the journal has them, too. */
  async publish(put: readonly ZoneUpdate[], drop: readonly string[]): Promise<void> {
    const { fleet, signing, firstLoad, news, notifier, journals } = this.#parts;
    if (firstLoad.isOver) this.#reloads += put.length + drop.length;
    for (const zone of drop) news.forget(zone);
    const told = put
      .filter(({ zone }) => journals.isKept(zone) || notifier.hasPeers(zone))
      .map((update) => [update.zone, newsFor(update)] as const);
    const keys = signing.toSend(put, drop);
    if (keys.length > 0) fleet.setSigningKeys(keys);
    await fleet.publish(put, drop);
    for (const zone of drop) journals.drop(zone);
    for (const [zone, own] of told) {
      // Secondaries ask for the changes as soon as they are told that there are any.
      void journals.note(zone, own?.serial).then(() => own && notifier.served(zone, own.soa));
    }
  }
}
