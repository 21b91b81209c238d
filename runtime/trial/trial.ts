/**
 * The trial of a new version before clients meet it: in control's own sandbox, which no live traffic
 * shares, its top level runs, its manifest is read, and every handler decides for a few sample
 * clients. A policy that hangs or crashes does so here.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { keysOfPath } from '../base/key-path.ts';
import { located, wordIn } from '../build/failure-place.ts';
import { shownBeyond } from '../limits/manifest-limits.ts';
import { TeamLimits } from '../limits/team-limits.ts';
import { type Manifest, readManifest } from '../plan/manifest.ts';
import type { Pool } from '../plan/plan.ts';
import { slotWeights } from '../plan/pools/up-when.ts';
import type { ManifestData } from '../rpc/plan.ts';
import { LIGHT_LOAD_MS } from '../runner/load-weight.ts';
import type { LoadOutcome } from '../runner/runs-and-loads.ts';
import type { WireName } from '../wire/name.ts';
import { originOf } from '../zone/origin.ts';
import type { PolicyOnTrial, TrialSandbox } from './policy-on-trial.ts';
import { loadLimits, type PolicySettings } from './policy-settings.ts';
import { withRemedy } from './remedies.ts';
import type { Accepted, PoolTargets, Trial } from './trial-outcome.ts';
import { MOST_ROUNDS, type TrialRound } from './trial-outcome.ts';
import { trySamples } from './trial-samples.ts';

/**
 * Tries a compiled policy, first in an isolate that it shares with others. One that has nothing to be said against it
 * has passed; any other is tried again in an isolate of its own, once more if the sandbox ended while it ran, which
 * need not be the policy's fault, and a few times if it certainly was not the policy's fault.
 */
export async function tryPolicy(policy: PolicyOnTrial, sandbox: TrialSandbox): Promise<Trial> {
  const quick = await playRound(policy, sandbox, true);
  if (isBlameless(quick.trial)) return quick.trial;
  for (let rounds = 1; ; rounds += 1) {
    const { trial, lost } = await playRound(policy, sandbox, false);
    if (lost === undefined || rounds >= MOST_ROUNDS[lost]) return trial;
  }
}

function isBlameless(trial: Trial): boolean {
  return trial.kind === 'passed' && trial.diagnostics.length === 0 && trial.accepted.loadMs === undefined;
}

async function playRound(policy: PolicyOnTrial, sandbox: TrialSandbox, shares: boolean): Promise<TrialRound> {
  const { key, script, settings } = policy;
  const limits = { ...loadLimits(settings), ...(shares && { shares }) };
  const first = await sandbox.load(key, script, limits);
  // A process that has just started is slow at first, so a dear load is made once more.
  const loaded = shares || isLight(first) ? first : cheaper(first, await sandbox.load(key, script, limits));
  try {
    if (!loaded.ok) {
      return {
        trial: refused(loadProblems(loaded, policy)),
        lost: loaded.isOurs ? 'others' : loaded.reason === 'crash' ? 'policy' : undefined,
      };
    }
    const origin = originOf(policy.zone);
    const accepted = acceptManifest(loaded.manifest, origin, settings);
    if (!accepted.ok) {
      const problems = accepted.problems.map((message) => manifestProblem(message, policy));
      return { trial: refused(problems), lost: undefined };
    }
    const loadMs = isLight(loaded) ? undefined : (loaded.micros ?? 0) / 1000;
    return await trySamples(policy, origin, { ...accepted, loadMs }, sandbox, shares);
  } finally {
    sandbox.drop(key);
  }
}

function isLight(outcome: LoadOutcome): boolean {
  return !outcome.ok || (outcome.micros ?? 0) <= 1000 * LIGHT_LOAD_MS;
}

/** The cheaper of two loads; the second if one failed. */
function cheaper(first: LoadOutcome, second: LoadOutcome): LoadOutcome {
  if (!first.ok || !second.ok) return second;
  return (first.micros ?? 0) < (second.micros ?? 0) ? first : second;
}

/** Reads a manifest under the settings of the day; its handlers are yet to decide. */
export function acceptManifest(
  data: unknown,
  zone: WireName,
  settings: PolicySettings,
): ({ readonly ok: true } & Accepted) | { readonly ok: false; readonly problems: readonly string[] } {
  const read = readManifest(data, {
    zone,
    defaultTtl: settings.ttl,
    maxBudgetMs: settings.maxBudget,
    maxDeadlineMs: settings.maxDeadline,
    checkTiming: settings.checkTiming,
    limits: settings.limits && new TeamLimits(settings.limits, zone),
  });
  if (!read.ok) return { ok: false, problems: read.problem };
  const manifest = read.value;
  const poolTargets = new Map(
    Array.from(manifest.pools, ([name, pool]) => [name, targetsOf(pool, manifest)]),
  );
  // readManifest has checked all of the data, so it is what its type says.
  return { ok: true, data: data as ManifestData, manifest, poolTargets, decisions: new Map() };
}

function targetsOf(pool: Pool, { targets }: Manifest): PoolTargets {
  const weights = [...slotWeights(pool)];
  const ids = weights.map(([slot]) => targets[slot]?.id ?? '');
  if (pool.upWhen === undefined) return { targets: ids, ...(pool.alias && { alias: pool.alias.target }) };
  const { percent } = pool.upWhen;
  return { targets: ids, upWhen: { percent, weights: weights.map(([, weight]) => weight) } };
}

/** What the prelude says of parts of a policy: a line for each, which begins with its path. */
const OF_PART =
  /^(?:(?:hosts|pools|records|fallback|ttl|budget|deadline)(?![\w$(])[^:]*: |[\w$]+: Unknown key;)/;
/** A path at the begin of a message; keys in quotes may hold anything. */
const PATH = /^((?:[^\s":]|"(?:[^"\\]|\\.)*")+): /;

/** A diagnostic for each faulty part of a policy, at that part; or one, at the place where the policy failed. */
function loadProblems(loaded: LoadOutcome & { readonly ok: false }, policy: PolicyOnTrial): Diagnostic[] {
  const isThrown = loaded.reason === 'throw';
  const lines = loaded.message.split('\n');
  if (isThrown && lines.every((line) => OF_PART.test(line))) {
    return lines.map((line) => manifestProblem(line, policy, 'POLICY_LOAD'));
  }
  const message = isThrown ? loaded.message : `Does not load: ${loaded.message}`;
  const problem = withRemedy({ code: 'POLICY_LOAD', severity: 'error', message });
  return [located(problem, { stack: loaded.stack, keys: [] }, policy)];
}

function refused(diagnostics: readonly Diagnostic[]): Trial {
  return { kind: 'refused', diagnostics };
}

/** The diagnostic for a message that begins with the path of the faulty part. */
function manifestProblem(
  message: string,
  policy: PolicyOnTrial,
  code: Diagnostic['code'] = 'POLICY_MANIFEST',
): Diagnostic {
  const [, path = ''] = PATH.exec(message) ?? [];
  const ofTeam = shownBeyond(message) === undefined ? code : 'POLICY_TEAM';
  const problem = withRemedy({ code: ofTeam, severity: 'error', message });
  return located(problem, { keys: keysOfPath(path), word: wordIn(message) }, policy);
}
