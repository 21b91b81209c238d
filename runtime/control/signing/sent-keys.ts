/** Which private keys answer processes have, so that each is sent once. */
import type { SigningKeys } from '../../rpc/zone-signing.ts';
import type { ZoneUpdate } from '../../rpc/zone-update.ts';
import { type HeldKeys, signingKeysOf } from './held-keys.ts';

export class SentKeys {
  /** Zone → the keys that answer processes have. */
  readonly #sent = new Map<string, string>();

  /**
   * The private keys that answer processes need for these versions of zones, if they do not have them; a zone
   * that is `unsigned` has none from now on.
   */
  toSend(
    put: readonly ZoneUpdate[],
    unsigned: readonly string[],
    heldOf: (zone: string) => HeldKeys | undefined,
  ): SigningKeys[] {
    const gone = unsigned.filter((zone) => this.#sent.delete(zone)).map((zone) => ({ zone, keys: [] }));
    const fresh = put.flatMap(({ zone, signing }) => {
      const held = heldOf(zone);
      if (signing === undefined || held === undefined) return [];
      const keys = signingKeysOf(zone, held);
      const identity = keys.keys.map(({ dnskey }) => dnskey).join(' ');
      if (this.#sent.get(zone) === identity) return [];
      this.#sent.set(zone, identity);
      return [keys];
    });
    return [...gone, ...fresh];
  }
}
