/** The networks that the policies of one query have asked for, by which its ECS scope is drawn. */
import type { Address } from '../../base/net/ip.ts';
import type { NetworkSet } from '../../base/net/network-set.ts';

/** One object per process, cleared for each query. */
export class AskedNetworks {
  /** So many of the list count. */
  readonly #sets: NetworkSet[] = [];
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  note(networks: NetworkSet): void {
    for (let at = 0; at < this.#count; at += 1) if (this.#sets[at] === networks) return;
    this.#sets[this.#count] = networks;
    this.#count += 1;
  }

  /** The length of the largest prefix around an address no part of which is on another side of any of them. */
  prefixLength(address: Address): number {
    let length = 0;
    for (let at = 0; at < this.#count; at += 1)
      length = Math.max(length, this.#sets[at]?.prefixLength(address) ?? 0);
    return length;
  }
}
