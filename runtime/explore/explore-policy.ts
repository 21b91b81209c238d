/** All cases of a policy: each of its handlers, run in the sandbox for whatever it reads. */
import { compilePlan } from '../plan/compile-plan.ts';
import type { Manifest, ManifestHost } from '../plan/manifest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Impurity } from '../rpc/plan.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { type ExploreLimits, LimitShares } from './limit-shares.ts';
import { type Literals, literalsIn } from './literals.ts';
import { type Budget, type Decide, type Exploration, explore, type WitnessQuery } from './tree.ts';
import { worldOf } from './world.ts';

/** A policy that the sandbox has loaded. */
export interface LoadedPolicy {
  /** Its name within the sandbox. */
  readonly key: string;
  readonly zone: WireName;
  readonly manifest: Manifest;
  readonly script: string;
}

export type CaseResult =
  | { readonly ok: true; readonly plan: Plan; readonly data: unknown; readonly impure: readonly Impurity[] }
  | { readonly ok: false; readonly problem: string; readonly stack?: string | undefined };

/** The cases of one host. */
export interface HostCases {
  readonly host: ManifestHost;
  readonly cases: Exploration<CaseResult>;
}

export type SandboxRuns = Pick<Sandbox, 'run'>;

/** Milliseconds that one run may take: many are on their way at once, and the machine may be busy. */
const RUN_MS = 250;
export const IN_FLIGHT = 32;
/** Runs of one host that the sandbox may have to stop: each takes as long as a hundred that end. */
const MOST_STOPS = 4;

/**
 * Looks at the cases of all hosts that handlers decide. Hosts share the limits evenly; what one leaves is for those
 * behind it. `now` is the moment of queries whose time is not read, in milliseconds since 1970.
 */
export async function explorePolicy(
  policy: LoadedPolicy,
  sandbox: SandboxRuns,
  limits: ExploreLimits,
  now: number,
): Promise<HostCases[]> {
  const literals = literalsIn(policy.script);
  const hosts = policy.manifest.hosts.filter(({ plan }) => plan === null);
  const shares = new LimitShares(limits, hosts.length);
  const explored: HostCases[] = [];
  for (const host of hosts) {
    const cases = await exploreHost(host, policy, sandbox, shares.next(), { literals, now });
    shares.spend(cases.runs);
    explored.push({ host, cases });
  }
  return explored;
}

async function exploreHost(
  host: ManifestHost,
  policy: LoadedPolicy,
  sandbox: SandboxRuns,
  limits: ExploreLimits,
  known: { readonly literals: Literals; readonly now: number },
): Promise<Exploration<CaseResult>> {
  const stops = new Stops();
  const world = worldOf({ ...known, host: hostText(host), pools: policy.manifest.pools });
  return await explore(deciderOf(host, policy, sandbox, stops), world, budgetOf(limits, stops));
}

/** The name of a host: `www.example.com`. */
export function hostText({ name }: Pick<ManifestHost, 'name'>): string {
  return nameToText(name).slice(0, -1);
}

/** How often the sandbox had to stop runs of one host. */
export class Stops {
  count = 0;
}

/** Ends with the limits, or after a few runs that had to be stopped. */
export function budgetOf({ runs, patienceMs }: ExploreLimits, stops: Stops): Budget {
  const until = performance.now() + patienceMs;
  const isOver = (): boolean => performance.now() >= until || stops.count >= MOST_STOPS;
  return { runs, inFlight: IN_FLIGHT, isOver };
}

/** Has a handler decide in the sandbox. */
export function deciderOf(
  host: ManifestHost,
  policy: LoadedPolicy,
  sandbox: SandboxRuns,
  stops: Stops,
): Decide<CaseResult> {
  return async (query) => {
    const outcome = await runCase(host, query, policy, sandbox);
    if (!outcome.ok && outcome.reason !== 'throw' && outcome.reason !== 'invalid') stops.count += 1;
    return { reads: outcome.reads, result: resultOf(outcome, host, policy) };
  };
}

/** Runs the handler of a host once. */
export function runCase(
  host: Pick<ManifestHost, 'key'>,
  { name, type, facts }: WitnessQuery,
  { key, manifest }: Pick<LoadedPolicy, 'key' | 'manifest'>,
  sandbox: SandboxRuns,
): Promise<RunOutcome> {
  const budgetMs = Math.max(RUN_MS, manifest.budgetMs ?? 0);
  const deadlineAt = performance.now() + IN_FLIGHT * budgetMs;
  return new Promise((resolve) => {
    sandbox.run({ key, host: host.key, name, type, facts, budgetMs, deadlineAt }, resolve);
  });
}

function resultOf(outcome: RunOutcome, host: ManifestHost, { zone, manifest }: LoadedPolicy): CaseResult {
  if (!outcome.ok) return { ok: false, problem: outcome.message, stack: outcome.stack };
  const { pools, ttl, limits } = manifest;
  const apex = host.name.length === zone.length;
  const plan = compilePlan(outcome.plan, { zone, pools, ttl, apex, limits });
  if (!plan.ok) return { ok: false, problem: plan.problem };
  return { ok: true, plan: plan.value, data: outcome.plan, impure: outcome.impure };
}
