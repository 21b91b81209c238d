/**
 * Cuts the octets of an HTTP/2 connection into pieces that take node:http2 about the same time each. It opens
 * and closes streams as it parses, and a stream costs as much as ten queries over TCP: one read may bring
 * thousands of frames.
 */

/** RFC 9113 §3.4: the client's preface comes before its first frame. */
const PREFACE_OCTETS = 24;
/** RFC 9113 §4.1: length, type, flags and stream of a frame. */
const HEADER_OCTETS = 9;

/** What node:http2 takes for a frame, by its type (RFC 9113 §6), in units of about ten microseconds. */
const WEIGHTS: Readonly<Record<number, number>> = {
  // DATA is given to its stream, which tells our code.
  0: 1,
  // HEADERS opens a stream, RST_STREAM ends one.
  1: 8,
  3: 8,
};
/** SETTINGS and PING are acknowledged; nghttp2 reads the rest by itself. */
const LIGHT = 0.5;
/** The weight from which a piece is complete. */
const ENOUGH = 64;

const NOTHING: Buffer = Buffer.alloc(0);

export class FramePieces {
  /** Octets that wait are `#octets[#start..#end)`. */
  #octets = NOTHING;
  #start = 0;
  #end = 0;
  /** Whether the octets are the caller's. */
  #isLent = false;
  /** Octets of the frame that has begun, or of the preface, which no piece had yet. */
  #left = PREFACE_OCTETS;
  /** The header of the next frame as far as pieces had it. */
  readonly #header = Buffer.alloc(HEADER_OCTETS);
  #headerOctets = 0;

  /** How many octets wait. */
  get octets(): number {
    return this.#end - this.#start;
  }

  /** Adds octets, which may be used until {@link keep}. */
  append(chunk: Buffer): void {
    const held = this.octets;
    if (held === 0) {
      this.#octets = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#isLent = true;
      return;
    }
    if (this.#isLent || this.#end + chunk.length > this.#octets.length) this.#move(2 * (held + chunk.length));
    this.#octets.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Copies the octets that still wait: the caller may use its own again. */
  keep(): void {
    if (this.#isLent) this.#move(this.octets);
  }

  /** Drops the octets that wait. */
  clear(): void {
    this.#octets = NOTHING;
    this.#start = 0;
    this.#end = 0;
    this.#isLent = false;
  }

  /** The next piece, which shares memory with the octets; `undefined` if none wait. */
  next(): Buffer | undefined {
    if (this.octets === 0) return undefined;
    const from = this.#start;
    for (let weight = 0; weight < ENOUGH && this.#start < this.#end; ) weight += this.#pass();
    const piece = this.#octets.subarray(from, this.#start);
    if (this.octets === 0) this.clear();
    return piece;
  }

  /** Passes a header, or as much of a payload as there is; returns the weight of a frame once it is passed. */
  #pass(): number {
    const octets = this.#octets.subarray(this.#start, this.#end);
    if (this.#left > 0) {
      const passed = Math.min(this.#left, octets.length);
      this.#left -= passed;
      this.#start += passed;
      return this.#left === 0 ? this.#weight() : 0;
    }
    const passed = octets.copy(this.#header, this.#headerOctets);
    this.#headerOctets += passed;
    this.#start += passed;
    if (this.#headerOctets < HEADER_OCTETS) return 0;
    this.#headerOctets = 0;
    this.#left = this.#header.readUIntBE(0, 3);
    return this.#left === 0 ? this.#weight() : 0;
  }

  #weight(): number {
    return WEIGHTS[this.#header[3] ?? 0] ?? LIGHT;
  }

  #move(room: number): void {
    const octets = room === 0 ? NOTHING : Buffer.allocUnsafeSlow(room);
    this.#octets.copy(octets, 0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    this.#octets = octets;
    this.#isLent = false;
  }
}
