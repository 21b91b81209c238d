/** A list of networks, and whether an address is in one of them. */
import { type PeerAddress, type Prefix, parsePrefix, readPeer } from './ip.ts';

export class Networks {
  #prefixes: readonly Prefix[] = [];
  readonly #scratch = new Uint8Array(16);

  /** Networks as operators write them: `10.0.0.0/8`, or an address alone. Other texts are left out. */
  constructor(written: readonly string[]) {
    this.use(written);
  }

  /** Puts other networks in place of these. */
  use(written: readonly string[]): void {
    this.#prefixes = written.map(parsePrefix).filter((prefix) => prefix !== undefined);
  }

  get isEmpty(): boolean {
    return this.#prefixes.length === 0;
  }

  has(peer: PeerAddress): boolean {
    if (this.isEmpty) return false;
    const family = readPeer(peer, this.#scratch);
    return this.#prefixes.some((prefix) => prefix.address.family === family && this.#isIn(prefix));
  }

  #isIn({ address: { bytes }, length }: Prefix): boolean {
    const whole = length >> 3;
    for (let at = 0; at < whole; at += 1) if (bytes[at] !== this.#scratch[at]) return false;
    const mask = 0xff00 >> (length & 7);
    return (
      whole === bytes.length || (((this.#scratch[whole] ?? 0) ^ (bytes[whole] ?? 0)) & mask & 0xff) === 0
    );
  }
}
