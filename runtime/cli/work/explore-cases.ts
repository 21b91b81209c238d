/** What `check` finds in the cases that no sample client is in: it has every handler decide for whatever it reads. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { located, wordIn } from '../../build/failure-place.ts';
import { caseText } from '../../explore/case-text.ts';
import { explorePolicy, type HostCases } from '../../explore/explore-policy.ts';
import { LimitShares } from '../../explore/limit-shares.ts';
import type { PrepareContext } from '../../registry/prepare.ts';
import type { TriedPolicy } from '../../registry/zone-version.ts';
import { loadLimits } from '../../trial/policy-settings.ts';
import { withRemedy } from '../../trial/remedies.ts';
import { originOf } from '../../zone/origin.ts';
import type { ExaminedZone } from './examine-zones.ts';
import { type OwnPlaces, unreachableBranches } from './unreachable-branches.ts';

/** What was looked at. */
export interface ExploredCases {
  readonly cases: number;
  /** Hosts of which not all cases were looked at, as `www.example.com`, each with what is missing. */
  readonly gaps: readonly CaseGap[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface CaseGap {
  readonly host: string;
  /** Cases that the budget left out. */
  readonly untaken: number;
  /** Facts of which only some values were tried. */
  readonly sampled: readonly string[];
}

/** Runs for one policy, and milliseconds for all. */
export interface CaseBudget {
  readonly runs: number;
  readonly patienceMs: number;
}

/** Looks at the cases of all policies that passed their trial, one policy at a time. */
export async function exploreCases(
  zones: readonly ExaminedZone[],
  context: PrepareContext & { readonly places: OwnPlaces },
  budget: CaseBudget,
): Promise<ExploredCases> {
  const passed = zones.flatMap(({ files, draft }) =>
    draft.policy?.trial.kind === 'passed' ? [{ zone: files.zone, policy: draft.policy }] : [],
  );
  const shares = new LimitShares(budget, passed.length);
  const until = performance.now() + budget.patienceMs;
  const found: ExploredPolicy[] = [];
  for (const { zone, policy } of passed) {
    const hosts = await casesOf(zone, policy, context, { ...shares.next(), runs: budget.runs });
    found.push({ hosts, zone, policy });
  }
  const unreachable: Diagnostic[] = [];
  for (const { hosts, zone, policy } of found)
    if (performance.now() < until)
      unreachable.push(...(await unreachableBranches(zone, policy, hosts, context)));
  return {
    cases: found.flatMap(({ hosts }) => hosts).reduce((sum, { cases }) => sum + cases.leaves.length, 0),
    gaps: found.flatMap(({ hosts, zone }) => hosts.flatMap((host) => gapOf(host, zone) ?? [])),
    diagnostics: [
      ...found.flatMap(({ hosts, policy }) => hosts.flatMap((host) => problemsOf(host, policy))),
      ...unreachable,
    ],
  };
}

interface ExploredPolicy {
  readonly zone: string;
  readonly policy: TriedPolicy;
  readonly hosts: readonly HostCases[];
}

async function casesOf(
  zone: string,
  policy: TriedPolicy,
  { sandbox, settings }: PrepareContext,
  budget: CaseBudget,
): Promise<readonly HostCases[]> {
  if (policy.trial.kind !== 'passed') return [];
  const { manifest } = policy.trial.accepted;
  const key = `${zone}#cases`;
  const loaded = await sandbox.load(key, policy.script, loadLimits(settings.policy));
  try {
    if (!loaded.ok) return [];
    const asked = { key, zone: originOf(zone), manifest, script: policy.script };
    return await explorePolicy(asked, sandbox, budget, Date.now());
  } finally {
    sandbox.drop(key);
  }
}

function gapOf({ host, cases }: HostCases, zone: string): CaseGap | undefined {
  if (cases.untaken === 0 && cases.sampled.size === 0) return undefined;
  const name = host.key === '@' ? zone : `${host.key}.${zone}`;
  return { host: name, untaken: cases.untaken, sampled: [...cases.sampled] };
}

/** Each problem once, with the case that takes the fewest words. */
function problemsOf({ host, cases }: HostCases, policy: TriedPolicy): Diagnostic[] {
  const failed = cases.leaves.flatMap(({ result, reads }) => (result.ok ? [] : [{ ...result, reads }]));
  const byProblem = Map.groupBy(failed, ({ problem }) => problem);
  return [...byProblem].map(([problem, same]) => {
    const { reads, stack } = same.toSorted((a, b) => a.reads.length - b.reads.length)[0] ?? { reads: [] };
    const more = same.length === 1 ? '' : `, and in ${same.length - 1} other cases`;
    const message = `Host "${host.key}" fails for ${caseText(reads)}${more}: ${problem}`;
    const diagnostic = withRemedy({ code: 'POLICY_SAMPLE', severity: 'error', message });
    return located(diagnostic, { stack, keys: ['hosts', host.key], word: wordIn(problem) }, policy);
  });
}
