/**
 * Whether a policy is a function of what it reads. Answer processes remember decisions by what a run
 * read, each of them loads the policy for itself, and a sandbox may be replaced at any time: state that a
 * policy keeps in its modules is neither shared nor lasting, and makes it answer wrongly.
 *
 * The policy lives twice, each time in a fresh context. In its first life every host decides for all
 * sample clients in order, then once more from last to first; in its second life it is the other way
 * round. So every sample is decided at four different points, and all four have to agree.
 *
 * The verb `check` does this. A version that goes live has a far shorter trial (trial.ts).
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { keyPath, keysOfPath } from '../base/key-path.ts';
import { located, type Trace } from '../build/failure-place.ts';
import type { ManifestHost } from '../plan/manifest.ts';
import type { PolicyOnTrial, TrialSandbox } from './policy-on-trial.ts';
import { loadLimits } from './policy-settings.ts';
import { differencesOf, type SampleRun } from './purity-difference.ts';
import { decideSample, type SampleClient, samplesFor } from './sample-clients.ts';
import type { Accepted } from './trial-outcome.ts';

/** A policy that has passed its trial. */
export interface PassedPolicy extends Omit<PolicyOnTrial, 'key'> {
  readonly accepted: Accepted;
}

/** Finds differences between the runs of each host, one of each kind. */
export async function findImpurities(policy: PassedPolicy, sandbox: TrialSandbox): Promise<Diagnostic[]> {
  const { manifest } = policy.accepted;
  const hosts = manifest.hosts.filter(({ plan }) => plan === null);
  const samples = samplesFor(manifest.pools.keys(), Date.now());
  // All hosts decide for one client, then for the next: so state that one host leaves to another shows too.
  const cases = samples.flatMap((sample) => hosts.map((host): Case => ({ host, sample, runs: [] })));
  const problem =
    (await liveAnyway(0, cases, policy, sandbox)) ??
    (await liveAnyway(1, cases.toReversed(), policy, sandbox));
  if (problem !== undefined) return [problem];
  const byHost = Map.groupBy(cases, ({ host }) => host);
  return [...byHost].flatMap(([host, own]) => problemsOf(host, own, policy));
}

/** Deadline for one sample: no query waits, and the budget bounds the run anyway. */
const PATIENCE_MS = 60_000;
const REMEDY =
  'Keep nothing between queries, and take no chance or time at the top level: a policy is a function of what it reads';

/** A host and a sample client, and their runs so far. */
interface Case {
  readonly host: ManifestHost;
  readonly sample: SampleClient;
  readonly runs: SampleRun[];
}

const MOST_ATTEMPTS = 4;

/** Runs one life, and again if it was cut short for no fault of the policy. */
async function liveAnyway(
  life: number,
  cases: readonly Case[],
  policy: PassedPolicy,
  sandbox: TrialSandbox,
): Promise<Diagnostic | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const problem = await live(life, cases, policy, sandbox);
    const isLost = cases.some(({ runs }) => runs.some(({ outcome }) => !outcome.ok && outcome.isOurs));
    if (!isLost || attempt >= MOST_ATTEMPTS) return problem;
    for (const { runs } of cases) runs.splice(0, runs.length, ...runs.filter((run) => run.life !== life));
  }
}

/** Runs one life, there and back. Returns the problem if the policy does not load as it did in its trial. */
async function live(
  life: number,
  cases: readonly Case[],
  policy: PassedPolicy,
  sandbox: TrialSandbox,
): Promise<Diagnostic | undefined> {
  const { script, settings, accepted } = policy;
  const key = `${policy.zone}#${life}`;
  const loaded = await sandbox.load(key, script, loadLimits(settings));
  try {
    if (!loaded.ok) {
      const message = `Loads at one time and not at another: ${loaded.message}`;
      return impurity(message, { stack: loaded.stack, keys: [] }, policy);
    }
    const path = firstDifference(accepted.data, loaded.manifest);
    if (path !== undefined) {
      const message = `Declares another ${path} each time it is loaded`;
      return impurity(message, { keys: keysOfPath(path) }, policy);
    }
    const budgetMs = accepted.manifest.budgetMs ?? settings.budget;
    for (const { host, sample, runs } of [...cases, ...cases.toReversed()]) {
      const deadlineAt = performance.now() + PATIENCE_MS;
      const outcome = await decideSample(sandbox, { key, host, budgetMs, deadlineAt }, sample);
      runs.push({ life, outcome });
      // A policy that the sandbox has stopped has lost its context, and would need as long again.
      if (!outcome.ok && outcome.reason !== 'throw' && outcome.reason !== 'invalid') break;
    }
    return undefined;
  } finally {
    sandbox.drop(key);
  }
}

function problemsOf(host: ManifestHost, cases: readonly Case[], policy: PassedPolicy): Diagnostic[] {
  const differences = cases.flatMap(({ sample, runs }) =>
    differencesOf(runs).map((difference) => ({ ...difference, label: sample.label })),
  );
  const byKind = Map.groupBy(differences, ({ kind }) => kind);
  return [...byKind.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : `; and likewise for ${others.length} of the other samples`;
    const message = `Host "${host.key}" ${first.what} for ${first.label} ${first.detail}${more}`;
    return [impurity(message, { stack: first.stack, keys: ['hosts', host.key] }, policy)];
  });
}

function impurity(message: string, trace: Trace, policy: PassedPolicy): Diagnostic {
  return located({ code: 'POLICY_IMPURE', severity: 'error', message, remedy: REMEDY }, trace, policy);
}

/** The path at which two JSON values first differ. */
function firstDifference(before: unknown, after: unknown, path = ''): string | undefined {
  if (!isObject(before) || !isObject(after)) return before === after ? undefined : path;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const inner = keyPath(path, Array.isArray(before) ? Number(key) : key);
    const found = firstDifference(before[key], after[key], inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
