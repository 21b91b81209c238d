/**
 * ALIAS records, of a policy's `records` and of the zone file: each becomes a host that answers with the addresses of its target.
 * Control writes those of the file in front of the policy's script (build/alias-script.ts).
 */
import { keyPath } from '../../base/key-path.ts';
import type { ManifestData, PlanData, PoolData } from '../../rpc/plan.ts';
import { aliasPool } from './alias-pools.ts';
import { describe } from './describe.ts';
import { create, hasOwn, isArray, keys } from './primordials.ts';
import { PolicyError } from './problem.ts';

/** What an ALIAS record says. */
export interface AliasRecord {
  /** The owner, as a key of `hosts`. */
  readonly name: string;
  readonly target: unknown;
  /** Seconds; absent: that of the policy. */
  readonly ttl?: number | undefined;
}

/** The types that no static records may have beside an ALIAS, which stands in place of them. */
export const IN_PLACE_OF = ['A', 'AAAA', 'CNAME'];

/** The target that `ALIAS` in a policy's records has: the only one. */
export function targetFrom(value: unknown, path: string): unknown {
  if (!isArray(value)) return value;
  if (value.length === 1) return value[0];
  throw new PolicyError(`${path}: An ALIAS has one target, not ${value.length}`);
}

/** The manifest with hosts and pools for ALIAS records. `where` begins the problem of what stands beside one. */
export function withAliases(
  manifest: ManifestData,
  aliases: readonly AliasRecord[],
  where: string,
): ManifestData {
  if (aliases.length === 0) return manifest;
  const hosts = copied<PlanData | null>(manifest.hosts);
  const pools = copied<PoolData>(manifest.pools);
  const records = copied(manifest.records);
  for (const { name, target, ttl } of aliases) {
    if (hasOwn(hosts, name))
      throw new PolicyError(`${keyPath('hosts', name)}: ${where} an ALIAS at this name; keep one of them`);
    const own = hasOwn(records, name) ? keys(records[name]?.records ?? {}) : [];
    const beside = own.find((type) => IN_PLACE_OF.includes(type));
    if (beside !== undefined)
      throw new PolicyError(
        `${keyPath(keyPath('records', name), beside)}: ${where} an ALIAS at this name, which stands in place of A, AAAA and CNAME`,
      );
    const made = aliasPool(target, ttl, keyPath(keyPath('records', name), 'ALIAS'));
    pools[made.name] = made.pool;
    hosts[name] = { kind: 'pool', pool: made.name };
  }
  return { ...manifest, hosts, pools };
}

/** The ALIAS records of the zone file. */
export function aliasesOfFile(): readonly AliasRecord[] {
  const given = (globalThis as Readonly<Record<string, unknown>>)[GLOBAL];
  if (given === undefined) return [];
  if (isArray(given)) return given as readonly AliasRecord[];
  throw new PolicyError(`${GLOBAL} is of the server, not ${describe(given)}`);
}

/** The manifest of a zone without a policy, whose file has ALIAS records. */
export function manifestOfNothing(): ManifestData {
  return { form: 'policy', pools: {}, fallback: { kind: 'nodata' }, hosts: {}, records: {} };
}

/** The global that holds them, as JSON. */
const GLOBAL = '__dnsteer_aliases';

/** A dictionary: `__proto__` is a key like any other. */
function copied<T>(from: Readonly<Record<string, T>>): Record<string, T> {
  const to: Record<string, T> = create(null);
  for (const key of keys(from)) to[key] = from[key] as T;
  return to;
}
