/**
 * Cuts a TCP stream into messages, each of which follows its length in two octets (RFC 1035 §4.2.2).
 * A message may come in any number of segments (RFC 7766 §8).
 */
import { Blocks } from '../base/structures/blocks.ts';

/** Octets of the longest message and its length. */
const LONGEST = 2 + 0xffff;
/** The most octets of a chunk that a caller lends to a reader: see {@link MessageReader.keep}. */
export const MOST_LENT = 1 << 14;
/** Blocks that hold the beginning of a usual query, or of the longest message, and a lent chunk behind it. */
const usual = new Blocks(MOST_LENT + 512, 512);
const long = new Blocks(MOST_LENT + LONGEST, 64);

const NOTHING: Buffer = Buffer.alloc(0);

/** A message behind its length, for one write, so that both travel in one segment (RFC 7766 §8). */
export function framed(message: Uint8Array): Buffer {
  const octets = Buffer.allocUnsafe(2 + message.length);
  octets.writeUInt16BE(message.length, 0);
  octets.set(message, 2);
  return octets;
}

export class MessageReader {
  /** Octets received and not yet taken are `#octets[#start..#end)`. */
  #octets = NOTHING;
  #start = 0;
  #end = 0;
  /** The block that `#octets` is, if it is a block. */
  #block: Buffer | undefined;

  /**
   * Adds the next chunk of the stream; the reader may use the chunk's memory from here on, or until {@link
   * keep}.
   */
  append(chunk: Buffer): void {
    const held = this.#end - this.#start;
    if (held === 0) {
      this.#become(chunk, undefined);
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#octets.length) this.#makeRoom(held + chunk.length);
    this.#octets.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * Copies the octets not yet taken, unless they are copies: the caller may then reuse the chunk and its
   * messages.
   */
  keep(): void {
    if (this.#end === this.#start) this.#become(NOTHING, undefined);
    else if (this.#block === undefined) this.#move(this.#end - this.#start);
  }

  /** Drops all octets. */
  clear(): void {
    this.#start = this.#end;
    this.keep();
  }

  /** Whether the next message is complete. */
  get hasNext(): boolean {
    const held = this.#end - this.#start;
    return held >= 2 && held >= 2 + this.#octets.readUInt16BE(this.#start);
  }

  /**
   * The next message if it is complete. It shares memory with the reader, until the next `append` or `keep`.
   */
  next(): Buffer | undefined {
    if (!this.hasNext) return undefined;
    const length = this.#octets.readUInt16BE(this.#start);
    const message = this.#octets.subarray(this.#start + 2, this.#start + 2 + length);
    this.#start += 2 + length;
    return message;
  }

  #makeRoom(needed: number): void {
    // Dropping the octets taken before makes enough room.
    if (needed <= this.#octets.length && this.#block !== undefined) this.#become(this.#block, this.#block);
    // Twice the need, so that a message that comes octet by octet is copied a few times only.
    else if (!this.#move(needed)) this.#become(Buffer.allocUnsafe(2 * needed), undefined);
  }

  /** Moves into a block with room for so many octets; false if no block is that long. */
  #move(needed: number): boolean {
    const blocks = needed <= usual.octets ? usual : long;
    if (needed > blocks.octets) return false;
    const block = blocks.take();
    this.#become(block, block);
    return true;
  }

  /** Moves the octets not yet taken to the beginning of other octets, which the reader uses from here on. */
  #become(octets: Buffer, block: Buffer | undefined): void {
    this.#octets.copy(octets, 0, this.#start, this.#end);
    if (this.#block !== undefined && this.#block !== block) {
      const blocks = this.#block.length === usual.octets ? usual : long;
      blocks.give(this.#block);
    }
    this.#octets = octets;
    this.#block = block;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
