/**
 * The RRsets of a zone that are known when it is loaded: static ones, and those that its policy decides whatever it
 * reads. Their signatures are made before they are asked for. What a policy decides as it runs is signed then.
 */
import type { SetToSign } from '../../dnssec/signing/sign-ahead.ts';
import { staticSets } from '../../dnssec/signing/static-sets.ts';
import { type LeafPlan, type Plan, type RecordSet, standInOf } from '../../plan/plan.ts';
import { URL_TYPE } from '../../plan/pools/pool-url.ts';
import { everyLeaf } from '../../rpc/plan-fold.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { canonicalName, type WireName } from '../../wire/name.ts';
import { type ServedSigning, standsAlone } from './served-signing.ts';
import type { ServedHost, ServedPolicy, ServedZone } from './served-zone.ts';

/** What is signed ahead of a policy: thousands of hosts times thousands of pools are not. */
const MOST_OF_POLICY = 4096;

export function* setsAhead(zone: ServedZone, signing: ServedSigning): Generator<SetToSign> {
  yield* staticSets(zone.index);
  const { policy } = zone.attachment;
  if (policy === undefined) return;
  let left = MOST_OF_POLICY;
  for (const set of setsOfPolicy(policy, signing)) {
    if (left === 0) return;
    left -= 1;
    yield set;
  }
}

function* setsOfPolicy(policy: ServedPolicy, signing: ServedSigning): Generator<SetToSign> {
  for (const host of policy.hosts) {
    if (host.isWildcard && standsAlone(signing, host.index)) continue;
    const owner = canonicalName(host.name);
    const sets = new Map<string, SetToSign>();
    for (const plan of plansOf(host, policy)) {
      everyLeaf(plan, addLeaf, { owner, sets });
    }
    yield* sets.values();
  }
}

/** A host that decides may answer any pool, or fall back. */
function plansOf({ plan }: ServedHost, { pools, fallback }: ServedPolicy): Plan[] {
  if (plan !== null) return [plan];
  return [...[...pools.values()].map((pool): Plan => ({ kind: 'pool', pool })), fallback];
}

interface Into {
  readonly owner: WireName;
  readonly sets: Map<string, SetToSign>;
}

function addLeaf(leaf: LeafPlan, into: Into): boolean {
  const { owner, sets } = into;
  for (const { type, ttl, rdatas } of setsOf(leaf)) {
    // No reply has it.
    if (type === URL_TYPE) continue;
    const content = Buffer.concat(rdatas).toString('latin1');
    sets.set(`${type} ${ttl} ${content}`, { owner, type, ttl, rdatas });
  }
  const standIn = leaf.kind === 'pool' ? standInOf(leaf.pool) : undefined;
  return standIn === undefined || everyLeaf(standIn, addLeaf, into);
}

function setsOf(leaf: LeafPlan): readonly Pick<RecordSet, 'type' | 'ttl' | 'rdatas'>[] {
  if (leaf.kind === 'records') return leaf.sets;
  if (leaf.kind === 'cname') return [{ type: RRTYPE.CNAME, ttl: leaf.ttl, rdatas: [leaf.target] }];
  if (leaf.kind !== 'pool') return NO_SETS;
  const { pool, ttl } = leaf;
  // As steering has it: a TTL that the pool states goes before that of the plan around it.
  return ttl === undefined || pool.ttl !== undefined ? pool.sets : pool.sets.map((set) => ({ ...set, ttl }));
}

const NO_SETS: readonly RecordSet[] = [];
