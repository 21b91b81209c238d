/** The kernel's view of the structures it is given, with a test in its place. */
import assert from 'node:assert/strict';

/** Beyond 32 bits, and so that a carry is met. */
const BASE = 0x7fff_ffff_f000;
const HEADER = 64;

/** One message, as sendmmsg would send it. */
export interface Sent {
  /** Octets of the peer's address structure. */
  readonly name: string;
  /** Octets of the control message about addresses; empty if there is none. */
  readonly control: string;
  /** What goes out. */
  readonly datagrams: readonly string[];
}

export class FakeKernel {
  #octets = new Uint8Array(new ArrayBuffer(0));

  /** To be given to whoever makes the structures. */
  readonly addressOf = (octets: Uint8Array): number => {
    this.#octets = new Uint8Array(octets.buffer as ArrayBuffer);
    return BASE;
  };

  get octets(): Uint8Array {
    return this.#octets;
  }

  get view(): DataView {
    return new DataView(this.#octets.buffer);
  }

  /** What struct mmsghdr says, places as offsets. */
  header(address: number) {
    const { view } = this;
    const at = address - BASE;
    const pointer = (from: number): number => Number(view.getBigUint64(from, true)) - BASE;
    const iovecs = pointer(at + 16);
    const count = Number(view.getBigUint64(at + 24, true));
    return {
      at,
      name: pointer(at),
      nameLength: view.getUint32(at + 8, true),
      payloads: Array.from({ length: count }, (_, index) => ({
        from: pointer(iovecs + 16 * index),
        length: Number(view.getBigUint64(iovecs + 16 * index + 8, true)),
      })),
      control: pointer(at + 32),
      controlLength: Number(view.getBigUint64(at + 40, true)),
    };
  }

  /** Writes what the kernel writes of a message it received. */
  receive(address: number, length: number, name: Uint8Array, control = new Uint8Array(0)): void {
    const { at, name: nameAt, control: controlAt } = this.header(address);
    this.#octets.set(name, nameAt);
    this.#octets.set(control, controlAt);
    this.view.setUint32(at + 8, name.length, true);
    this.view.setBigUint64(at + 40, BigInt(control.length), true);
    this.view.setUint32(at + 56, length, true);
  }

  /** Messages from an address on, cut into datagrams where they say so. */
  sent(address: number, count: number): Sent[] {
    return Array.from({ length: count }, (_, index) => {
      const header = this.header(address + index * HEADER);
      const joined = header.payloads.map(({ from, length }) => this.#text(from, length)).join('');
      const { segment, rest } = this.#control(header.control, header.controlLength);
      assert.ok(
        header.payloads.length === 1 || segment !== undefined,
        'several replies, and no word how to cut them',
      );
      const size = segment ?? Math.max(joined.length, 1);
      const datagrams = Array.from({ length: Math.max(1, Math.ceil(joined.length / size)) }, (__, part) =>
        joined.slice(part * size, (part + 1) * size),
      );
      return { name: this.#text(header.name, header.nameLength), control: rest, datagrams };
    });
  }

  /** RFC 3542 §20.2, as Linux lays it out: length (64 bits), level, type, data. */
  #control(from: number, length: number): { segment: number | undefined; rest: string } {
    let segment: number | undefined;
    let rest = '';
    for (let at = from; at < from + length; ) {
      const octets = Number(this.view.getBigUint64(at, true));
      assert.ok(octets >= 16 && at + octets <= from + length, 'a whole control message');
      const isSegment = this.view.getInt32(at + 8, true) === 17 && this.view.getInt32(at + 12, true) === 103;
      if (isSegment) segment = this.view.getUint16(at + 16, true);
      else rest += this.#text(at, octets);
      at += (octets + 7) & ~7;
    }
    return { segment, rest };
  }

  #text(from: number, length: number): string {
    return Buffer.from(this.#octets.subarray(from, from + length)).toString('latin1');
  }
}
