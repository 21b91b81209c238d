/** One zone of the registry: what of it is live, and what became of the last attempt to replace that. */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import type { Logger } from '../base/log.ts';
import type { Target } from '../health/target.ts';
import type { ZoneUpdate } from '../rpc/control-protocol.ts';
import type { ZoneFiles } from './discover.ts';
import { placeOfFailure, type Trace } from './failure-place.ts';
import type { FolderContent } from './scan.ts';
import { shownPath } from './shown-path.ts';
import type { MappedPosition } from './source-map.ts';
import type { TrialSandbox } from './trial.ts';
import {
  type AttemptContext,
  acceptedOf,
  assembleBroken,
  assembleZone,
  gatherParts,
  type Parts,
  type PolicyPart,
  type RegistrySettings,
} from './zone-attempt.ts';

/**
 * `live`: served as its files say. `degraded`: served, but its newest version was refused and an
 * older one is live, or hosts failed their trial and may fall back. `quarantined`: its policy hung
 * or crashed its trial; the fallback is served. `broken`: nothing of it ever loaded.
 * `refused-newcomer`: a file that serves nothing, as its zone is another's or its name is none.
 */
export type ZoneState = 'live' | 'degraded' | 'quarantined' | 'broken' | 'refused-newcomer';

export interface ZoneStatus {
  /** Lower case, no final dot; empty for a file whose name is no domain name. */
  readonly zone: string;
  /** As the operator knows it; the policy, if there is one. */
  readonly file: string;
  /** Of what is served. */
  readonly version?: string;
  readonly state: ZoneState;
  readonly problems: readonly Diagnostic[];
  /** Milliseconds since 1970: since when this version is served. */
  readonly loadedAt?: number;
  readonly pools: readonly PoolStatus[];
}

export interface PoolStatus {
  readonly name: string;
  /** Ids of what is probed for it; none where nothing is. */
  readonly targets: readonly string[];
}

interface Version {
  readonly version: string;
  readonly policy: PolicyPart | undefined;
  readonly state: ZoneState;
  readonly loadedAt: number;
}

export class LiveZone {
  readonly #root: string;
  readonly #sandbox: TrialSandbox;
  readonly #stop: AbortSignal;
  readonly #log: Logger;
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
  #serial = { basis: '', value: 0 };
  #isForgotten = false;

  constructor(
    files: ZoneFiles,
    context: Pick<AttemptContext, 'root' | 'sandbox'> & { readonly log: Logger; readonly stop: AbortSignal },
  ) {
    this.#files = files;
    this.#root = context.root;
    this.#sandbox = context.sandbox;
    this.#stop = context.stop;
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
    this.#isForgotten = false;
    this.#files = files;
    const parts = await gatherParts(files, { root: this.#root, sandbox: this.#sandbox, settings }, known);
    // The sandbox was taken away, or may have been: that says nothing of the zone.
    if (this.#stop.aborted) return undefined;
    this.#inputs = parts.inputs;
    this.#tried = parts.policy;
    const serial = this.#serialFor(parts, content, settings);
    const assembled = assembleZone(files.zone, parts, serial, settings);
    const problems = [...parts.diagnostics, ...assembled.diagnostics];
    const verdict = this.#judge(parts.policy, problems);
    if (verdict !== 'refused') {
      this.#note(verdict, problems);
      return this.#serve(assembled.update, parts.policy, verdict);
    }
    if (this.#live !== undefined && this.#live.state !== 'broken') {
      this.#note('degraded', problems);
      this.#log.warn({ version: this.#live.version }, 'New version is refused; the live one stays');
      return undefined;
    }
    this.#note('broken', problems);
    return this.#serve(
      assembleBroken(files.zone, { ...parts, diagnostics: problems }, serial, settings),
      undefined,
      'broken',
    );
  }

  status(): ZoneStatus {
    const file = this.#files.policy ?? this.#files.records ?? '';
    const pools = acceptedOf(this.#live?.policy)?.poolTargets ?? new Map<string, readonly string[]>();
    return {
      zone: this.#files.zone,
      file: shownPath(this.#root, file),
      ...(this.#live === undefined ? {} : { version: this.#live.version, loadedAt: this.#live.loadedAt }),
      state: this.#state,
      problems: this.#problems,
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

  #serve(update: ZoneUpdate, policy: PolicyPart | undefined, state: ZoneState): ZoneUpdate | undefined {
    const { version } = update;
    if (version === this.#live?.version) {
      // The source map may be another: comments are no part of a version.
      this.#live = { ...this.#live, policy, state };
      return undefined;
    }
    this.#before = this.#live;
    this.#live = { version, policy, state, loadedAt: Date.now() };
    if (state === 'live') this.#log.info({ version }, 'Zone is live');
    else this.#log.warn({ version }, SERVED_ANYWAY[state]);
    return update;
  }

  /**
   * The newest modification of a file of the zone, in seconds, and never less than one more than the
   * serial before: it grows whenever static records may have changed (RFC 1982 §3, RFC 1912 §2.2).
   */
  #serialFor(parts: Parts, content: FolderContent, settings: RegistrySettings): number {
    const records = parts.recordInputs.map((file) => content.get(file)?.hash);
    const declared = acceptedOf(parts.policy)?.data.records ?? {};
    const basis = JSON.stringify([records, declared, settings.zone]);
    if (basis === this.#serial.basis) return this.#serial.value;
    const times = [...parts.inputs].map((file) => content.get(file)?.modifiedAt ?? 0);
    const newest = Math.floor(Math.max(0, ...times) / 1000);
    const next = this.#serial.basis === '' ? newest : Math.max(newest, this.#serial.value + 1);
    this.#serial = { basis, value: next >>> 0 };
    return this.#serial.value;
  }
}

const SERVED_ANYWAY: Readonly<Record<Exclude<ZoneState, 'live'>, string>> = {
  degraded:
    'Zone is live although hosts failed their trial, as no version of it did better; expect fallbacks',
  quarantined: 'Zone is served by its fallback alone: its policy had to be stopped in its trial',
  broken: 'Zone is broken: static records are served, and SERVFAIL for all other names',
  'refused-newcomer': '',
};
