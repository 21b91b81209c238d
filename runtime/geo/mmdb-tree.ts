/**
 * The search tree of an MMDB file (MaxMind DB File Format 2.0): each node has a record for the next bit 0 and one for 1. A
 * record below the number of nodes leads to another node; that number itself says that nothing is known; a larger one leads to data.
 *
 *     24 bits   000000 111111
 *     28 bits   000000 01 111111      the octet in the middle has the upper four bits of both
 *     32 bits   00000000 11111111
 *
 * In a tree of IPv6 the addresses of IPv4 are below ::/96, and other prefixes of IPv6 may lead to the same node.
 */
export interface TreeShape {
  readonly nodes: number;
  readonly recordSize: 24 | 28 | 32;
  readonly family: 4 | 6;
}

/** Called for each network with data, in order of addresses; an address is its upper 64 bits, or one of IPv4 and 0. */
export type OnNetwork = (high: number, low: number, length: number, record: number) => void;

/** Bits of an address that are looked at. */
const BITS = { 4: 32, 6: 64 } as const;
/** Where IPv4 begins in a tree of IPv6. */
const IPV4_BITS = 96;

export class MmdbTree {
  readonly #octets: Buffer;
  readonly #shape: TreeShape;
  /** Where the addresses of IPv4 begin: a node, or what all of them have. */
  readonly #ipv4Start: number;
  /** In {@link OnNetwork}: the lower 64 bits of an address of the network that has the data. */
  readonly lower = new Uint32Array(2);
  #left = 0;

  constructor(octets: Buffer, shape: TreeShape) {
    this.#octets = octets;
    this.#shape = shape;
    this.#ipv4Start = shape.family === 4 ? 0 : this.#below(0, IPV4_BITS);
  }

  /**
   * Visits all networks of a family; of those longer than 64 bits the first that has data stands for all in its /64. Returns
   * false if the nodes are no tree: some lead to others from which they are reached.
   */
  visit(family: 4 | 6, onNetwork: OnNetwork): boolean {
    const { nodes, family: own } = this.#shape;
    if (family === 6 && own === 4) return true;
    // No node of a tree is visited twice; who has an address of IPv4 inside is no client of IPv6.
    this.#left = nodes;
    const start = family === 4 ? this.#ipv4Start : 0;
    const passed = family === 6 && this.#ipv4Start < nodes ? this.#ipv4Start : -1;
    return this.#walk(start, 0, 0, 0, BITS[family], passed, onNetwork);
  }

  #walk(
    record: number,
    high: number,
    low: number,
    length: number,
    most: number,
    passed: number,
    onNetwork: OnNetwork,
  ): boolean {
    const { nodes } = this.#shape;
    if (record === nodes || (record === passed && length > 0)) return true;
    if (record > nodes) {
      onNetwork(high, low, length, record);
      return true;
    }
    if (length === most) {
      const first = this.#firstData(record, passed);
      if (first !== undefined) onNetwork(high, low, length, first);
      this.lower.fill(0);
      return true;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    const bit = (0x8000_0000 >>> (length & 31)) >>> 0;
    const [nextHigh, nextLow] = length < 32 ? [(high | bit) >>> 0, low] : [high, (low | bit) >>> 0];
    return (
      this.#walk(this.#record(record, 0), high, low, length + 1, most, passed, onNetwork) &&
      this.#walk(this.#record(record, 1), nextHigh, nextLow, length + 1, most, passed, onNetwork)
    );
  }

  /** What the first address with data has, of those below a node. */
  #firstData(node: number, passed: number, depth = 0): number | undefined {
    const { nodes } = this.#shape;
    if (node >= nodes) return node === nodes ? undefined : node;
    if (node === passed || depth > BITS[6] || this.#left === 0) return undefined;
    this.#left -= 1;
    const zero = this.#firstData(this.#record(node, 0), passed, depth + 1);
    if (zero !== undefined) return zero;
    const [word, bit] = [depth >> 5, 0x8000_0000 >>> (depth & 31)];
    this.lower[word] = (this.lower[word] ?? 0) | bit;
    const one = this.#firstData(this.#record(node, 1), passed, depth + 1);
    if (one === undefined) this.lower[word] = (this.lower[word] ?? 0) & ~bit;
    return one;
  }

  /** Where so many zeros lead. */
  #below(node: number, zeros: number): number {
    let record = node;
    for (let bit = 0; bit < zeros && record < this.#shape.nodes; bit += 1) record = this.#record(record, 0);
    return record;
  }

  #record(node: number, bit: 0 | 1): number {
    const octets = this.#octets;
    switch (this.#shape.recordSize) {
      case 24:
        return octets.readUIntBE(node * 6 + bit * 3, 3);
      case 28: {
        const middle = octets[node * 7 + 3] ?? 0;
        const upper = bit === 0 ? middle >> 4 : middle & 0x0f;
        return upper * 0x100_0000 + octets.readUIntBE(node * 7 + bit * 4, 3);
      }
      case 32:
        return octets.readUInt32BE(node * 8 + bit * 4);
      default:
        return this.#shape.recordSize satisfies never;
    }
  }
}
