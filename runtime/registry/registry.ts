/**
 * All zones of the policies folder, as they are served: watches the folder, makes zones from their files,
 * and hands on the changes.
 *
 * A zone has at most one live version. Another takes its place only when all of it is sound; until then the
 * live one stays, and the problems are logged and shown (live-zone.ts). A zone that never had a sound
 * version is announced all the same, so that its clients get SERVFAIL and try another server, not REFUSED. This
 * file is long because folder, transfers, keys and policies all lead to the renewal of the same zones.
 */

import { eachOf } from '../base/each-of.ts';
import type { Trace } from '../build/failure-place.ts';
import { shownPath } from '../build/shown-path.ts';
import type { MappedPosition } from '../build/source-map.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { Unserved } from '../update/merge.ts';
import type { ZoneFiles } from './discover.ts';
import { changedFiles, distrusting, type FolderContent } from './folder/content.ts';
import { expectedOf } from './folder/newcomers.ts';
import { RefusedFiles } from './folder/refused-files.ts';
import type { StrayFile } from './folder/stray-files.ts';
import { StrayLog } from './folder/stray-log.ts';
import { FolderWatch } from './folder/watch.ts';
import { LastGoodStore } from './last-good-store.ts';
import { LiveZone } from './live-zone.ts';
import { ProbeBudget } from './probe-budget.ts';
import type { RegistryOptions } from './registry-options.ts';
import { placeIn, type ServedVersion } from './served-version.ts';
import { discoverAllowed } from './teams/discover-allowed.ts';
import { teamWarnings } from './teams/teams.ts';
import type { RegisteredZone } from './zone-status.ts';
import type { RegistrySettings } from './zone-version.ts';

/** Zones made at the same time: the records of one may take half a gigabyte; policies are compiled many at once. */
const widthFor = ({ records }: ZoneFiles): number => (records === undefined ? 128 : 8);
/** Zones of the first load that are handed on together. */
const FIRST_BURST = 50;
/** Milliseconds between two looks for zones whose signatures are made anew. */
const LOOK_MS = 20_000;

export class Registry {
  readonly #options: RegistryOptions;
  readonly #watch: FolderWatch;
  readonly #zones = new Map<string, LiveZone>();
  readonly #lastGood: LastGoodStore | undefined;
  readonly #probes: ProbeBudget;
  #settings: RegistrySettings;
  #content: FolderContent = new Map();
  readonly #refused = new RefusedFiles();
  #stray: readonly StrayFile[] = [];
  readonly #strayLog = new StrayLog();
  #failures = 0;
  #isFirstLoad = true;
  /** Resolves when all work so far is done, well or not. */
  #work: Promise<void> = Promise.resolve();
  /** Zones to be made anew though no file of theirs has changed. */
  readonly #changedElsewhere = new Set<string>();
  readonly #stop = new AbortController();
  readonly #now: () => number;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#now = options.now ?? Date.now;
    this.#probes = new ProbeBudget(options.settings.policy.probesPerSecond);
    const { root, log, lastGood, earlier } = options;
    this.#lastGood = lastGood === undefined ? undefined : new LastGoodStore(lastGood, log, earlier);
    this.#watch = new FolderWatch({ root, log, onChange: (content) => this.#follow(content) });
  }

  /**
   * Loads every zone once, then follows changes. Resolves when all zones have been handed on.
   * @throws {DnsteerError} `START`, if the folder cannot be read.
   */
  async start(): Promise<void> {
    const content = await this.#watch.start();
    this.#lastGood?.beginLoad();
    await this.#enqueue(() => this.#apply(content));
    this.#isFirstLoad = false;
    this.#lastGood?.endLoad();
    this.#looking = setInterval(() => void this.signaturesTurned(), LOOK_MS).unref();
    // A zone whose files were removed while dnsteer was not running must not come back.
    if (!this.#stop.signal.aborted) this.#lastGood?.prune(new Set(this.#zones.keys()));
  }

  /** Looks for changes now, and makes refused zones anew; with new settings all zones. */
  async reload(settings: RegistrySettings = this.#settings): Promise<void> {
    const isOther = settings !== this.#settings;
    this.#settings = settings;
    this.#probes.most = settings.policy.probesPerSecond;
    for (const zone of this.#zones.values()) if (isOther || !zone.isSound) zone.forget();
    await this.#watch.look();
    await this.#enqueue(() => this.#apply(this.#content));
  }

  /** Makes a zone anew, whatever its last version was. */
  async retry(zone: string): Promise<void> {
    this.#zones.get(zone)?.forget();
    await this.#enqueue(() => this.#apply(this.#content));
  }

  /** Makes a zone anew, as its transferred part has changed. */
  transferred(zone: string): Promise<void> {
    return this.#renewThese([zone]);
  }

  /** Makes a zone anew, as its dynamic records have changed. Resolves once clients can see them. */
  async dynamicChanged(zone: string): Promise<void> {
    await this.#renewThese([zone]);
  }

  /** Stands for the dynamic records of a zone, as it is served. */
  revisionOf(zone: string): string | undefined {
    return this.#zones.get(zone)?.revision;
  }

  /** Which dynamic records of a zone, as it is served, make no difference, by key. */
  unservedOf(zone: string): ReadonlyMap<string, Unserved> {
    return this.#zones.get(zone)?.unserved ?? new Map();
  }

  /** Makes zones anew, as their keys have changed. */
  async keysChanged(zones: readonly string[]): Promise<void> {
    await this.#renewThese(zones);
  }

  /** Makes zones anew whose signatures are being made anew: their transfers need another serial. */
  async signaturesTurned(): Promise<void> {
    const turned = [...this.#zones].filter(([, zone]) => zone.hasTurned(this.#now())).map(([name]) => name);
    if (turned.length > 0 && !this.#stop.signal.aborted) await this.#renewThese(turned);
  }

  /** All zones and all refused files, sorted by name. */
  status(): RegisteredZone[] {
    const all = [...this.#zones.values()].map((zone) => zone.status());
    all.push(...this.#refused.status((file) => shownPath(this.#options.root, file)));
    return all.sort((a, b) => (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0));
  }

  /** Warnings about the folder for the operator, each as long as it holds. */
  get warnings(): string[] {
    return [...this.#watch.warnings, ...teamWarnings(this.#content, this.#settings.teams)];
  }

  /** How many versions were refused, or accepted with a problem, since the start. */
  get failures(): number {
    return this.#failures;
  }

  /** Where in the author's files a policy failed, for a zone's live version and the one before. */
  locate(zone: string, version: string, trace: Trace): MappedPosition | undefined {
    return placeIn(this.versionOf(zone, version), trace);
  }

  versionOf(zone: string, version: string): ServedVersion | undefined {
    return this.#zones.get(zone)?.versionOf(version);
  }

  /** Resolves when what is kept for the next start is on the disk, as far as it can be written. */
  async kept(): Promise<void> {
    await this.#lastGood?.flush();
  }

  /** Makes no zone anew from now on. Call this before the sandbox is stopped, as all trials fail then. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#looking);
    await this.#watch.stop();
    await this.#work;
    await this.#lastGood?.stop();
  }

  #renewThese(zones: readonly string[]): Promise<void> {
    return this.#enqueue(() => {
      for (const zone of zones) this.#changedElsewhere.add(zone);
      return this.#apply(this.#content);
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => {});
    return turn;
  }

  /** Follows a change. A bug that shows in one change must not hide the next. */
  async #follow(content: FolderContent): Promise<void> {
    await this.#enqueue(() => this.#apply(content)).catch((err: unknown) =>
      this.#options.log.error({ err }, 'A change of policies could not be followed'),
    );
  }

  async #apply(content: FolderContent): Promise<void> {
    const zones = this.#discover(content);
    const changed = changedFiles(this.#content, content);
    this.#content = content;
    const drop = [...this.#zones.keys()].filter((name) => !zones.has(name));
    for (const name of drop) this.#drop(name);
    const expected = this.#expect(zones.keys());
    const stale = [...zones.values()].filter((files) => this.#isStale(files, changed));
    this.#changedElsewhere.clear();
    if (stale.some(({ policy }) => policy !== undefined)) this.#options.onPolicies?.();
    await Promise.all([expected, this.#renewAll(stale, drop)]);
    this.#distrust(stale);
    const isUsed = (file: string) => [...this.#zones.values()].some((one) => one.dependsOn(new Set([file])));
    this.#strayLog.tell(this.#stray, isUsed, this.#options.log);
  }

  /** A file that was read while it was written may be again as it was seen before: no scan would find it changed. */
  #distrust(stale: readonly ZoneFiles[]): void {
    const misread = new Set(stale.flatMap(({ zone }) => [...(this.#zones.get(zone)?.writing.misread ?? [])]));
    this.#content = distrusting(this.#content, misread);
    this.#watch.distrust(misread);
  }

  /** Has clients told that zones are to come. Nothing is made later for that. */
  async #expect(found: Iterable<string>): Promise<void> {
    const expected = expectedOf(found, this.#zones, this.#isFirstLoad);
    if (expected.length > 0 || this.#isFirstLoad) await this.#options.onExpected?.(expected);
  }

  /** All zones by name, with their files; zones transferred from primaries need none. */
  #discover(content: FolderContent): ReadonlyMap<string, ZoneFiles> {
    const holders = new Map([...this.#zones].map(([name, { files }]) => [name, files]));
    const { zones, refused, stray } = discoverAllowed(this.#options.root, content, this.#settings, holders);
    this.#failures += this.#refused.note(refused, this.#options.log);
    this.#stray = stray;
    const all = new Map(zones);
    for (const zone of this.#options.transferred?.zones ?? [])
      if (!all.has(zone)) all.set(zone, { zone, policy: undefined, records: undefined });
    return all;
  }

  /** Makes stale zones anew, and hands on the changes together with the dropped zones. */
  async #renewAll(stale: readonly ZoneFiles[], drop: readonly string[]): Promise<void> {
    let put: ZoneUpdate[] = [];
    const handedOn: Promise<void>[] = [];
    let done = 0;
    await eachOf(stale, widthFor, async (files) => {
      if (this.#stop.signal.aborted) return;
      const update = await this.#renew(files);
      if (update !== undefined) put.push(update);
      done += 1;
      this.#options.onProgress?.(done, stale.length);
      if (this.#isFirstLoad && put.length >= FIRST_BURST) {
        const turn = this.#handOn(put, []);
        handedOn.push(turn);
        // If it fails, Promise.all below says so.
        turn.catch(() => {});
        put = [];
      }
    });
    handedOn.push(this.#handOn(put, drop));
    await Promise.all(handedOn);
  }

  async #renew(files: ZoneFiles): Promise<ZoneUpdate | undefined> {
    const zone = this.#zones.get(files.zone) ?? this.#add(files);
    const update = await zone.renew(files, this.#content, this.#settings);
    zone.writing.whenQuiet(() => this.#renewThese([files.zone]), this.#options.log);
    if (update === undefined && zone.isSound) this.#options.onUnchanged?.(files.zone);
    if (!zone.isSound) this.#failures += 1;
    return update;
  }

  async #handOn(put: readonly ZoneUpdate[], drop: readonly string[]): Promise<void> {
    if (this.#stop.signal.aborted) return;
    for (const { zone } of put) {
      const manifest = this.#zones.get(zone)?.manifest;
      this.#options.onTargets(zone, manifest?.targets ?? [], manifest?.pools ?? new Map(), manifest);
    }
    if (put.length > 0 || drop.length > 0) await this.#options.onUpdate(put, drop);
  }

  #isStale(files: ZoneFiles, changed: ReadonlySet<string>): boolean {
    const zone = this.#zones.get(files.zone);
    if (zone?.files.policy !== files.policy || zone?.files.records !== files.records) return true;
    if (zone === undefined) return true;
    return this.#changedElsewhere.has(files.zone) || zone.dependsOn(changed);
  }

  #add(files: ZoneFiles): LiveZone {
    const { root, sandbox, log, version, transferred, dynamic, keySource } = this.#options;
    const context = { root, sandbox, log, version, transferred, dynamic, keySource, stop: this.#stop.signal };
    const own = { now: this.#now, lastGood: this.#lastGood, probes: this.#probes };
    const zone = new LiveZone(files, { ...context, ...own });
    this.#zones.set(files.zone, zone);
    return zone;
  }

  #drop(name: string): void {
    this.#zones.delete(name);
    this.#lastGood?.drop(name);
    this.#probes.declare(name, []);
    this.#options.onTargets(name, []);
    this.#options.log.info({ zone: name }, 'Zone is no longer served: its file is gone');
  }
}
