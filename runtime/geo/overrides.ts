/**
 * The operator's own knowledge of networks, in front of a geo source: offices, VPNs, private
 * address space, mistakes in the data. The longest prefix that contains an address speaks for it,
 * alone: what a source says of the same network is not mixed in.
 *
 * Kept as a binary trie over the bits of an address. Where the walk down the trie ends is also how
 * many bits it looked at: all addresses that share those end at the same place.
 */
import { assert } from '../base/assert.ts';
import { type Address, parsePrefix } from '../base/ip.ts';
import { locationInCountry } from './country-location.ts';
import type { GeoSource, Located, Location } from './location.ts';

/** A source that knows better for some prefixes (`10.1.0.0/16`). A country brings its continent and EU membership. */
export function withOverrides(source: GeoSource, overrides: Readonly<Record<string, Location>>): GeoSource {
  const roots = { 4: newNode(), 6: newNode() };
  for (const [text, location] of Object.entries(overrides)) {
    const prefix = parsePrefix(text);
    assert(prefix, `"${text}" is a prefix`);
    const { address, length } = prefix;
    const node = nodeAt(roots[address.family], address.bytes, length);
    node.location = { ...(location.country && locationInCountry(location.country)), ...location };
  }
  return {
    locate(address: Address): Located {
      const { location, prefixLength } = walk(roots[address.family], address.bytes);
      if (location !== undefined) return { location, prefixLength };
      const located = source.locate(address);
      // The source's prefix may reach into an override; then it is narrowed to where there is none.
      return located.prefixLength >= prefixLength ? located : { location: located.location, prefixLength };
    },
  };
}

interface Node {
  location: Location | undefined;
  readonly children: [Node | undefined, Node | undefined];
}

function newNode(): Node {
  return { location: undefined, children: [undefined, undefined] };
}

function nodeAt(root: Node, bytes: Uint8Array, length: number): Node {
  let node = root;
  for (let depth = 0; depth < length; depth++) node = node.children[bit(bytes, depth)] ??= newNode();
  return node;
}

function walk(root: Node, bytes: Uint8Array): { location: Location | undefined; prefixLength: number } {
  let node = root;
  let location = node.location;
  for (let depth = 0; ; depth++) {
    if (node.children[0] === undefined && node.children[1] === undefined) {
      return { location, prefixLength: depth };
    }
    const next = node.children[bit(bytes, depth)];
    // The next bit leads away from every override below.
    if (next === undefined) return { location, prefixLength: depth + 1 };
    node = next;
    location = node.location ?? location;
  }
}

function bit(bytes: Uint8Array, at: number): 0 | 1 {
  return (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1 ? 1 : 0;
}
