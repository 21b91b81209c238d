/**
 * A new version is tried before clients meet it: in control's own sandbox, which no live traffic
 * shares, its top level runs, its manifest is read, and every handler decides for a few sample
 * clients. What hangs or crashes does so here.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Target } from '../health/target.ts';
import type { ManifestData } from '../rpc/plan.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { compilePlan } from './compile-plan.ts';
import { originOf } from './discover.ts';
import { type Manifest, type ManifestHost, readManifest } from './manifest.ts';
import { type Sample, samplesFor } from './samples.ts';
import type { Sandbox } from './sandbox.ts';
import type { RunOutcome } from './sandbox-request.ts';
import { mapStack } from './source-map.ts';
import type { CheckTiming } from './targets.ts';

export type TrialSandbox = Pick<Sandbox, 'load' | 'run' | 'drop'>;

/** Limits on policies, and values for those that say none. Times in milliseconds, TTL in seconds, memory in MB. */
export interface PolicySettings {
  readonly ttl: number;
  readonly budget: number;
  readonly deadline: number;
  readonly maxBudget: number;
  readonly maxDeadline: number;
  readonly memory: number;
  readonly checkTiming?: CheckTiming | undefined;
}

export interface TrialAsk {
  /** Lower case, no final dot. */
  readonly zone: string;
  /** As the operator knows it. */
  readonly file: string;
  /** Names the version within the sandbox. */
  readonly key: string;
  readonly script: string;
  readonly sourceMap: string;
  readonly settings: PolicySettings;
}

/** A manifest as it came, for the answer processes, and as read. */
export interface Accepted {
  readonly data: ManifestData;
  readonly manifest: Manifest;
  /** Pool → the ids of its targets. */
  readonly poolTargets: ReadonlyMap<string, readonly string[]>;
}

export type Trial =
  | { readonly kind: 'passed'; readonly accepted: Accepted; readonly diagnostics: readonly Diagnostic[] }
  /** It loads, but not every sample client got an answer. */
  | {
      readonly kind: 'failed';
      readonly accepted: Accepted;
      readonly diagnostics: readonly Diagnostic[];
      /** Why the sandbox had to stop it, if it had to: such a version is not to be run again. */
      readonly stopped: string | undefined;
    }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** For the top level, which may build tables; far beyond what one should take. */
const LOAD_MS = 1000;
/** For one sample: generous, so that a busy machine is not taken for a slow policy. */
const SAMPLE_MS = 250;
/** For all samples, other policies' trials included. */
const PATIENCE_MS = 60_000;

/** Tries a compiled policy. */
export async function tryPolicy(ask: TrialAsk, sandbox: TrialSandbox): Promise<Trial> {
  const { key, script, settings } = ask;
  const loaded = await sandbox.load(key, script, { memoryMb: settings.memory, timeoutMs: LOAD_MS });
  try {
    if (!loaded.ok) {
      const message = loaded.reason === 'throw' ? loaded.message : `Does not load: ${loaded.message}`;
      return refused([locate({ code: 'POLICY_LOAD', severity: 'error', message }, loaded.stack, ask)]);
    }
    const origin = originOf(ask.zone);
    const accepted = accept(loaded.manifest, origin, settings);
    if (!accepted.ok) return refused(accepted.problems.map((message) => manifestProblem(message, ask)));
    return await new Samples(ask, origin, accepted, sandbox).run();
  } finally {
    sandbox.drop(key);
  }
}

function accept(
  data: unknown,
  zone: WireName,
  settings: PolicySettings,
): ({ readonly ok: true } & Accepted) | { readonly ok: false; readonly problems: readonly string[] } {
  const ids: string[] = [];
  const read = readManifest(data, {
    zone,
    defaultTtl: settings.ttl,
    maxBudgetMs: settings.maxBudget,
    maxDeadlineMs: settings.maxDeadline,
    checkTiming: settings.checkTiming,
    slotOf: (target: Target) => ids.push(target.id) - 1,
  });
  if (!read.ok) return { ok: false, problems: read.problem };
  const manifest = read.value;
  const poolTargets = new Map<string, readonly string[]>();
  for (const [name, { sets }] of manifest.pools) {
    const targets = sets.flatMap(({ slots }) => slots).map((slot) => ids[slot]);
    poolTargets.set(name, [...new Set(targets.filter((id) => id !== undefined))]);
  }
  // What readManifest has looked at all of is what its type says.
  return { ok: true, data: data as ManifestData, manifest, poolTargets };
}

/** The part of a trial in which handlers decide. */
class Samples {
  readonly #ask: TrialAsk;
  readonly #origin: WireName;
  readonly #accepted: Accepted;
  readonly #sandbox: TrialSandbox;
  readonly #samples: readonly Sample[];
  readonly #until = performance.now() + PATIENCE_MS;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #told = new Set<string>();
  #stopped: string | undefined;

  constructor(ask: TrialAsk, origin: WireName, accepted: Accepted, sandbox: TrialSandbox) {
    this.#ask = ask;
    this.#origin = origin;
    this.#accepted = accepted;
    this.#sandbox = sandbox;
    this.#samples = samplesFor(accepted.manifest.pools.keys(), Date.now());
  }

  async run(): Promise<Trial> {
    const decided = this.#accepted.manifest.hosts.filter(({ plan }) => plan === null);
    await Promise.all(decided.map((host) => this.#tryHost(host)));
    const outcome = { accepted: this.#accepted, diagnostics: this.#diagnostics };
    return this.#diagnostics.some(({ severity }) => severity === 'error')
      ? { kind: 'failed', ...outcome, stopped: this.#stopped }
      : { kind: 'passed', ...outcome };
  }

  /** One sample alone first: if it hangs, the others would too. */
  async #tryHost(host: ManifestHost): Promise<void> {
    const [first, ...others] = this.#samples;
    if (first === undefined) return;
    const outcomes = [await this.#decide(host, first)];
    if (this.#stopped !== undefined) return;
    outcomes.push(...(await Promise.all([...others, first].map((sample) => this.#decide(host, sample)))));
    this.#judge(host, outcomes);
  }

  async #decide(host: ManifestHost, sample: Sample): Promise<RunOutcome> {
    const outcome = await new Promise<RunOutcome>((resolve) => {
      const name = nameToText(host.name).slice(0, -1).replace('*', 'sample');
      const { key } = this.#ask;
      const { type, facts } = sample;
      const ask = { key, host: host.key, name, type, facts, budgetMs: SAMPLE_MS, deadlineAt: this.#until };
      this.#sandbox.run(ask, resolve);
    });
    const problem = this.#problemOf(outcome, host);
    if (problem !== undefined) {
      const message = `Host "${host.key}" fails for ${sample.label}: ${problem}`;
      this.#tell('error', message, `${host.key} ${problem}`, outcome.ok ? undefined : outcome.stack);
    }
    if (!outcome.ok && outcome.reason !== 'throw' && outcome.reason !== 'invalid') {
      this.#stopped ??= outcome.message;
    }
    return outcome;
  }

  #problemOf(outcome: RunOutcome, host: ManifestHost): string | undefined {
    if (!outcome.ok) return outcome.message;
    const { ttl, pools } = this.#accepted.manifest;
    const apex = host.name.length === this.#origin.length;
    const plan = compilePlan(outcome.plan, { zone: this.#origin, pools, ttl, apex });
    return plan.ok ? undefined : plan.problem;
  }

  #judge(host: ManifestHost, outcomes: readonly RunOutcome[]): void {
    const decisions = outcomes.filter((outcome) => outcome.ok);
    const best = Math.min(...decisions.map(({ micros }) => micros));
    const budget = this.#accepted.manifest.budgetMs ?? this.#ask.settings.budget;
    if (best > 1000 * budget && decisions.length > 0) {
      const took = (best / 1000).toFixed(1);
      this.#tell('error', `Host "${host.key}" takes ${took} ms at best, and its budget is ${budget} ms`);
    }
    // The last sample is the first again.
    const [first, again] = [outcomes[0], outcomes.at(-1)];
    if (first?.ok && again?.ok && first.impure.length === 0 && again.impure.length === 0) {
      const [a, b] = [first, again].map(({ plan, reads }) => JSON.stringify([plan, reads]));
      if (a !== b)
        this.#tell('warning', `Host "${host.key}" decides differently when it reads the same facts again`);
    }
  }

  /** Samples that fail alike are told of once, by the first. */
  #tell(severity: Diagnostic['severity'], message: string, subject = message, stack?: string): void {
    if (this.#told.has(subject)) return;
    this.#told.add(subject);
    this.#diagnostics.push(locate({ code: 'POLICY_SAMPLE', severity, message }, stack, this.#ask));
  }
}

function refused(diagnostics: readonly Diagnostic[]): Trial {
  return { kind: 'refused', diagnostics };
}

function manifestProblem(message: string, { file }: TrialAsk): Diagnostic {
  return { code: 'POLICY_MANIFEST', severity: 'error', message, file };
}

/** Adds where in the author's code it happened; the file at least. */
function locate(diagnostic: Diagnostic, stack: string | undefined, ask: TrialAsk): Diagnostic {
  const place = stack === undefined ? undefined : mapStack(stack, ask.sourceMap);
  if (place === undefined) return { ...diagnostic, file: ask.file };
  const { text, ...position } = place;
  return { ...diagnostic, ...position, ...(text === undefined ? {} : { source: text }) };
}
