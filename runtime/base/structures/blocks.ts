/**
 * Blocks of octets of one length, used again and again. Each `ArrayBuffer` that is made lies outside V8's
 * heap, and V8 collects all of it, for milliseconds, after some tens of megabytes of them: who makes one for each piece
 * that a stranger sends lets the stranger have that done many times a second.
 */

export class Blocks {
  readonly octets: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];

  /** Of so many octets each; so many are kept at most while nobody uses them. */
  constructor(octets: number, most: number) {
    this.octets = octets;
    this.#most = most;
  }

  /** The caller's until it gives it back; what is in it is whatever was before. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.octets);
  }

  give(block: Buffer): void {
    if (this.#free.length < this.#most) this.#free.push(block);
  }
}
