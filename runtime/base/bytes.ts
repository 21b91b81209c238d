/**
 * Cursors over octets that keep their first error: after a read beyond the end (or a write beyond the
 * room) all later ones do nothing, so callers check once, at the end.
 */

const NOTHING = new Uint8Array(0);

/** Reads big-endian values one after another. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  #position: number;
  #failed = false;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.end = Math.min(end, bytes.length);
    this.#position = start;
    if (start > this.end) this.fail();
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.end - this.#position;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Whether all octets were read without an error. */
  get done(): boolean {
    return !this.#failed && this.#position === this.end;
  }

  /** Notes that the octets are malformed; later reads do nothing. */
  fail(): void {
    this.#failed = true;
    this.#position = this.end;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u32(): number {
    return this.#number(4);
  }

  /** The next octets, which share memory with the reader's. */
  take(length: number): Uint8Array {
    if (length > this.remaining) {
      this.fail();
      return NOTHING;
    }
    this.#position += length;
    return this.bytes.subarray(this.#position - length, this.#position);
  }

  /** The octets not yet read, which share memory with the reader's. */
  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  #number(size: number): number {
    if (size > this.remaining) {
      this.fail();
      return 0;
    }
    let value = 0;
    for (const end = this.#position + size; this.#position < end; this.#position++) {
      value = value * 256 + (this.bytes[this.#position] ?? 0);
    }
    return value;
  }
}

/** Writes big-endian values one after another into memory of a fixed size. */
export class ByteWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  #failed = false;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Whether a value did not fit. */
  get failed(): boolean {
    return this.#failed;
  }

  u8(value: number): void {
    this.#number(value, 1);
  }

  u16(value: number): void {
    this.#number(value, 2);
  }

  u32(value: number): void {
    this.#number(value, 4);
  }

  write(bytes: Uint8Array): void {
    if (this.#failed || this.#length + bytes.length > this.#bytes.length) {
      this.#failed = true;
      return;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Begins anew, in the same memory. */
  clear(): void {
    this.#length = 0;
    this.#failed = false;
  }

  /** A copy of the octets written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #number(value: number, size: number): void {
    if (this.#failed || this.#length + size > this.#bytes.length) {
      this.#failed = true;
      return;
    }
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) this.#bytes[this.#length++] = value >>> shift;
  }
}
