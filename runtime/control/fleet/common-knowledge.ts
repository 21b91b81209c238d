/**
 * What every answer process must know, whenever it began: zones, those still to come, and the keys that sign them, the health of
 * targets, secrets of cookies and of TLS. Each change goes to all processes that run, and a process that begins later gets all of it.
 */
import type { Logger } from '../../base/log.ts';
import { endsWithin } from '../../base/within.ts';
import type { AliasNews } from '../../health/aliases/alias-news.ts';
import type { ZoneOverrides } from '../../health/overrides/zone-overrides.ts';
import type { HealthNearness, HealthReport, HealthStates } from '../../health/target.ts';
import type { TargetValues } from '../../health/values.ts';
import type { CookieSettings, LiveSettings, TlsSecrets } from '../../rpc/answer-settings.ts';
import type { SigningKeys } from '../../rpc/zone-signing.ts';
import type { SentOctets, SentZone, ZoneUpdate } from '../../rpc/zone-update.ts';
import type { AnswerChild } from './answer-child.ts';
import { TargetNumbers } from './target-numbers.ts';
import type { ZoneImages } from './zone-images.ts';

/**
 * Milliseconds a process may take to serve published zones; a process that is stuck holds up no other change.
 */
const PUBLISH_MS = 15_000;
/** For images of zones to be written anew where they are gone; a disk that hangs holds up no process. */
const RESTORE_MS = 2000;
/** A process may take to go by new settings. */
const SETTINGS_MS = 5000;

type ToldZones = Parameters<AnswerChild['publish']>;

export interface KnowledgeOptions {
  readonly images: ZoneImages;
  readonly log: Logger;
  /** All processes that run, also those that do not listen yet. */
  readonly running: ReadonlySet<AnswerChild>;
}

export class CommonKnowledge {
  readonly #options: KnowledgeOptions;
  readonly #zones = new Map<string, SentZone>();
  /** Zones that have files and were not published yet. */
  readonly #expected = new Set<string>();
  /** Whether there are policies, or are to be. */
  #hasPolicies = false;
  readonly #targets = new TargetNumbers();
  /** By zone, the targets that its version names. */
  readonly #named = new Map<string, readonly string[]>();
  readonly #overrides = new Map<string, ZoneOverrides>();
  readonly #aliases = new Map<string, AliasNews>();
  readonly #signingKeys = new Map<string, SigningKeys>();
  #cookies: CookieSettings | undefined;
  #secrets: TlsSecrets | undefined;

  constructor(options: KnowledgeOptions) {
    this.#options = options;
  }

  /** Zones that are to be published. Resolves once every process that runs says so of them, and does not refuse them. */
  async expect(zones: readonly string[]): Promise<void> {
    for (const zone of zones) this.#expected.add(zone);
    await Promise.all([...this.#options.running].map((child) => this.#publishTo(child, [], [], zones)));
  }

  /** There are zones with policies to come: processes without a sandbox start one ahead of them. */
  expectPolicies(): void {
    if (this.#hasPolicies) return;
    this.#hasPolicies = true;
    for (const child of this.#options.running) child.expectPolicies();
  }

  /** Resolves once every process that runs answers with these zones. */
  async publish(put: readonly ZoneUpdate[], drop: readonly string[]): Promise<void> {
    const { images, running } = this.#options;
    const sent = await Promise.all(put.map((update) => this.#pack(update)));
    const names = [...drop, ...put.map(({ zone }) => zone)];
    const before = names.map((zone) => this.#zones.get(zone)).filter((zone) => zone !== undefined);
    const released = names.flatMap((zone) => this.#named.get(zone) ?? []);
    for (const zone of names) this.#expected.delete(zone);
    for (const zone of drop) this.#forget(zone);
    for (const zone of sent) this.#zones.set(zone.zone, zone);
    for (const { zone, policy } of put) this.#named.set(zone, policy?.targets ?? []);
    await Promise.all([...running].map((child) => this.#publishTo(child, sent, drop)));
    const targets = put.flatMap(({ policy }) => policy?.targets ?? []);
    this.#tellHealth({ ...this.#targets.release(released), values: this.#targets.valuesOf(targets) });
    await Promise.all(before.map((zone) => images.remove(zone)));
  }

  /** The private keys of these zones from now on; a zone that is published later may be signed with them. */
  setSigningKeys(zones: readonly SigningKeys[]): void {
    for (const keys of zones) {
      if (keys.keys.length === 0) this.#signingKeys.delete(keys.zone);
      else this.#signingKeys.set(keys.zone, keys);
    }
    for (const child of this.#options.running) child.setSigningKeys(zones);
  }

  /** A zone as it was published last. */
  published(zone: string): SentZone | undefined {
    return this.#zones.get(zone);
  }

  /**
   * Tells every process what led to a version (journal/history.ts), and the version with its signatures where control
   * signs it, unless another has taken its place by now. Resolves once they know.
   */
  async setHistory(
    zone: string,
    version: string,
    octets: Uint8Array<ArrayBuffer>,
    image?: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const { images, running } = this.#options;
    const before = this.#zones.get(zone);
    if (before?.version !== version) return;
    const { history: _, ...rest } = before;
    const history = octets.length === 0 ? undefined : await images.packLater(before, octets);
    const signed = image && (await images.packLater(before, image));
    const made = [history, signed];
    if (this.#zones.get(zone) !== before) return await this.#remove(made);
    const sent: SentZone = { ...rest, ...(history && { history }), ...(signed && { signed }) };
    this.#zones.set(zone, sent);
    await Promise.all([...running].map((child) => this.#publishTo(child, [sent], [])));
    await this.#remove([before.history, signed && before.signed]);
  }

  /** The private keys that processes sign a zone with. */
  signingKeysOf(zone: string): SigningKeys | undefined {
    return this.#signingKeys.get(zone);
  }

  async #remove(octets: readonly (SentOctets | undefined)[]): Promise<void> {
    await Promise.all(octets.map((one) => this.#options.images.removeOctets(one)));
  }

  /** What operators say of the pools of these zones, ahead of their next versions. */
  setOverrides(zones: readonly ZoneOverrides[]): void {
    for (const told of zones) {
      if (told.pools.length > 0) this.#overrides.set(told.zone, told);
      else this.#overrides.delete(told.zone);
    }
    for (const child of this.#options.running) child.setOverrides(zones);
  }

  /** What is known of the targets of aliases, ahead of the versions that have them. */
  setAliases(news: readonly AliasNews[]): void {
    for (const one of news) {
      if (one.isGone === true) this.#aliases.delete(one.target);
      else this.#aliases.set(one.target, one);
    }
    for (const child of this.#options.running) child.setAliases(news);
  }

  setHealth(
    states: HealthStates,
    near: HealthNearness = {},
    values: ReadonlyMap<string, TargetValues> = new Map(),
  ): void {
    const report = this.#targets.setStates(states, near);
    this.#tellHealth({ ...report, values: this.#targets.setValues(values) });
  }

  /** Resolves once every process that runs goes by these settings; one that begins later starts with them. */
  async useSettings(settings: LiveSettings): Promise<void> {
    const { running, log } = this.#options;
    const told = [...running].map(async (child) => {
      if (await endsWithin(SETTINGS_MS, child.use(settings))) return;
      log.error(
        { pid: child.pid },
        'Answer process does not take new settings; it goes on with those it has',
      );
    });
    await Promise.all(told);
  }

  setCookies(settings: CookieSettings): void {
    this.#cookies = settings;
    for (const child of this.#options.running) child.setCookies(settings);
  }

  /** Uses these secrets for new handshakes from now on. */
  setSecrets(secrets: TlsSecrets): void {
    this.#secrets = secrets;
    for (const child of this.#options.running) child.setSecrets(secrets);
  }

  /**
   * Sends a process that has just begun all it must know; resolves when the process can answer for all zones.
   */
  async tellAll(child: AnswerChild): Promise<void> {
    if (this.#hasPolicies) child.expectPolicies();
    child.setHealth(this.#targets.all);
    child.setOverrides([...this.#overrides.values()]);
    child.setAliases([...this.#aliases.values()]);
    if (this.#cookies !== undefined) child.setCookies(this.#cookies);
    if (this.#secrets !== undefined) child.setSecrets(this.#secrets);
    child.setSigningKeys([...this.#signingKeys.values()]);
    // It reads the files of zones, which somebody may have removed since.
    await endsWithin(RESTORE_MS, this.#options.images.restore());
    await this.#tellZones(child, [...this.#zones.values()], [], [...this.#expected]);
    child.setHealth({ up: [], down: [], values: this.#targets.allValues });
  }

  #pack(update: ZoneUpdate): Promise<SentZone> {
    return this.#options.images.pack(update, this.#targets.name(update.policy?.targets ?? []));
  }

  #forget(zone: string): void {
    this.#zones.delete(zone);
    this.#named.delete(zone);
  }

  #tellHealth(report: HealthReport): void {
    for (const child of this.#options.running) child.setHealth(report);
  }

  async #publishTo(child: AnswerChild, ...told: ToldZones): Promise<void> {
    if (await endsWithin(PUBLISH_MS, this.#tellZones(child, ...told))) return;
    this.#options.log.error(
      { pid: child.pid },
      'Answer process does not take new zones; it goes on with those it has',
    );
  }

  async #tellZones(child: AnswerChild, ...told: ToldZones): Promise<void> {
    for (const problem of await child.publish(...told)) {
      this.#options.log.error(
        { pid: child.pid },
        `Answer process goes on with what it has of a zone: ${problem}`,
      );
    }
  }
}
