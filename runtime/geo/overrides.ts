/**
 * The operator's own locations of networks, in front of a geo source: offices, VPNs, private address space,
 * mistakes in the data. The longest prefix that contains an address decides its location alone: no field of
 * the source is mixed in.
 *
 * The overrides form a binary trie over the bits of an address. All addresses that share the bits walked down
 * the trie share the outcome; from there `prefixLength` climbs back for as long as the other half of each
 * larger prefix has the same fields.
 */
import { assert } from '../base/assert.ts';
import { type Address, maskAddress, parsePrefix } from '../base/net/ip.ts';
import { locationInCountry } from './country-location.ts';
import { differingFields, type GeoSource, type Location } from './location.ts';

/**
 * A source with overrides for some prefixes (`10.1.0.0/16`). A country implies its continent and EU
 * membership.
 */
export function withOverrides(source: GeoSource, overrides: Readonly<Record<string, Location>>): GeoSource {
  const known = Object.entries(overrides);
  if (known.length === 0) return source;
  const roots = { 4: new Node(), 6: new Node() };
  for (const [index, [text, location]] of known.entries()) {
    const prefix = parsePrefix(text);
    assert(prefix, `"${text}" is a prefix`);
    const { address, length } = prefix;
    const node = nodeAt(roots[address.family], address.bytes, length);
    node.location = { ...(location.country && locationInCountry(location.country)), ...location };
    node.key = FIRST_KEY - index;
  }
  return {
    locate: (address) => nodeOf(roots[address.family], address.bytes)?.location ?? source.locate(address),
    read(address, field) {
      const location = nodeOf(roots[address.family], address.bytes)?.location;
      return location === undefined ? source.read(address, field) : location[field];
    },
    key: (address, fields) =>
      nodeOf(roots[address.family], address.bytes)?.key ?? source.key(address, fields),
    prefixLength: (address, fields) => new Widening(source, address, fields).length(roots[address.family]),
  };
}

/** The first key of overrides, which is lower than all keys of sources. */
const FIRST_KEY = -2;

/** All addresses that begin with some bits. */
class Node {
  location: Location | undefined;
  /** The key of the location. */
  key = 0;
  readonly children: [Node | undefined, Node | undefined] = [undefined, undefined];
  /**
   * Fields → the length of the largest prefix in which they do not change, for addresses whose walk through
   * the trie ends at this node: a node has only one missing child.
   */
  readonly lengths = new Map<number, number>();

  get isLeaf(): boolean {
    return this.children[0] === undefined && this.children[1] === undefined;
  }
}

/** The node at the end of a prefix, which is made if it does not exist. */
function nodeAt(root: Node, bytes: Uint8Array, length: number): Node {
  let node = root;
  for (let depth = 0; depth < length; depth++) node = node.children[bit(bytes, depth)] ??= new Node();
  return node;
}

/** The last node on the way to an address that has a location. */
function nodeOf(root: Node, bytes: Uint8Array): Node | undefined {
  let found = root.location && root;
  let node = root.children[bit(bytes, 0)];
  for (let depth = 1; node !== undefined; depth++) {
    if (node.location !== undefined) found = node;
    node = node.children[bit(bytes, depth)];
  }
  return found;
}

/** One search for the largest prefix around an address in which none of some fields changes. */
class Widening {
  readonly #source: GeoSource;
  readonly #address: Address;
  readonly #fields: number;
  /** The location of the address. */
  #location: Location = {};

  constructor(source: GeoSource, address: Address, fields: number) {
    this.#source = source;
    this.#address = address;
    this.#fields = fields;
  }

  length(root: Node): number {
    const { bytes } = this.#address;
    const way = [root];
    const inherited = [root.location];
    let next = root.children[bit(bytes, 0)];
    for (; next !== undefined; next = next.children[bit(bytes, way.length - 1)]) {
      inherited.push(next.location ?? inherited.at(-1));
      way.push(next);
    }
    const end = way.at(-1) ?? root;
    const location = inherited.at(-1);
    // Below a leaf there are no overrides; elsewhere the next bit leads away from all overrides below.
    const length = end.isLeaf ? way.length - 1 : way.length;
    if (location === undefined) {
      // The source's prefix may reach into an override; the walk's length then narrows it.
      const own = this.#source.prefixLength(this.#address, this.#fields);
      if (own > length) return own;
    }
    const known = end.lengths.get(this.#fields);
    if (known !== undefined) return known;
    this.#location = location ?? this.#source.locate(this.#address);
    const widest = this.#widen(way, inherited, length);
    end.lengths.set(this.#fields, widest);
    return widest;
  }

  /** Drops bit after bit while the addresses in which that bit is flipped have the same fields. */
  #widen(way: readonly Node[], inherited: readonly (Location | undefined)[], length: number): number {
    for (let depth = length - 1; depth >= 0; depth--) {
      const other = maskAddress(this.#address, depth + 1);
      flip(other.bytes, depth);
      const sibling = way[depth]?.children[bit(other.bytes, depth)];
      if (!this.#saysTheSame(sibling, inherited[depth], other, depth + 1)) return depth + 1;
    }
    return 0;
  }

  /** Whether all addresses of a prefix have the same fields as this one. */
  #saysTheSame(
    node: Node | undefined,
    inherited: Location | undefined,
    prefix: Address,
    length: number,
  ): boolean {
    const location = node?.location ?? inherited;
    if (node !== undefined && !node.isLeaf) {
      const upper = maskAddress(prefix, length);
      flip(upper.bytes, length);
      return (
        this.#saysTheSame(node.children[0], location, prefix, length + 1) &&
        this.#saysTheSame(node.children[1], location, upper, length + 1)
      );
    }
    if (location !== undefined) return this.#isSame(location);
    return (
      this.#source.prefixLength(prefix, this.#fields) <= length && this.#isSame(this.#source.locate(prefix))
    );
  }

  #isSame(location: Location): boolean {
    return (differingFields(location, this.#location) & this.#fields) === 0;
  }
}

function bit(bytes: Uint8Array, at: number): 0 | 1 {
  return (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1 ? 1 : 0;
}

function flip(bytes: Uint8Array, at: number): void {
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (0x80 >> (at & 7));
}
