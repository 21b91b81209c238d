/** The networks that the policies of one query have asked for, by which its ECS scope is drawn. */
import type { Address } from '../../base/net/ip.ts';

/** What was asked of networks: who is on the same side of all of them. */
export interface AskedOf {
  prefixLength(address: Address): number;
}

/** One object per process, cleared for each query. */
export class AskedNetworks {
  /** So many of the list count. */
  readonly #sets: AskedOf[] = [];
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  note(networks: AskedOf): void {
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
