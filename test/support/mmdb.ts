/** Writes MMDB files (MaxMind DB File Format 2.0) for tests: whatever networks, and whatever is known of them. */
import assert from 'node:assert/strict';
import { parsePrefix } from '../../runtime/base/net/ip.ts';

export type MmdbValue =
  | string
  | number
  | boolean
  | readonly MmdbValue[]
  | { readonly [key: string]: MmdbValue };

export interface MmdbOptions {
  readonly recordSize?: 24 | 28 | 32;
  readonly family?: 4 | 6;
  readonly type?: string;
  /** Seconds since 1970. */
  readonly built?: number;
}

/** Where a node leads for the next bit: to another node, to data by its place in the data, or nowhere. */
type Branch = Node | { readonly data: number } | undefined;
type Node = [Branch, Branch];

/** The octets of a file; longer networks lie in front of those that hold them, whatever their order. */
export function mmdbFile(
  networks: Readonly<Record<string, MmdbValue>>,
  { recordSize = 28, family = 6, type = 'Test-City', built = 1_790_000_000 }: MmdbOptions = {},
): Buffer {
  const root: Node = [undefined, undefined];
  const data: Buffer[] = [];
  let size = 0;
  const known = new Map<string, number>();
  const prefixes = Object.entries(networks).map(([text, value]) => ({
    prefix: parsePrefix(text) ?? assert.fail(text),
    value,
  }));
  for (const { prefix, value } of prefixes.sort((a, b) => a.prefix.length - b.prefix.length)) {
    const key = JSON.stringify(value);
    let at = known.get(key);
    if (at === undefined) {
      at = size;
      known.set(key, at);
      const octets = encoded(value);
      data.push(octets);
      size += octets.length;
    }
    const { address, length } = prefix;
    const inIpv6 = family === 6 && address.family === 4;
    const bytes = inIpv6 ? Buffer.concat([Buffer.alloc(12), address.bytes]) : Buffer.from(address.bytes);
    insert(root, bytes, length + (inIpv6 ? 96 : 0), { data: at });
  }
  const nodes: Node[] = [];
  number(root, nodes);
  const ids = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.concat(nodes.map((node) => nodeOctets(node, ids, nodes.length, recordSize)));
  const metadata = mapOf({
    binary_format_major_version: sized(TYPE.UINT16, 2),
    binary_format_minor_version: sized(TYPE.UINT16, 0),
    build_epoch: sized(TYPE.UINT64, built),
    database_type: encoded(type),
    description: encoded({ en: 'made by a test' }),
    ip_version: sized(TYPE.UINT16, family),
    languages: encoded(['en']),
    node_count: encoded(nodes.length),
    record_size: sized(TYPE.UINT16, recordSize),
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'),
    metadata,
  ]);
}

function insert(root: Node, bytes: Buffer, length: number, leaf: { readonly data: number }): void {
  if (length === 0) {
    root[0] = leaf;
    root[1] = leaf;
    return;
  }
  let node = root;
  for (let depth = 0; ; depth += 1) {
    const bit = ((bytes[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1 ? 1 : 0;
    if (depth === length - 1) {
      node[bit] = leaf;
      return;
    }
    const next = node[bit];
    if (Array.isArray(next)) node = next;
    else {
      const made: Node = [next, next];
      node[bit] = made;
      node = made;
    }
  }
}

function number(node: Node, into: Node[]): void {
  into.push(node);
  for (const branch of node) if (Array.isArray(branch)) number(branch, into);
}

function nodeOctets(
  node: Node,
  ids: ReadonlyMap<Node, number>,
  count: number,
  recordSize: 24 | 28 | 32,
): Buffer {
  const [left = 0, right = 0] = node.map((branch) => {
    if (branch === undefined) return count;
    return Array.isArray(branch) ? (ids.get(branch) ?? 0) : count + 16 + branch.data;
  });
  const octets = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    octets.writeUInt32BE(left, 0);
    octets.writeUInt32BE(right, 4);
    return octets;
  }
  octets.writeUIntBE(left % 2 ** 24, 0, 3);
  octets.writeUIntBE(right % 2 ** 24, recordSize === 24 ? 3 : 4, 3);
  if (recordSize === 28) octets[3] = (Math.floor(left / 2 ** 24) << 4) | Math.floor(right / 2 ** 24);
  return octets;
}

const TYPE = { TEXT: 2, DOUBLE: 3, UINT16: 5, UINT32: 6, MAP: 7, ARRAY: 11, BOOLEAN: 14, UINT64: 9 } as const;

function encoded(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const octets = Buffer.from(value);
    return Buffer.concat([head(TYPE.TEXT, octets.length), octets]);
  }
  if (typeof value === 'boolean') return head(TYPE.BOOLEAN, value ? 1 : 0);
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? whole(value) : double(value);
  if (Array.isArray(value)) return Buffer.concat([head(TYPE.ARRAY, value.length), ...value.map(encoded)]);
  const entries = Object.entries(value as Record<string, MmdbValue>);
  return mapOf(Object.fromEntries(entries.map(([key, one]) => [key, encoded(one)])));
}

function mapOf(entries: Readonly<Record<string, Buffer>>): Buffer {
  const all = Object.entries(entries);
  return Buffer.concat([head(TYPE.MAP, all.length), ...all.flatMap(([key, one]) => [encoded(key), one])]);
}

/** A number of the size that readers in C insist on. */
function sized(type: typeof TYPE.UINT16 | typeof TYPE.UINT64, value: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt(value));
  const size = type === TYPE.UINT16 ? 2 : 8;
  return Buffer.concat([head(type, size), octets.subarray(8 - size)]);
}

function whole(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return Buffer.concat([head(TYPE.UINT32, 4), octets]);
}

function double(value: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeDoubleBE(value);
  return Buffer.concat([head(TYPE.DOUBLE, 8), octets]);
}

/** Types beyond 7 stand in an octet of their own. */
function head(type: number, size: number): Buffer {
  const [stated, more] =
    size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 0xff]];
  const octets = type > 7 ? [stated, type - 7] : [(type << 5) | stated];
  return Buffer.from([...octets, ...more]);
}
