/** Two versions of a policy, host by host. Names that only one of them decides are compared with what the other says of them. */
import type { ManifestHost } from '../../plan/manifest.ts';
import { checkedSlots, type Plan, type Pool } from '../../plan/plan.ts';
import {
  budgetOf,
  type CaseResult,
  deciderOf,
  hostText,
  type LoadedPolicy,
  type SandboxRuns,
  Stops,
} from '../explore-policy.ts';
import { type ExploreLimits, LimitShares } from '../limit-shares.ts';
import { literalsIn } from '../literals.ts';
import type { Decide } from '../tree.ts';
import { worldOf } from '../world.ts';
import { compareHosts, type HostChanges } from './compare-hosts.ts';

/** A version that a sandbox has loaded, and the names that have static records beside it. */
export interface ComparedPolicy extends LoadedPolicy {
  readonly sandbox: SandboxRuns;
  /** `mail.example.com` */
  readonly owners: ReadonlySet<string>;
}

/** The changes of one host; none of its cells differ where there are none. */
export interface ComparedHost extends HostChanges {
  /** `www.example.com` */
  readonly host: string;
}

/** `undefined` stands for a zone without a policy. Hosts share the limits evenly. */
export async function comparePolicies(
  before: ComparedPolicy | undefined,
  after: ComparedPolicy | undefined,
  limits: ExploreLimits,
  now: number,
): Promise<ComparedHost[]> {
  const sides = [before, after] as const;
  const literals = literalsIn(sides.map((side) => side?.script ?? '').join('\n'));
  const names = new Set(sides.flatMap((side) => side?.manifest.hosts.map(hostText) ?? []));
  const pools = poolsOf(before, after);
  const shares = new LimitShares(limits, names.size);
  const compared: ComparedHost[] = [];
  for (const host of [...names].sort()) {
    const stops = new Stops();
    const world = worldOf({ host, pools, literals, now });
    const [one, other] = [decideName(host, before, stops), decideName(host, after, stops)];
    const changes = await compareHosts(one, other, world, budgetOf(shares.next(), stops));
    shares.spend(changes.cases);
    compared.push({ host, ...changes });
  }
  return compared;
}

/** Of a pool that both have, the one with more targets: it can be in more states. */
function poolsOf(before: ComparedPolicy | undefined, after: ComparedPolicy | undefined): Map<string, Pool> {
  const pools = new Map(before?.manifest.pools);
  for (const [name, pool] of after?.manifest.pools ?? []) {
    const other = pools.get(name);
    if (other === undefined || checkedSlots(other).size < checkedSlots(pool).size) pools.set(name, pool);
  }
  return pools;
}

/** Decides a name by its host, or by the wildcard that covers it (RFC 4592 §3.3.1), or not at all. */
function decideName(name: string, policy: ComparedPolicy | undefined, stops: Stops): Decide<CaseResult> {
  const host = policy && hostFor(name, policy);
  if (policy === undefined || host === undefined) {
    return constant({ kind: policy?.owners.has(name) === true ? 'nodata' : 'nxdomain' });
  }
  return host.plan === null ? deciderOf(host, policy, policy.sandbox, stops) : constant(host.plan);
}

function constant(plan: Plan): Decide<CaseResult> {
  const decided = { reads: [], result: { ok: true, plan, data: undefined, impure: [] } } as const;
  return () => Promise.resolve(decided);
}

function hostFor(name: string, { manifest, owners }: ComparedPolicy): ManifestHost | undefined {
  const hosts = new Map(manifest.hosts.map((host) => [hostText(host), host]));
  const own = hosts.get(name);
  if (own !== undefined || owners.has(name)) return own;
  for (let above = parentOf(name); above !== ''; above = parentOf(above)) {
    const covering = hosts.get(`*.${above}`);
    // The closest encloser alone has a wildcard that counts.
    if (covering !== undefined || hosts.has(above) || owners.has(above)) return covering;
  }
  return undefined;
}

function parentOf(name: string): string {
  return name.split('.').slice(1).join('.');
}
