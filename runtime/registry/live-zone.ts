/**
 * One zone of the registry: its live version, and what became of the last version that was to replace it. This file is
 * long because each step may end the renewal, and says so in the same status.
 */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import type { Logger } from '../base/log.ts';
import { shownPath } from '../build/shown-path.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { Unserved } from '../update/merge.ts';
import { complete, completeBroken } from './complete.ts';
import type { ZoneFiles } from './discover.ts';
import type { FolderContent } from './folder/content.ts';
import { HalfWritten } from './folder/half-written.ts';
import { fitnessOf, type Judgement, judgeVersion, type ServedState } from './judge.ts';
import { type Kept, keptOnce, type LastGood, lastGoodOf } from './last-good.ts';
import type { LastGoodStore } from './last-good-store.ts';
import { type PrepareContext, prepareFromFiles, prepareFromKept } from './prepare.ts';
import type { ProbeBudget } from './probe-budget.ts';
import { completedBefore, proofOf, provenPolicy } from './proof.ts';
import { logProblems, logServed, logUndone, type ServedVersion } from './served-version.ts';
import { draftSigning, type KeySource } from './signed-zones.ts';
import { firstOfSigner } from './signing-records.ts';
import { contextOfTeam } from './teams/teams.ts';
import { followsSerial, versionSerial } from './version-serial.ts';
import type { Serial } from './zone-serial.ts';
import { type RegisteredZone, sampleOf, type ZoneState } from './zone-status.ts';
import { acceptedOf, type RegistrySettings, type VersionDraft, type ZoneVersion } from './zone-version.ts';

export interface LiveZoneContext extends Omit<PrepareContext, 'settings'> {
  readonly log: Logger;
  readonly stop: AbortSignal;
  /** The version of dnsteer. */
  readonly version: string;
  readonly keySource: KeySource | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly lastGood: LastGoodStore | undefined;
  /** The budget for the probes of all zones together. */
  readonly probes: ProbeBudget;
}

export class LiveZone {
  readonly #context: LiveZoneContext;
  #files: ZoneFiles;
  /** The newest version, whether or not it is served. */
  #last: Pick<ZoneVersion, 'inputs' | 'policy' | 'problems'> = {
    inputs: new Set(),
    policy: undefined,
    problems: [],
  };
  #state: ZoneState = 'broken';
  /** The version that is served; a broken zone has one too. */
  #live: ServedVersion | undefined;
  /** The version that was served before; its fallbacks may still be on their way. */
  #before: ServedVersion | undefined;
  /** The serial of the newest version that was served. */
  #serial: Serial | undefined;
  /** When signatures that a transfer holds are made anew, in seconds since 1970. */
  #turnsAt: number | undefined;
  #isForgotten = false;
  /** Whether its files are being written. */
  readonly writing = new HalfWritten();

  constructor(files: ZoneFiles, context: LiveZoneContext) {
    this.#files = files;
    this.#context = context;
  }

  /** Made anew for each line: a zone has few, and a server a hundred thousand zones. */
  get #log(): Logger {
    return this.#context.log.child({ zone: this.#files.zone });
  }

  get files(): ZoneFiles {
    return this.#files;
  }

  /** Whether the zone is served as its files say. */
  get isSound(): boolean {
    return this.#state === 'live';
  }

  get manifest(): Manifest | undefined {
    return acceptedOf(this.#live?.policy)?.manifest;
  }

  /** Whether its signatures are being made anew, so that it needs another serial; `now` is in milliseconds since 1970. */
  hasTurned(now: number): boolean {
    return this.#turnsAt !== undefined && now >= 1000 * this.#turnsAt;
  }

  /** Whether a change of these files may change the zone. */
  dependsOn(changed: ReadonlySet<string>): boolean {
    return this.#isForgotten || [...this.#last.inputs].some((file) => changed.has(file));
  }

  /** Makes the next version take nothing over from earlier ones. */
  forget(): void {
    this.#isForgotten = true;
  }

  /** Makes a new version from the files. Returns the update for answer processes, if they need one. */
  async renew(
    files: ZoneFiles,
    content: FolderContent,
    settings: RegistrySettings,
  ): Promise<ZoneUpdate | undefined> {
    const isFresh = this.#isForgotten;
    this.#isForgotten = false;
    this.#files = files;
    const context = contextOfTeam(files, content, { ...this.#context, settings });
    const kept = this.#kept(isFresh);
    const read = await this.#prepare(content, context, isFresh, kept);
    // The sandbox may have been stopped: the outcome of the trial then says nothing of the zone.
    if (this.#isStopped) return undefined;
    const draft = this.writing.judge(read, this.#context.now(), this.#log);
    if (this.writing.waitMs !== undefined) {
      const meanwhile = await this.#revive(await this.#keptFor(draft), draft, context);
      return meanwhile && this.#serve(meanwhile, 'live');
    }
    const version = await this.#complete(draft, context.settings, kept);
    const fitness = fitnessOf(version);
    const revived =
      fitness === 'sound'
        ? undefined
        : await this.#revive((await kept()) ?? (await this.#keptFor(draft)), version, context);
    if (this.#isStopped) return undefined;
    const judgement = judgeVersion(this.#live?.state, fitness, revived !== undefined);
    this.#note(judgement.state, version);
    return await this.#carryOut(judgement, version, revived, context);
  }

  /** Stands for the dynamic records of the version that is served. */
  get revision(): string | undefined {
    return this.#live?.dynamic?.revision;
  }

  /** Which dynamic records of the served version make no difference, by key. */
  get unserved(): ReadonlyMap<string, Unserved> {
    return this.#live?.unserved ?? new Map();
  }

  status(): RegisteredZone {
    const { problems } = this.#last;
    const notice = this.#live?.notice;
    const accepted = acceptedOf(this.#live?.policy);
    return {
      zone: this.#files.zone,
      file: this.#shownFile(),
      ...(this.#live === undefined ? {} : { version: this.#live.version, loadedAt: this.#live.loadedAt }),
      state: this.#state,
      problems: notice === undefined ? problems : [...problems, notice],
      pools: [...(accepted?.poolTargets ?? [])].map(([name, targets]) => ({ name, ...targets })),
      ...(accepted && { hosts: accepted.manifest.hosts.length, ...sampleOf(accepted.manifest.hosts) }),
    };
  }

  /** The version that is served, or the one before, by its name. */
  versionOf(version: string): ServedVersion | undefined {
    return [this.#live, this.#before].find((one) => one?.version === version);
  }

  get #isStopped(): boolean {
    return this.#context.stop.aborted;
  }

  /** The kept version where no version made from files is served. */
  #kept(isFresh: boolean): Kept {
    const mayRevive = this.#live === undefined || (isFresh && this.#live.state !== 'live');
    return keptOnce(this.#files.zone, mayRevive ? this.#context.lastGood : undefined);
  }

  /** The kept version where the files are broken, and what is served lacks the newest dynamic records. */
  async #keptFor({ dynamic }: VersionDraft): Promise<LastGood | undefined> {
    if (dynamic === undefined || dynamic.revision === this.revision) return undefined;
    return await this.#context.lastGood?.read(this.#files.zone);
  }

  async #prepare(
    content: FolderContent,
    context: LiveZoneContext & PrepareContext,
    isFresh: boolean,
    kept: Kept,
  ): Promise<VersionDraft> {
    if (isFresh) return await prepareFromFiles(this.#files, content, context);
    const tried = [this.#last.policy, this.#live?.policy].filter((policy) => policy !== undefined);
    const ofPolicy = this.#files.policy === undefined ? undefined : await kept();
    const proven = await provenPolicy(ofPolicy, this.#files, content, context);
    return await prepareFromFiles(this.#files, content, context, { tried, proven });
  }

  async #complete(draft: VersionDraft, settings: RegistrySettings, kept: Kept): Promise<ZoneVersion> {
    const isSigned = firstOfSigner(draft.records) !== undefined;
    const signing = await draftSigning(draft.zone, settings.signing, this.#context.keySource, isSigned);
    const now = Math.floor(this.#context.now() / 1000);
    const file = shownPath(this.#context.root, this.#files.records ?? this.#files.policy ?? '');
    if (this.#serial === undefined && followsSerial(draft, settings, signing))
      this.#serial = (await kept())?.serial;
    const serials = versionSerial(draft, this.#serial, settings, signing, now, file);
    const { serial, turnsAt, wholeAt, problem } = serials;
    this.#turnsAt = turnsAt;
    const before = completedBefore(draft, serial, signing, { ...this.#context, settings });
    const version = before ?? (await complete(draft, serial, settings, signing && { ...signing, wholeAt }));
    const { targets = [], limits } = acceptedOf(draft.policy)?.manifest ?? {};
    const tooMany = this.#context.probes.problemOf(draft.zone, targets, this.#shownFile(), limits?.data);
    const more = [problem, tooMany].filter((one) => one !== undefined);
    return more.length === 0 ? version : { ...version, problems: [...version.problems, ...more] };
  }

  /** Makes a version of the kept one, if that is sound. A kept version is trusted no more than a file. */
  async #revive(
    kept: LastGood | undefined,
    { policy }: VersionDraft,
    context: PrepareContext,
  ): Promise<ZoneVersion | undefined> {
    if (kept === undefined) return undefined;
    const draft = await prepareFromKept(kept, context, policy === undefined ? [] : [policy]);
    if (this.#isStopped) return undefined;
    const version = await this.#complete(draft, context.settings, async () => kept);
    const what = `the last good version, of ${new Date(kept.since).toISOString()},`;
    const problem = version.problems.find(({ severity }) => severity === 'error');
    if (problem !== undefined) {
      this.#log.error(`The files are broken, and ${what} does not pass either: ${formatDiagnostic(problem)}`);
      return undefined;
    }
    const notice: Diagnostic = {
      code: 'POLICY_LAST_GOOD',
      severity: 'warning',
      message: `The files are broken; ${what} is served`,
      file: this.#shownFile(),
      remedy: 'Correct what is wrong with the files; they then take over',
    };
    return { ...version, notice };
  }

  /** Notes the newest version, and logs its problems unless they have been logged. */
  #note(state: ZoneState, { inputs, policy, problems, update: { version } }: ZoneVersion): void {
    logProblems(this.#log, problems, this.#last.problems);
    if (this.#state !== 'live' && state === 'live') logUndone(this.#log, version, this.#live);
    this.#state = state;
    this.#last = { inputs, policy, problems };
  }

  async #carryOut(
    { serve, state }: Judgement,
    version: ZoneVersion,
    revived: ZoneVersion | undefined,
    context: LiveZoneContext & PrepareContext,
  ): Promise<ZoneUpdate | undefined> {
    switch (serve) {
      case 'new': {
        const proof = await proofOf(version, context);
        const update = this.#serve(version, state);
        this.writing.believe(version);
        if (state === 'live')
          context.lastGood?.keep(lastGoodOf(version, this.#live?.loadedAt ?? Date.now(), proof));
        return update;
      }
      case 'kept':
        return revived && this.#serve(revived, 'live');
      case 'before':
        this.#log.warn({ version: this.#live?.version }, 'New version is refused; the live one stays');
        return undefined;
      case 'broken':
        return this.#serve(await completeBroken(version, context.settings), state);
      default:
        return serve satisfies never;
    }
  }

  /** Serves a version. Returns the update for answer processes, unless they have it. */
  #serve(served: ZoneVersion, state: ServedState): ZoneUpdate | undefined {
    const { update, policy, serial, notice, facts, dynamic, unserved, madeHere, isTransferred } = served;
    const { version } = update;
    this.#serial = serial;
    if (facts !== undefined) this.#context.keySource?.served(this.#files.zone, facts);
    const before = this.#live;
    const isSame = version === before?.version;
    // The source map may differ: comments of a policy are not part of its version's name.
    const loadedAt = isSame ? before.loadedAt : Date.now();
    const { records } = this.#files;
    const recordsFile = records === undefined ? undefined : shownPath(this.#context.root, records);
    const origins = { policy, dynamic, unserved, madeHere, isTransferred, recordsFile };
    this.#live = { version, notice, state, loadedAt, ...origins };
    this.#context.probes.declare(this.#files.zone, this.manifest?.targets ?? [], update.policy?.limits);
    if (isSame && before.notice === undefined) return undefined;
    logServed(this.#log, this.#live);
    if (isSame) return undefined;
    this.#before = before;
    return update;
  }

  #shownFile(): string {
    const file = this.#files.policy ?? this.#files.records;
    return file === undefined ? 'transferred' : shownPath(this.#context.root, file);
  }
}
