/**
 * Who a request comes from. The address of the connection counts, unless that is a proxy of the operator's: then the last
 * address of X-Forwarded-For does that is none, which a client cannot forge.
 */
import { parseAddress } from '../base/net/ip.ts';
import { Networks } from '../base/net/networks.ts';

/** Addresses of X-Forwarded-For that are looked at, from its end. */
const MOST_HOPS = 16;

/** The client, and whether it was told by a field. */
export interface ToldClient {
  readonly address: string;
  readonly isForwarded: boolean;
}

export class ClientOf {
  readonly #trusted: Networks | undefined;

  /** `trusted`: networks of proxies. */
  constructor(trusted: readonly string[]) {
    this.#trusted = trusted.length === 0 ? undefined : new Networks(trusted);
  }

  /** Whether what this peer says of its client is believed. */
  trusts(peer: string): boolean {
    return this.#trusted?.has(peer) === true;
  }

  /** `forwarded`: the values of X-Forwarded-For, joined by commas. */
  read(peer: string, forwarded: string | undefined): ToldClient {
    if (forwarded === undefined || !this.trusts(peer)) return { address: peer, isForwarded: false };
    let address = peer;
    for (const hop of forwarded.split(',').slice(-MOST_HOPS).reverse()) {
      const text = hop.trim();
      if (parseAddress(text) === undefined) break;
      address = text;
      if (!this.trusts(text)) break;
    }
    return { address, isForwarded: true };
  }
}
