/**
 * The lists of networks that a policy imports, as octets: they go with its script from the compiler to answer processes, and
 * to the disk.
 *
 *   octets of the names (4) · the names and the words of each list, as JSON, with blanks up to a whole word · the words
 *
 * All words are as this machine keeps them.
 */
import type { Address } from '../../base/net/ip.ts';
import { NetworkSet } from '../../base/net/network-set.ts';

type Octets = Uint8Array<ArrayBuffer>;

/** By path below the policies folder. */
export type NetworkLists = ReadonlyMap<string, NetworkSet>;

export const NO_LISTS: NetworkLists = new Map();

const WORD = Uint32Array.BYTES_PER_ELEMENT;

/** No octets for no lists. */
export function encodeNetworkLists(lists: NetworkLists): Octets {
  if (lists.size === 0) return new Uint8Array(0);
  const names = Buffer.from(JSON.stringify([...lists].map(([name, { words }]) => [name, words.length])));
  const begin = WORD * (1 + Math.ceil(names.length / WORD));
  const sizes = [...lists.values()].map(({ words }) => words.byteLength);
  const octets = new Uint8Array(sizes.reduce((sum, size) => sum + size, begin)).fill(BLANK, WORD, begin);
  new Uint32Array(octets.buffer, 0, 1)[0] = begin - WORD;
  octets.set(names, WORD);
  let at = begin;
  for (const { words } of lists.values()) {
    octets.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), at);
    at += words.byteLength;
  }
  return octets;
}

/** Reads octets that {@link encodeNetworkLists} made, which have a buffer of their own, and stay in use. */
export function decodeNetworkLists({ buffer, byteLength }: Octets): NetworkLists {
  if (byteLength === 0) return NO_LISTS;
  const [size = 0] = new Uint32Array(buffer, 0, 1);
  const names = Buffer.from(buffer, WORD, size).toString();
  const lists = new Map<string, NetworkSet>();
  let at = WORD + size;
  for (const [name, words] of JSON.parse(names) as [string, number][]) {
    lists.set(name, new NetworkSet(new Uint32Array(buffer, at, words)));
    at += WORD * words;
  }
  return lists;
}

/** The lists that have an address. */
export function listsWith(address: Address, lists: NetworkLists): readonly string[] {
  if (lists.size === 0) return NO_NAMES;
  const names: string[] = [];
  for (const [name, networks] of lists) if (networks.has(address)) names.push(name);
  return names.length === 0 ? NO_NAMES : names;
}

/** The same object for all who are in none. */
const NO_NAMES: readonly string[] = [];
const BLANK = 0x20;
