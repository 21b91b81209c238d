/** One zone of the registry: what of it is live, and what became of the last attempt to replace that. */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import type { Logger } from '../base/log.ts';
import { placeOfFailure, type Trace } from '../build/failure-place.ts';
import { shownPath } from '../build/shown-path.ts';
import type { MappedPosition } from '../build/source-map.ts';
import type { Target } from '../health/target.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { TrialSandbox } from '../trial/trial-ask.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { ZoneFiles } from './discover.ts';
import type { LastGood, Proof } from './last-good.ts';
import type { LastGoodStore } from './last-good-store.ts';
import type { ProbeBudget } from './probe-budget.ts';
import { proofOf, provenPolicy } from './proof.ts';
import type { FolderContent } from './scan.ts';
import type { TransferredZones } from './transferred.ts';
import { assembleBroken, assembleZone, gatherParts, reviveParts } from './zone-attempt.ts';
import {
  type AttemptContext,
  acceptedOf,
  type PolicyPart,
  type RegistrySettings,
  type ZoneParts,
} from './zone-parts.ts';
import { nextSerial, type Serial, serialBasis } from './zone-serial.ts';
import type { ZoneState, ZoneStatus } from './zone-status.ts';

interface Version {
  readonly version: string;
  readonly policy: PolicyPart | undefined;
  readonly state: ZoneState;
  readonly loadedAt: number;
  /** That it was kept from before the start, as the files are broken. */
  readonly notice?: Diagnostic;
}

export class LiveZone {
  readonly #root: string;
  readonly #sandbox: TrialSandbox;
  readonly #stop: AbortSignal;
  readonly #version: string;
  readonly #log: Logger;
  readonly #lastGood: LastGoodStore | undefined;
  readonly #probes: ProbeBudget;
  readonly #transferred: TransferredZones | undefined;
  #files: ZoneFiles;
  /** Of the last attempt. */
  #inputs: ReadonlySet<string> = new Set();
  #state: ZoneState = 'broken';
  #problems: readonly Diagnostic[] = [];
  /** The policy last tried, whether or not it was accepted. */
  #tried: PolicyPart | undefined;
  /** What is served; a zone that is broken is served as such. */
  #live: Version | undefined;
  /** Of what was served before; fallbacks of it may still be on their way. */
  #before: Pick<Version, 'version' | 'policy'> | undefined;
  /** Of the newest version made from files that was served. */
  #serial: Serial | undefined;
  #isForgotten = false;

  constructor(
    files: ZoneFiles,
    context: Pick<AttemptContext, 'root' | 'sandbox'> & {
      readonly log: Logger;
      readonly stop: AbortSignal;
      /** Of dnsteer. */
      readonly version: string;
      readonly lastGood: LastGoodStore | undefined;
      /** Of all zones. */
      readonly probes: ProbeBudget;
      readonly transferred?: TransferredZones | undefined;
    },
  ) {
    this.#files = files;
    this.#root = context.root;
    this.#sandbox = context.sandbox;
    this.#stop = context.stop;
    this.#version = context.version;
    this.#lastGood = context.lastGood;
    this.#probes = context.probes;
    this.#transferred = context.transferred;
    this.#log = context.log.child({ zone: files.zone });
  }

  get files(): ZoneFiles {
    return this.#files;
  }

  /** Whether it is served as its files say. */
  get isSound(): boolean {
    return this.#state === 'live';
  }

  get targets(): readonly Target[] {
    return acceptedOf(this.#live?.policy)?.manifest.targets ?? [];
  }

  /** Whether another attempt might come out differently than the last. */
  dependsOn(changed: ReadonlySet<string>): boolean {
    return this.#isForgotten || [...changed].some((file) => this.#inputs.has(file));
  }

  /** Makes the next attempt take nothing over from those before. */
  forget(): void {
    this.#isForgotten = true;
  }

  /** Makes the zone anew from its files; returns what is to be served, if that is not what was. */
  async attempt(
    files: ZoneFiles,
    content: FolderContent,
    settings: RegistrySettings,
  ): Promise<ZoneUpdate | undefined> {
    const known = this.#isForgotten
      ? []
      : [this.#tried, this.#live?.policy].filter((part) => part !== undefined);
    const mayRevive = this.#live?.state !== 'live' && (this.#live === undefined || this.#isForgotten);
    const mayBeProven = !this.#isForgotten;
    this.#isForgotten = false;
    this.#files = files;
    const context = {
      root: this.#root,
      sandbox: this.#sandbox,
      settings,
      version: this.#version,
      transferred: this.#transferred,
    };
    const kept = mayRevive ? await this.#lastGood?.read(files.zone) : undefined;
    const proven = mayBeProven ? await provenPolicy(kept, files, content, context) : undefined;
    const parts = await gatherParts(files, context, known, proven);
    const proof = await proofOf(parts.policy, context);
    // The sandbox was taken away, or may have been: that says nothing of the zone.
    if (this.#stop.aborted) return undefined;
    this.#inputs = parts.inputs;
    this.#tried = parts.policy;
    this.#serial ??= kept?.serial;
    const hashes = parts.recordInputs.map((file) => content.get(file)?.hash ?? '');
    const times = [...parts.inputs].map((file) => content.get(file)?.modifiedAt ?? 0);
    const basis = serialBasis(hashes, parts.policy, settings);
    const serial = nextSerial(this.#serial, basis, Math.max(0, ...times));
    const assembled = await assembleZone(files.zone, parts, serial.value, settings);
    const problems = [...parts.diagnostics, ...assembled.diagnostics, ...this.#tooManyProbes(parts)];
    const verdict = this.#judge(parts.policy, problems);
    if (verdict === 'live') {
      this.#note('live', problems);
      const update = this.#serve(assembled.update, parts.policy, 'live', serial);
      this.#keep(assembled.update.version, parts, hashes, serial, proof);
      return update;
    }
    const revived = kept === undefined ? undefined : await this.#revive(kept, parts, settings);
    if (this.#stop.aborted) return undefined;
    if (kept !== undefined && this.#live?.state === 'live') {
      this.#note('degraded', problems);
      return revived;
    }
    if (verdict !== 'refused') {
      this.#note(verdict, problems);
      return this.#serve(assembled.update, parts.policy, verdict, serial);
    }
    if (this.#live !== undefined && this.#live.state !== 'broken') {
      this.#note('degraded', problems);
      this.#log.warn({ version: this.#live.version }, 'New version is refused; the live one stays');
      return undefined;
    }
    this.#note('broken', problems);
    const broken = { ...parts, diagnostics: problems };
    const update = await assembleBroken(files.zone, broken, serial.value, settings);
    return this.#serve(update, undefined, 'broken', serial);
  }

  status(): ZoneStatus {
    const notice = this.#live?.notice;
    const pools = acceptedOf(this.#live?.policy)?.poolTargets ?? new Map<string, readonly string[]>();
    return {
      zone: this.#files.zone,
      file: this.#shownFile(),
      ...(this.#live === undefined ? {} : { version: this.#live.version, loadedAt: this.#live.loadedAt }),
      state: this.#state,
      problems: notice === undefined ? this.#problems : [...this.#problems, notice],
      pools: [...pools].map(([name, targets]) => ({ name, targets })),
    };
  }

  locate(version: string, trace: Trace): MappedPosition | undefined {
    const policy = [this.#live, this.#before].find((one) => one?.version === version)?.policy;
    return policy === undefined ? undefined : placeOfFailure(trace, policy);
  }

  #judge(policy: PolicyPart | undefined, problems: readonly Diagnostic[]): ZoneState | 'refused' {
    const isRefused = problems.some(({ severity, code }) => severity === 'error' && code !== 'POLICY_SAMPLE');
    if (isRefused) return 'refused';
    if (policy?.trial.kind !== 'failed') return 'live';
    // A version that fails for some clients is better than none, and worse than one that fails for none.
    if (this.#live?.state === 'live') return 'refused';
    return policy.trial.stopped === undefined ? 'degraded' : 'quarantined';
  }

  /** Tells what is wrong, unless it has been told. */
  #note(state: ZoneState, problems: readonly Diagnostic[]): void {
    const told = new Set(this.#problems.map(formatDiagnostic));
    this.#state = state;
    this.#problems = problems;
    for (const problem of problems) {
      const text = formatDiagnostic(problem);
      if (!told.has(text)) this.#log[problem.severity === 'error' ? 'error' : 'warn'](text);
    }
  }

  #serve(
    update: ZoneUpdate,
    policy: PolicyPart | undefined,
    state: ZoneState,
    serial: Serial,
    notice?: Diagnostic,
  ): ZoneUpdate | undefined {
    const { version } = update;
    this.#serial = serial;
    const before = this.#live;
    const isSame = version === before?.version;
    const loadedAt = isSame ? before.loadedAt : Date.now();
    // The source map may be another: comments are no part of a version.
    this.#live = { version, policy, state, loadedAt, ...(notice && { notice }) };
    this.#probes.declare(this.#files.zone, this.targets);
    if (isSame && before.notice === undefined) return undefined;
    if (notice !== undefined)
      this.#log.error({ version, file: notice.file, remedy: notice.remedy }, notice.message);
    else if (state === 'live') this.#log.info({ version }, 'Zone is live');
    else this.#log.warn({ version }, SERVED_ANYWAY[state]);
    if (isSame) return undefined;
    this.#before = before;
    return update;
  }

  /** Sees to it that the version outlives a restart. */
  #keep(
    version: string,
    parts: ZoneParts,
    recordHashes: readonly string[],
    serial: Serial,
    proof: Proof | undefined,
  ): void {
    const { policy } = parts;
    // A copy of a primary's zone has a place and a time of its own.
    const records = parts.isTransferred === true ? new RecordPack() : parts.records;
    const script = policy && { file: policy.file, script: policy.script, sourceMap: policy.sourceMap };
    const since = this.#live?.loadedAt ?? Date.now();
    const { zone } = this.#files;
    this.#lastGood?.keep({ zone, version, since, policy: script, records, recordHashes, serial, proof });
  }

  /** Serves what was kept, live from then on, if it passes; it is no better trusted than a file. */
  async #revive(kept: LastGood, now: ZoneParts, settings: RegistrySettings): Promise<ZoneUpdate | undefined> {
    const known = now.policy === undefined ? [] : [now.policy];
    const parts = await reviveParts(
      kept,
      { sandbox: this.#sandbox, settings, transferred: this.#transferred },
      known,
    );
    if (this.#stop.aborted) return undefined;
    const basis = serialBasis(kept.recordHashes, parts.policy, settings);
    const serial = nextSerial(this.#serial, basis, 0);
    const { update, diagnostics } = await assembleZone(kept.zone, parts, serial.value, settings);
    const problem = [...parts.diagnostics, ...diagnostics, ...this.#tooManyProbes(parts)].find(
      ({ severity }) => severity === 'error',
    );
    const what = `the last good version, of ${new Date(kept.since).toISOString()},`;
    if (problem !== undefined) {
      this.#log.error(`The files are broken, and ${what} does not pass either: ${formatDiagnostic(problem)}`);
      return undefined;
    }
    return this.#serve(update, parts.policy, 'live', serial, {
      code: 'POLICY_LAST_GOOD',
      severity: 'warning',
      message: `The files are broken; ${what} is served`,
      file: this.#shownFile(),
      remedy: 'Correct what is wrong with the files; they then take over',
    });
  }

  #tooManyProbes({ policy }: ZoneParts): Diagnostic[] {
    const targets = acceptedOf(policy)?.manifest.targets ?? [];
    const problem = this.#probes.problemOf(this.#files.zone, targets, this.#shownFile());
    return problem === undefined ? [] : [problem];
  }

  #shownFile(): string {
    const { policy, records } = this.#files;
    const file = policy ?? records;
    return file === undefined ? 'transferred' : shownPath(this.#root, file);
  }
}

const SERVED_ANYWAY: Readonly<Record<Exclude<ZoneState, 'live'>, string>> = {
  degraded:
    'Zone is live although hosts failed their trial, as no version of it did better; expect fallbacks',
  quarantined: 'Zone is served by its fallback alone: its policy had to be stopped in its trial',
  broken: 'Zone is broken: static records are served, and SERVFAIL for all other names',
  'refused-newcomer': '',
};
