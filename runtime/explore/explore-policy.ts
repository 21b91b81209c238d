/** All cases of a policy: each of its handlers, run in the sandbox for whatever it reads. */
import { compilePlan } from '../plan/compile-plan.ts';
import type { Manifest, ManifestHost } from '../plan/manifest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Impurity } from '../rpc/plan.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { type Literals, literalsIn } from './literals.ts';
import { type Budget, type Decided, type Exploration, explore, type WitnessQuery } from './tree.ts';
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

export interface ExploreLimits {
  /** Runs of all hosts together. */
  readonly runs: number;
  /** Milliseconds of all hosts together. */
  readonly patienceMs: number;
}

type Runs = Pick<Sandbox, 'run'>;

/** Milliseconds that one run may take: many are on their way at once, and the machine may be busy. */
const RUN_MS = 250;
const IN_FLIGHT = 32;
/** Runs of one host that the sandbox may have to stop: each takes as long as a hundred that end. */
const MOST_STOPS = 4;

/**
 * Looks at the cases of all hosts that handlers decide. Hosts share the limits evenly; what one leaves is for those
 * behind it. `now` is the moment of queries whose time is not read, in milliseconds since 1970.
 */
export async function explorePolicy(
  policy: LoadedPolicy,
  sandbox: Runs,
  limits: ExploreLimits,
  now: number,
): Promise<HostCases[]> {
  const literals = literalsIn(policy.script);
  const hosts = policy.manifest.hosts.filter(({ plan }) => plan === null);
  const until = performance.now() + limits.patienceMs;
  const explored: HostCases[] = [];
  let left = limits.runs;
  for (const [index, host] of hosts.entries()) {
    const behind = hosts.length - index;
    const share = (until - performance.now()) / behind;
    const budget = { runs: Math.ceil(left / behind), patienceMs: share };
    const cases = await exploreHost(host, policy, sandbox, budget, { literals, now });
    left = Math.max(0, left - cases.runs);
    explored.push({ host, cases });
  }
  return explored;
}

async function exploreHost(
  host: ManifestHost,
  policy: LoadedPolicy,
  sandbox: Runs,
  { runs, patienceMs }: ExploreLimits,
  known: { readonly literals: Literals; readonly now: number },
): Promise<Exploration<CaseResult>> {
  const until = performance.now() + patienceMs;
  let stops = 0;
  const budget: Budget = {
    runs,
    inFlight: IN_FLIGHT,
    isOver: () => performance.now() >= until || stops >= MOST_STOPS,
  };
  const name = nameToText(host.name).slice(0, -1);
  const world = worldOf({ ...known, host: name, pools: policy.manifest.pools });
  const decide = async (asked: WitnessQuery): Promise<Decided<CaseResult>> => {
    const outcome = await run(host, asked, policy, sandbox);
    if (!outcome.ok && outcome.reason !== 'throw' && outcome.reason !== 'invalid') stops += 1;
    return { reads: outcome.ok ? outcome.reads : undefined, result: resultOf(outcome, host, policy) };
  };
  return await explore(decide, world, budget);
}

function run(
  host: ManifestHost,
  { name, type, facts }: WitnessQuery,
  { key, manifest }: LoadedPolicy,
  sandbox: Runs,
): Promise<RunOutcome> {
  const budgetMs = Math.max(RUN_MS, manifest.budgetMs ?? 0);
  const deadlineAt = performance.now() + IN_FLIGHT * budgetMs;
  return new Promise((resolve) => {
    sandbox.run({ key, host: host.key, name, type, facts, budgetMs, deadlineAt }, resolve);
  });
}

function resultOf(outcome: RunOutcome, host: ManifestHost, { zone, manifest }: LoadedPolicy): CaseResult {
  if (!outcome.ok) return { ok: false, problem: outcome.message, stack: outcome.stack };
  const { pools, ttl } = manifest;
  const plan = compilePlan(outcome.plan, { zone, pools, ttl, apex: host.name.length === zone.length });
  if (!plan.ok) return { ok: false, problem: plan.problem };
  return { ok: true, plan: plan.value, data: outcome.plan, impure: outcome.impure };
}
