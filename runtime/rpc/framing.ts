/**
 * Frames on the pipe between a host process and its sandbox: a 4-octet big-endian length, then that
 * many octets of UTF-8. The first character says what they are.
 *
 *     +--------+--------+--------+--------+----------------------
 *     |            length N               |  N octets: [m, m, …]     messages as JSON
 *     +--------+--------+--------+--------+----------------------
 *                                           r…                       runs of one policy (run-text.ts)
 *                                           t…                       decisions (told.ts)
 *
 * All frames of one turn of the event loop are written with one system call, and few carry all there is
 * to say: at 64 requests in flight this is twice as fast as a frame for each. Octets from a sandbox are
 * hostile: lengths are judged before anything is allocated.
 */
import { fail, ok, type Result } from '../base/result.ts';
import { isFrameParsable } from './json-work.ts';

/** Octets of one frame from a sandbox that carries a manifest, see sandbox/limits.ts. */
export const MOST_WITH_MANIFEST = 4_194_304;
/** Octets of any other frame from a sandbox; parsing more would keep its host from answering. */
export const MOST_FROM_SANDBOX = 524_288;
/** Octets of one frame to a sandbox; bounds the script of a policy, which travels in one message. */
export const MOST_TO_SANDBOX = 33_554_432;

const HEADER = 4;

/** Makes one frame of messages that are JSON already. */
export function encodeFrame(messages: readonly string[]): Buffer {
  return encodeFrames([messagesText(messages)]);
}

/** The text of a frame of messages that are JSON already. */
export function messagesText(messages: readonly string[]): string {
  return `[${messages.join(',')}]`;
}

/** Makes frames of these texts, one after the other. */
export function encodeFrames(texts: readonly string[]): Buffer {
  let size = 0;
  for (const text of texts) size += HEADER + Buffer.byteLength(text);
  const frames = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of texts) {
    const length = frames.write(text, at + HEADER);
    frames.writeUInt32BE(length, at);
    at += HEADER + length;
  }
  return frames;
}

/** The messages of one frame, unchecked. */
export function decodeFrame(json: string): Result<readonly unknown[]> {
  let messages: unknown;
  try {
    messages = JSON.parse(json);
  } catch {
    return fail('Frame is not JSON');
  }
  if (!Array.isArray(messages)) return fail('Frame is not an array of messages');
  // A sandbox could repeat empty frames for ever; messages are bounded by requests.
  return messages.length === 0 ? fail('Frame holds no messages') : ok(messages);
}

/** The messages of a frame of replies, which is refused if parsing it would take long. */
export function decodeReplies(json: string): Result<readonly unknown[]> {
  return isFrameParsable(json) ? decodeFrame(json) : fail('Frame holds a message of too many parts');
}

/** Cuts a stream of octets into frames, however the pipe has split them. */
export class FrameReader {
  readonly #mostOctets: () => number;
  readonly #onFrame: (json: string) => void;
  readonly #header = Buffer.alloc(HEADER);
  #headerFilled = 0;
  /** The frame that has begun but not ended, `undefined` between frames. */
  #body: Buffer | undefined;
  #bodyFilled = 0;
  #problem: string | undefined;

  /** `mostOctets` returns how long a frame that begins now may be. */
  constructor(mostOctets: () => number, onFrame: (json: string) => void) {
    this.#mostOctets = mostOctets;
    this.#onFrame = onFrame;
  }

  /**
   * Takes the next octets, which may be reused afterwards. Returns what is wrong with the stream, if
   * anything; from then on it stays wrong, because nothing after a bad length can be trusted.
   */
  push(chunk: Buffer): string | undefined {
    let at = 0;
    while (at < chunk.length && this.#problem === undefined) {
      at = this.#body === undefined ? this.#readHeader(chunk, at) : this.#readBody(chunk, at, this.#body);
    }
    return this.#problem;
  }

  #readHeader(chunk: Buffer, from: number): number {
    const copied = chunk.copy(this.#header, this.#headerFilled, from);
    this.#headerFilled += copied;
    const at = from + copied;
    if (this.#headerFilled < HEADER) return at;
    this.#headerFilled = 0;
    const length = this.#header.readUInt32BE(0);
    const most = this.#mostOctets();
    if (length === 0 || length > most) {
      this.#problem = `Frame of ${length} octets: 1 to ${most} are allowed`;
      return at;
    }
    const end = at + length;
    if (end > chunk.length) {
      this.#body = Buffer.allocUnsafe(length);
      this.#bodyFilled = 0;
      return at;
    }
    // In the usual case the frame is whole, and is read where it lies.
    this.#onFrame(chunk.toString('utf8', at, end));
    return end;
  }

  #readBody(chunk: Buffer, from: number, body: Buffer): number {
    const copied = chunk.copy(body, this.#bodyFilled, from);
    this.#bodyFilled += copied;
    if (this.#bodyFilled === body.length) {
      this.#body = undefined;
      this.#onFrame(body.toString('utf8'));
    }
    return from + copied;
  }
}
