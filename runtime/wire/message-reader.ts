/**
 * Cuts a stream of octets into messages, each behind its length in two octets (RFC 1035 §4.2.2),
 * however they are spread over segments (RFC 7766 §8).
 */

const NOTHING: Buffer = Buffer.alloc(0);

/** A message behind its length: one write, so that both travel in one segment (RFC 7766 §8). */
export function framed(message: Uint8Array): Buffer {
  const octets = Buffer.allocUnsafe(2 + message.length);
  octets.writeUInt16BE(message.length, 0);
  octets.set(message, 2);
  return octets;
}

export class MessageReader {
  /** What has come and is not taken is `#octets[#start..#end)`. */
  #octets = NOTHING;
  #start = 0;
  #end = 0;

  /** Adds what came next; the chunk is the reader's from here on. */
  append(chunk: Buffer): void {
    const held = this.#end - this.#start;
    if (held === 0) {
      this.#octets = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#octets.length) this.#makeRoom(held + chunk.length);
    this.#octets.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Whether all of the next message is here. */
  get hasNext(): boolean {
    const held = this.#end - this.#start;
    return held >= 2 && held >= 2 + this.#octets.readUInt16BE(this.#start);
  }

  /** The next message if all of it is here. It shares memory with the reader, until the next `append`. */
  next(): Buffer | undefined {
    if (!this.hasNext) return undefined;
    const length = this.#octets.readUInt16BE(this.#start);
    const message = this.#octets.subarray(this.#start + 2, this.#start + 2 + length);
    this.#start += 2 + length;
    return message;
  }

  /** Twice what is needed, so that a message that comes octet by octet is copied a few times only. */
  #makeRoom(needed: number): void {
    const roomier = Buffer.allocUnsafe(2 * needed);
    this.#octets.copy(roomier, 0, this.#start, this.#end);
    this.#octets = roomier;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
