/**
 * Looks at the whole of an MMDB file before anybody answers by it: that it was written to its end, that its nodes are a tree,
 * and that all of its records can be read. Takes seconds for the largest files.
 */
import { contentHash } from '../base/files/content-hash.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { addressText, CUT, NO_TREE, type OpenedMmdb, openMmdbOctets } from './mmdb-file.ts';
import { locationOfRecord } from './mmdb-record.ts';
import { MmdbTree } from './mmdb-tree.ts';

/** What a file says of itself, and what was found in it. */
export interface MmdbDescription {
  /** `GeoLite2-City` */
  readonly type: string;
  /** ISO 8601. */
  readonly built: string;
  /** Nodes of its tree. */
  readonly nodes: number;
  /** Networks that have data, of IPv4 and of IPv6. */
  readonly networks: number;
  /** Different records of these networks. */
  readonly records: number;
  /** Of its content. */
  readonly hash: string;
}

export function checkMmdb(octets: Buffer): Result<MmdbDescription> {
  const opened = openMmdbOctets(octets);
  if (!opened.ok) return opened;
  const found = countAll(opened.value);
  if (!found.ok) return found;
  const { databaseType, buildEpoch } = opened.value.reader.metadata;
  if (Number.isNaN(buildEpoch.getTime())) return fail(CUT);
  const { nodes } = opened.value.shape;
  return ok({
    type: databaseType,
    built: buildEpoch.toISOString(),
    nodes,
    ...found.value,
    hash: contentHash(octets),
  });
}

function countAll({
  octets,
  shape,
  reader,
}: OpenedMmdb): Result<Pick<MmdbDescription, 'networks' | 'records'>> {
  const read = new Set<number>();
  let networks = 0;
  let isUseful = false;
  try {
    const tree = new MmdbTree(octets, shape);
    for (const family of [4, 6] as const) {
      const isTree = tree.visit(family, (high, low, _length, record) => {
        networks += 1;
        if (read.has(record)) return;
        read.add(record);
        const location = locationOfRecord(reader.get(addressText(family, high, low, tree.lower)));
        isUseful ||= Object.keys(location).length > 0;
      });
      if (!isTree) return fail(NO_TREE);
    }
  } catch (error) {
    return fail(`${CUT} (${(error as Error).message})`);
  }
  if (!isUseful) return fail('none of its records tells a place or a network');
  return ok({ networks, records: read.size });
}
