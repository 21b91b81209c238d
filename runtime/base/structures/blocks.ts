/**
 * Blocks of octets of one length, used again and again. A new `ArrayBuffer` lies outside V8's heap, and after
 * some tens of megabytes of them V8 collects its whole heap, which takes milliseconds: with a buffer for each
 * piece a stranger sends, the stranger could cause that many times a second.
 */

export class Blocks {
  readonly octets: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];

  /** Blocks have so many octets each; at most `most` unused ones are kept. */
  constructor(octets: number, most: number) {
    this.octets = octets;
    this.#most = most;
  }

  /** Lends a block to the caller until it gives the block back; its content is undefined. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.octets);
  }

  give(block: Buffer): void {
    if (this.#free.length < this.#most) this.#free.push(block);
  }
}
