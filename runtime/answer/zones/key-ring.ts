/** The keys that this process signs with, as control handed them over: by zone, and in memory alone. */
import { openSigningKey, type SigningKey } from '../../dnssec/keys/signing-key.ts';
import type { SigningKeys } from '../../rpc/zone-signing.ts';

export class KeyRing {
  readonly #byZone = new Map<string, ReadonlyMap<string, SigningKey>>();

  /** Takes the keys of some zones in place of those before. A zone without keys has none from now on. */
  take(zones: readonly SigningKeys[]): void {
    for (const { zone, keys } of zones) {
      if (keys.length === 0) this.#byZone.delete(zone);
      else this.#byZone.set(zone, opened(keys));
    }
  }

  /** The key of a zone by the RDATA of its DNSKEY, in base64. */
  get(zone: string, dnskey: string): SigningKey | undefined {
    return this.#byZone.get(zone)?.get(dnskey);
  }
}

/** Control has opened each before; one that does not open here is one that is not there. */
function opened(keys: SigningKeys['keys']): ReadonlyMap<string, SigningKey> {
  const open = new Map<string, SigningKey>();
  for (const { dnskey, pkcs8 } of keys) {
    const key = openSigningKey(Buffer.from(dnskey, 'base64'), Buffer.from(pkcs8, 'base64'));
    if (key.ok) open.set(dnskey, key.value);
  }
  return open;
}
