/**
 * The part of a trial in which handlers decide: each of them for a few sample clients, within a generous
 * budget, so that a policy is refused for what it does and not for how busy the machine is.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { keyPath } from '../base/key-path.ts';
import { located, type Trace, wordIn } from '../build/failure-place.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { typesOfPlan } from '../plan/host-types.ts';
import type { ManifestHost } from '../plan/manifest.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import type { WireName } from '../wire/name.ts';
import type { PolicyOnTrial, TrialSandbox } from './policy-on-trial.ts';
import { withRemedy } from './remedies.ts';
import { decideSample, type SampleClient, samplesFor } from './sample-clients.ts';
import { holdsTornChoice, tornProblem } from './torn-choice.ts';
import type { Accepted, SampleDecision, Trial, TrialRound } from './trial-outcome.ts';
import { unmeasuredIn, unmeasuredProblem } from './unmeasured-choice.ts';

/** Time for all samples, with the wait for the trials of other policies. */
const PATIENCE_MS = 60_000;

/** Runs of one policy that the sandbox may have to stop before the rest of its hosts are left untried. */
const MOST_STOPS = 8;

/**
 * Lets every handler decide, and judges the decisions. If `isQuick`, hosts are left out for which that takes longer, as
 * the sandbox had to stop one of them: then the trial is not passed.
 */
export function trySamples(
  policy: PolicyOnTrial,
  origin: WireName,
  accepted: Accepted,
  sandbox: TrialSandbox,
  isQuick: boolean,
): Promise<TrialRound> {
  return new Samples(policy, origin, accepted, sandbox).run(isQuick);
}

class Samples {
  readonly #policy: PolicyOnTrial;
  readonly #origin: WireName;
  readonly #accepted: Accepted;
  readonly #sandbox: TrialSandbox;
  readonly #samples: readonly SampleClient[];
  readonly #until = performance.now() + PATIENCE_MS;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #found = new Set<string>();
  readonly #decisions = new Map<string, SampleDecision>();
  /** Hosts that must not run again, by key with the reason. */
  readonly #stopped = new Map<string, string>();
  /** How many runs the sandbox had to stop. */
  #stops = 0;
  #lost: TrialRound['lost'];

  constructor(policy: PolicyOnTrial, origin: WireName, accepted: Accepted, sandbox: TrialSandbox) {
    this.#policy = policy;
    this.#origin = origin;
    this.#accepted = accepted;
    this.#sandbox = sandbox;
    this.#samples = samplesFor(accepted.manifest.pools.keys(), Date.now());
  }

  /** The first sample, then all others and the first once more. */
  get #groups(): readonly (readonly SampleClient[])[] {
    const first = this.#samples.slice(0, 1);
    return [first, [...this.#samples.slice(1), ...first]];
  }

  get #budgetMs(): number {
    return this.#accepted.manifest.budgetMs ?? this.#policy.settings.budget;
  }

  async run(isQuick: boolean): Promise<TrialRound> {
    this.#lookAtConstants();
    const decided = this.#accepted.manifest.hosts.filter(({ plan }) => plan === null);
    const unsure = isQuick || decided.length > 1 ? await this.#tryTogether(decided) : decided;
    for (const host of unsure) {
      if (!isQuick && this.#stops < MOST_STOPS) await this.#tryAlone(host);
      else this.#leaveOut(host);
    }
    const accepted = { ...this.#accepted, decisions: this.#decisions };
    const outcome = { accepted, diagnostics: this.#diagnostics };
    const isFailed = this.#diagnostics.some(({ severity }) => severity === 'error');
    const trial: Trial = isFailed
      ? { kind: 'failed', ...outcome, ...this.#stoppedOf(decided) }
      : { kind: 'passed', ...outcome };
    return { trial, lost: this.#lost };
  }

  /**
   * Has all hosts decide for all samples, many runs on their way at once, and judges hosts whose runs came to their
   * own end. Returns the others: once the sandbox has stopped one run, only the order says which, and runs that
   * were behind it failed for a reason that is not theirs.
   */
  async #tryTogether(hosts: readonly ManifestHost[]): Promise<ManifestHost[]> {
    const unsure: ManifestHost[] = [];
    const state = { isStopped: false };
    const tryOne = async (host: ManifestHost): Promise<void> => {
      const runs: SampleRun[] = [];
      for (const group of this.#groups) {
        if (state.isStopped) break;
        runs.push(...(await Promise.all(group.map((sample) => this.#decide(host, sample)))));
        state.isStopped ||= runs.some(({ outcome }) => isStop(outcome));
      }
      const isWhole = runs.length > this.#samples.length && !runs.some(({ outcome }) => isStop(outcome));
      if (isWhole) this.#judge(host, runs);
      else unsure.push(host);
    };
    await Promise.all(hosts.map(tryOne));
    return hosts.filter((host) => unsure.includes(host));
  }

  /** Has one host decide for one sample after another, nothing beside it, until the sandbox has to stop it. */
  async #tryAlone(host: ManifestHost): Promise<void> {
    const runs: SampleRun[] = [];
    for (const sample of this.#groups.flat()) {
      const run = await this.#decide(host, sample);
      runs.push(run);
      if (isStop(run.outcome)) break;
    }
    this.#judge(host, runs);
  }

  /** A host that was not tried is not to run either. */
  #leaveOut(host: ManifestHost): void {
    const message = `Host "${host.key}" was not tried: the sandbox had to stop ${MOST_STOPS} runs of the policy before`;
    this.#stopped.set(host.key, message);
    this.#add({ code: 'POLICY_SAMPLE', severity: 'error', message }, host);
  }

  #stoppedOf(decided: readonly ManifestHost[]): Pick<Trial & { kind: 'failed' }, 'stopped' | 'stoppedHosts'> {
    const [first] = this.#stopped.values();
    const isAll = this.#stopped.size === decided.length;
    return { stopped: isAll ? first : undefined, stoppedHosts: Object.fromEntries(this.#stopped) };
  }

  async #decide(host: ManifestHost, sample: SampleClient): Promise<SampleRun> {
    const ask = { key: this.#policy.key, host, budgetMs: this.#budgetMs, deadlineAt: this.#until };
    return { sample, outcome: await decideSample(this.#sandbox, ask, sample) };
  }

  #judgeRun(host: ManifestHost, { sample, outcome }: SampleRun): void {
    const problem = this.#problemOf(outcome, host);
    if (problem !== undefined) {
      const message = `Host "${host.key}" fails for ${sample.label}: ${problem}`;
      const stack = outcome.ok ? undefined : outcome.stack;
      this.#add({ code: 'POLICY_SAMPLE', severity: 'error', message }, host, problem, stack);
    }
    if (outcome.ok || !isStop(outcome)) return;
    this.#stopped.set(host.key, outcome.message);
    this.#stops += 1;
    if (outcome.isOurs) this.#lost ??= 'others';
    else if (outcome.reason === 'sandbox') this.#lost = 'policy';
  }

  #problemOf(outcome: RunOutcome, host: ManifestHost): string | undefined {
    if (!outcome.ok) return outcome.message;
    const { ttl, pools, limits } = this.#accepted.manifest;
    const apex = host.name.length === this.#origin.length;
    const plan = compilePlan(outcome.plan, { zone: this.#origin, pools, ttl, apex, limits });
    if (!plan.ok) return plan.problem;
    this.#lookAt(plan.value, ['hosts', host.key]);
    this.#note(
      host,
      typesOfPlan(plan.value),
      outcome.reads.some(([fact]) => fact === 'query.name'),
    );
    return undefined;
  }

  /** Among the plans that always stand. */
  #lookAtConstants(): void {
    const { hosts, fallback } = this.#accepted.manifest;
    for (const host of hosts) if (host.plan !== null) this.#lookAt(host.plan, ['hosts', host.key]);
    this.#lookAt(fallback, ['fallback']);
  }

  #lookAt(plan: Plan, keys: readonly string[]): void {
    const part = keys.reduce(keyPath, '');
    const unmeasured = unmeasuredIn(plan, this.#accepted.manifest.targets);
    const messages = [
      ...(holdsTornChoice(plan) ? [tornProblem(part)] : []),
      ...(unmeasured === undefined ? [] : [unmeasuredProblem(part, unmeasured)]),
    ];
    for (const message of messages)
      this.#tell({ code: 'POLICY_MANIFEST', severity: 'warning', message }, message, { keys });
  }

  #note({ key }: ManifestHost, types: readonly number[], readsName: boolean): void {
    const before = this.#decisions.get(key);
    this.#decisions.set(key, {
      types: [...new Set([...(before?.types ?? []), ...types])].sort((a, b) => a - b),
      readsName: readsName || before?.readsName === true,
    });
  }

  #judge(host: ManifestHost, runs: readonly SampleRun[]): void {
    for (const run of runs) this.#judgeRun(host, run);
    const outcomes = runs.map(({ outcome }) => outcome);
    const decisions = outcomes.filter((outcome) => outcome.ok);
    const best = Math.min(...decisions.map(({ micros }) => micros));
    const budget = this.#budgetMs;
    if (best > 1000 * budget && decisions.length > 0) {
      const took = (best / 1000).toFixed(1);
      const message = `Host "${host.key}" takes ${took} ms at best, and its budget is ${budget} ms`;
      this.#add({ code: 'POLICY_SAMPLE', severity: 'error', message }, host);
    }
    if (runs.length <= this.#samples.length) return;
    // The last run repeats the first sample.
    const [first, again] = [outcomes[0], outcomes.at(-1)];
    if (first?.ok && again?.ok && first.impure.length === 0 && again.impure.length === 0) {
      const [a, b] = [first, again].map(({ plan, reads }) => JSON.stringify([plan, reads]));
      if (a !== b) {
        const message = `Host "${host.key}" decides differently when it reads the same facts again`;
        this.#add({ code: 'POLICY_IMPURE', severity: 'warning', message }, host);
      }
    }
  }

  /** Adds a diagnostic, once for all samples that fail alike. */
  #add(diagnostic: Diagnostic, { key }: ManifestHost, problem = diagnostic.message, stack?: string): void {
    this.#tell(diagnostic, `${key} ${problem}`, { stack, keys: ['hosts', key] });
  }

  #tell(diagnostic: Diagnostic, subject: string, trace: Trace): void {
    if (this.#found.has(subject)) return;
    this.#found.add(subject);
    const word = wordIn(diagnostic.message);
    this.#diagnostics.push(located(withRemedy(diagnostic), { ...trace, word }, this.#policy));
  }
}

interface SampleRun {
  readonly sample: SampleClient;
  readonly outcome: RunOutcome;
}

/** Whether a run did not come to its own end: the sandbox stopped it, or another that was before it. */
function isStop(outcome: RunOutcome): boolean {
  return !outcome.ok && outcome.reason !== 'throw' && outcome.reason !== 'invalid';
}
