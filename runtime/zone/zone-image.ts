/**
 * A zone as one block of octets, in which a process looks names up at once: the tables of zone-index.ts,
 * one behind the other. Control makes the block, in the byte order of the machine; answer processes read
 * it as it is, so that taking over a million records takes no longer than reading a file, and no query
 * waits for it.
 *
 *   length of each table (4 octets each) · the tables, each from a multiple of 4 on
 */
import { assert } from '../base/assert.ts';
import type { LabelTables } from './label-tree.ts';

export type ZoneImage = Uint8Array<ArrayBuffer>;

export interface ZoneTables extends LabelTables {
  /** By node: node n has the sets from `firstSet[n]` up to `firstSet[n + 1]`. */
  readonly firstSet: Int32Array;
  /** By node, -1 where there is none: the index of its host, of its cut's set, and of its wildcard's node. */
  readonly hosts: Int32Array;
  readonly cuts: Int32Array;
  readonly wildcards: Int32Array;
  /** The nodes that own an NSEC, in canonical order; none where the zone is not signed: see canonical-order.ts. */
  readonly order: Int32Array;
  /** The sets of the NSEC3 chain in the order of their hashes, which are behind those of all nodes: see hashed-names.ts. */
  readonly hashed: Int32Array;
  /** By set, its type. */
  readonly types: Uint16Array;
  /** By set, where it begins in the octets of all sets: see {@link writeSet}. */
  readonly places: Int32Array;
  readonly sets: Uint8Array;
}

/** Puts tables into one block. */
export function imageOf(tables: ZoneTables): ZoneImage {
  const arrays = NAMES.map((name) => tables[name]);
  const lengths = Uint32Array.from(arrays, ({ byteLength }) => byteLength);
  const image = new Uint8Array(
    arrays.reduce((end, { byteLength }) => end + padded(byteLength), lengths.byteLength),
  );
  image.set(octetsOf(lengths));
  let at = lengths.byteLength;
  for (const array of arrays) {
    image.set(octetsOf(array), at);
    at += padded(array.byteLength);
  }
  return image;
}

/** The tables in a block, sharing its memory. */
export function tablesIn(image: ZoneImage): ZoneTables {
  const { buffer, byteOffset } = image.byteOffset % 4 === 0 ? image : image.slice();
  const lengths = new Uint32Array(buffer, byteOffset, NAMES.length);
  let at = byteOffset + lengths.byteLength;
  const tables = NAMES.map((name, index) => {
    const [start, length] = [at, lengths[index] ?? 0];
    assert(start + length <= byteOffset + image.length, 'The image of a zone is complete');
    at += padded(length);
    const Elements = ELEMENTS[name];
    return [name, new Elements(buffer, start, length / Elements.BYTES_PER_ELEMENT)] as const;
  });
  return Object.fromEntries(tables) as unknown as ZoneTables;
}

/** What each table is made of, in the order in which they are in the block. */
const ELEMENTS = {
  parents: Int32Array,
  labels: Int32Array,
  edges: Int32Array,
  firstSet: Int32Array,
  hosts: Int32Array,
  cuts: Int32Array,
  wildcards: Int32Array,
  order: Int32Array,
  hashed: Int32Array,
  places: Int32Array,
  types: Uint16Array,
  arena: Uint8Array,
  sets: Uint8Array,
} as const satisfies Readonly<Record<keyof ZoneTables, unknown>>;

const NAMES = Object.keys(ELEMENTS) as (keyof ZoneTables)[];

function octetsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
