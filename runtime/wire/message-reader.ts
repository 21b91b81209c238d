/**
 * Cuts a stream of octets into messages, each behind its length in two octets (RFC 1035 §4.2.2),
 * however they are spread over segments (RFC 7766 §8).
 */
import { Blocks } from '../base/structures/blocks.ts';

/** Octets of the longest message with its length. */
const LONGEST = 2 + 0xffff;
/** Octets that are lent to a reader at once: see {@link MessageReader.keep}. */
export const MOST_LENT = 1 << 14;
/** For what is lent behind the beginning of a usual query, or of the longest message. */
const usual = new Blocks(MOST_LENT + 512, 512);
const long = new Blocks(MOST_LENT + LONGEST, 64);

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
  /** The block that `#octets` is, if it is one. */
  #block: Buffer | undefined;

  /** Adds what came next; the chunk is the reader's from here on, or until {@link keep}. */
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

  /** What is not taken is copied, if it has not been yet: the chunk, and the messages in it, are somebody else's again. */
  keep(): void {
    if (this.#end === this.#start) this.#become(NOTHING, undefined);
    else if (this.#block === undefined) this.#move(this.#end - this.#start);
  }

  /** Nothing is held any more. */
  clear(): void {
    this.#start = this.#end;
    this.keep();
  }

  /** Whether all of the next message is here. */
  get hasNext(): boolean {
    const held = this.#end - this.#start;
    return held >= 2 && held >= 2 + this.#octets.readUInt16BE(this.#start);
  }

  /** The next message if all of it is here. It shares memory with the reader, until the next `append` or `keep`. */
  next(): Buffer | undefined {
    if (!this.hasNext) return undefined;
    const length = this.#octets.readUInt16BE(this.#start);
    const message = this.#octets.subarray(this.#start + 2, this.#start + 2 + length);
    this.#start += 2 + length;
    return message;
  }

  #makeRoom(needed: number): void {
    // There is, if what was taken before goes.
    if (needed <= this.#octets.length && this.#block !== undefined) this.#become(this.#block, this.#block);
    // Twice what is needed, so that what comes octet by octet is copied a few times only.
    else if (!this.#move(needed)) this.#become(Buffer.allocUnsafe(2 * needed), undefined);
  }

  /** Goes on in a block with room for so many octets, if there are any that long. */
  #move(needed: number): boolean {
    const blocks = needed <= usual.octets ? usual : long;
    if (needed > blocks.octets) return false;
    const block = blocks.take();
    this.#become(block, block);
    return true;
  }

  /** Goes on in other octets, from their beginning, with what is held. */
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
