/** Decides which clients may transfer a zone, by the address of a request and the key that signs it. */

import { assert } from '../base/assert.ts';
import { maskBytes, type PeerAddress, type Prefix, parsePrefix, readPeer } from '../base/net/ip.ts';
import type { TransferRule, TransferSettings } from '../rpc/answer-settings.ts';

interface Rule {
  readonly network: Prefix | undefined;
  readonly key: string | undefined;
}

/**
 * The rules of all zones. A client that matches no rule gets no transfer; without rules no client gets one.
 */
export class Access {
  readonly #rules: readonly Rule[];
  readonly #ofZones: ReadonlyMap<string, readonly Rule[]>;

  constructor({ allow, zones }: Pick<TransferSettings, 'allow' | 'zones'>) {
    this.#rules = allow.map(ruleOf);
    this.#ofZones = new Map(Object.entries(zones).map(([zone, rules]) => [zone, rules.map(ruleOf)]));
  }

  /** `key` is the id of the key whose signature on the request was verified. */
  allows(zone: string | undefined, peer: PeerAddress, key: string | undefined): boolean {
    const own = zone === undefined ? undefined : this.#ofZones.get(zone);
    return (own ?? this.#rules).some(
      (rule) =>
        (rule.key === undefined || rule.key === key) &&
        (rule.network === undefined || isIn(peer, rule.network)),
    );
  }
}

function ruleOf({ from, key }: TransferRule): Rule {
  const network = from === undefined ? undefined : parsePrefix(from);
  assert(from === undefined || network !== undefined, 'settings hold valid networks');
  return { network, key };
}

function isIn(peer: PeerAddress, { address, length }: Prefix): boolean {
  const bytes = new Uint8Array(16);
  if (readPeer(peer, bytes) !== address.family) return false;
  const own = bytes.subarray(0, address.bytes.length);
  maskBytes(own, length);
  return Buffer.compare(own, address.bytes) === 0;
}
