/**
 * All answer processes: starts them, looks after them, and asks them what only they know.
 *
 * Processes are independent: each has a socket at every address (SO_REUSEPORT). While one process is away,
 * another reads from its sockets (cover.ts), or, where control holds no sockets, the kernel gives new queries
 * to the others.
 */
import type { AnswerFacts } from '../../admin/source.ts';
import type { Logger } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import type { AliasNews } from '../../health/aliases/alias-news.ts';
import type { ZoneOverrides } from '../../health/overrides/zone-overrides.ts';
import {
  type AnswerSettings,
  type CookieSettings,
  liveIn,
  type TlsSecrets,
} from '../../rpc/answer-settings.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';
import type { ExplainAsk, Explained } from '../../rpc/explanation.ts';
import type { SigningKeys } from '../../rpc/zone-signing.ts';
import type { SentZone, ZoneUpdate } from '../../rpc/zone-update.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import { AnswerChild } from './answer-child.ts';
import type { AnswerEvent, Settlement } from './answer-events.ts';
import { AnswerPlace, type Beginner, type PlaceParts } from './answer-place.ts';
import { CLOCK_SLACK_MS, clockBase } from './clock-base.ts';
import { CommonKnowledge } from './common-knowledge.ts';
import { FleetSockets } from './fleet-sockets.ts';
import { keepLooking, LOOK_MS } from './pulse.ts';
import type { ZoneImages } from './zone-images.ts';

/** Milliseconds after which metrics are made without a process that does not reply. */
const STATS_MS = 1000;
/** Milliseconds a process may take to release a policy. */
const RELEASE_MS = 5000;
/** Milliseconds between two looks at the processes, and for which a process may be silent. */
const CARE = { lookMs: LOOK_MS, stuckMs: 1500 };

export interface FleetOptions {
  readonly settings: readonly AnswerSettings[];
  readonly images: ZoneImages;
  readonly log: Logger;
  readonly onEvent: (event: AnswerEvent, pid: number) => void;
  /** Milliseconds between two looks at the processes, and for which a process that listens may be silent. */
  readonly care?: { readonly lookMs: number; readonly stuckMs: number };
}

export class AnswerFleet {
  readonly #images: ZoneImages;
  readonly #onEvent: FleetOptions['onEvent'];
  readonly #care: typeof CARE;
  #settings: readonly AnswerSettings[];
  #places: AnswerPlace[] = [];
  /** All processes that run, also those that do not listen yet. */
  readonly #running = new Set<AnswerChild>();
  readonly #knowledge: CommonKnowledge;
  readonly #sockets = new FleetSockets();
  readonly #placeParts: PlaceParts;
  #endLooking = (): void => {};
  #isStopping = false;
  /** What the clock said as each process began. */
  readonly #clocks = new WeakMap<AnswerChild, number>();
  #mustRenew = false;

  constructor({ settings, images, log, onEvent, care = CARE }: FleetOptions) {
    this.#settings = settings;
    this.#images = images;
    this.#onEvent = onEvent;
    this.#care = care;
    this.#knowledge = new CommonKnowledge({ images, log, running: this.#running });
    this.#placeParts = {
      log,
      sockets: this.#sockets,
      stuckMs: care.stuckMs,
      settingsOf: (index) => this.#settings[index],
      begin: (own) => this.#begin(own),
      isStopping: () => this.#isStopping,
      isKept: (place) => this.#places.includes(place),
      onChange: () => this.#arrange(),
    };
  }

  /** Starts the processes. Before they listen they know all zones that are published by then. */
  async start(): Promise<void> {
    await this.#sockets.load();
    this.#places = this.#settings.map(({ index }) => new AnswerPlace(index, this.#placeParts));
    for (const place of this.#places) place.spawn();
    this.#endLooking = keepLooking(this.#care.lookMs, (passedMs) => this.#look(passedMs));
  }

  /**
   * Resolves when all processes listen.
   * @throws {DnsteerError} `START`, if one of them cannot.
   */
  async listen(): Promise<void> {
    await Promise.all(this.#places.map((place) => place.seat()));
    this.#arrange();
  }

  /** All sets of sockets that control holds. */
  get sockets(): readonly SocketSet[] {
    return this.#sockets.sets;
  }

  /** Takes over the sockets of another server that are at our addresses. Called before any are opened. */
  inherit(sets: readonly SocketSet[]): void {
    this.#sockets.inherit(sets, this.#settings[0]);
  }

  /** `ofEdges`: those that answer HTTP, in place of those that answer DNS. */
  members(ofEdges = false): AnswerFacts[] {
    return this.#places.filter(({ isEdge }) => isEdge === ofEdges).map((place) => place.facts());
  }

  /** Resolves once every process that runs answers with these zones. */
  publish(put: readonly ZoneUpdate[], drop: readonly string[]): Promise<void> {
    return this.#knowledge.publish(put, drop);
  }

  /** As {@link CommonKnowledge.expect}. */
  expect(zones: readonly string[]): Promise<void> {
    return this.#knowledge.expect(zones);
  }

  expectPolicies(): void {
    this.#knowledge.expectPolicies();
  }

  /** Sends all processes private keys, ahead of the zones that are signed with them. */
  setSigningKeys(zones: readonly SigningKeys[]): void {
    this.#knowledge.setSigningKeys(zones);
  }

  published(zone: string): SentZone | undefined {
    return this.#knowledge.published(zone);
  }

  setHistory(...told: Parameters<CommonKnowledge['setHistory']>): Promise<void> {
    return this.#knowledge.setHistory(...told);
  }

  signingKeysOf(zone: string): SigningKeys | undefined {
    return this.#knowledge.signingKeysOf(zone);
  }

  /** Tells a process what became of something that it handed over. */
  settle(settlement: Settlement, pid: number): void {
    for (const child of this.#running) if (child.pid === pid) child.settle(settlement);
  }

  setHealth(...told: Parameters<CommonKnowledge['setHealth']>): void {
    this.#knowledge.setHealth(...told);
  }

  setOverrides(zones: readonly ZoneOverrides[]): void {
    this.#knowledge.setOverrides(zones);
  }

  setAliases(news: readonly AliasNews[]): void {
    this.#knowledge.setAliases(news);
  }

  setCookies(settings: CookieSettings): void {
    this.#knowledge.setCookies(settings);
  }

  /** Uses these secrets for new handshakes, also in processes that start later. */
  setSecrets(secrets: TlsSecrets): void {
    this.#knowledge.setSecrets(secrets);
  }

  async stats(): Promise<AnswerStats[]> {
    const replies = this.#answering.map((child) => within(STATS_MS, child.stats()));
    return (await Promise.all(replies)).filter((stats) => stats !== undefined);
  }

  /** The explanation of the process that was heard last; all processes decide alike. */
  async explain(ask: ExplainAsk): Promise<Explained | undefined> {
    const [child] = this.#answering.sort((one, other) => one.silentMs - other.silentMs);
    return child?.explain(ask);
  }

  /** Ends the quarantine of a zone's policy in all processes; returns whether any had it quarantined. */
  async release(zone: string): Promise<boolean> {
    const released = [...this.#running].map((child) => within(RELEASE_MS, child.release(zone)));
    return (await Promise.all(released)).includes(true);
  }

  /**
   * Whether a process began when the clock was ahead of what it says now: its signatures stay ahead as well, as nobody
   * but an operator knows which of the two clocks was right.
   */
  get isAhead(): boolean {
    const now = clockBase() + CLOCK_SLACK_MS;
    return [...this.#running].some((child) => (this.#clocks.get(child) ?? now) > now);
  }

  /** An operator says that the clock is right. Returns whether processes are to be replaced, which a reload does. */
  confirmClock(): boolean {
    this.#mustRenew ||= this.isAhead;
    return this.#mustRenew;
  }

  get mustRenew(): boolean {
    return this.#mustRenew;
  }

  /**
   * Goes by other settings. Processes that can take them over do so between two queries; others are replaced, one after
   * the other, and each successor listens before its predecessor stops.
   * @throws {DnsteerError} `START`, if a successor cannot; all processes then are as before.
   */
  async use(settings: readonly AnswerSettings[]): Promise<void> {
    const before = this.#settings;
    const mustRenew = this.#mustRenew;
    try {
      await this.#replaceSome(settings, mustRenew);
    } catch (error) {
      // It is known that processes can have the settings before.
      await this.#replaceSome(before, false).catch((again: unknown) =>
        this.#placeParts.log.error({ err: again }, 'Answer processes go by different settings'),
      );
      throw error;
    }
    if (mustRenew) this.#mustRenew = false;
    if (settings[0] !== undefined) await this.#knowledge.useSettings(liveIn(settings[0]));
  }

  /** Whether {@link use} has to replace processes for these settings. */
  mustReplaceFor(settings: readonly AnswerSettings[]): boolean {
    const isKept = settings.every((own, index) => this.#places[index]?.canTakeOver(own) === true);
    return this.#mustRenew || !isKept || settings.length !== this.#places.length;
  }

  /** Ends all processes at once. */
  kill(): void {
    this.#isStopping = true;
    for (const child of this.#running) child.kill();
  }

  async drain(): Promise<void> {
    this.#isStopping = true;
    this.#endLooking();
    await Promise.all(this.#places.map((place) => place.retire(false)));
    for (const child of this.#running) child.kill();
    this.#sockets.close();
    await this.#images.clear();
  }

  get #answering(): AnswerChild[] {
    return [...this.#running].filter(({ isEdge }) => !isEdge);
  }

  /** Replaces processes that cannot take over what they are to go by, or all of them. */
  async #replaceSome(settings: readonly AnswerSettings[], mustRenew: boolean): Promise<void> {
    this.#settings = settings;
    for (const [index, own] of settings.entries()) {
      const before = this.#places[index];
      if (!mustRenew && before?.canTakeOver(own)) continue;
      const place = new AnswerPlace(index, this.#placeParts);
      place.spawn();
      await place.seat();
      this.#places = [...this.#places.slice(0, index), place, ...this.#places.slice(index + 1)];
      await before?.retire(true);
    }
    const surplus = this.#places.slice(settings.length);
    this.#places = this.#places.slice(0, settings.length);
    this.#sockets.restrict(settings[0]);
    this.#arrange();
    await Promise.all(surplus.map((place) => place.retire(true)));
  }

  #begin(settings: AnswerSettings): Beginner {
    const child: AnswerChild = new AnswerChild(
      settings,
      (event) => this.#onEvent(event, child.pid),
      this.#sockets.calls,
    );
    this.#running.add(child);
    this.#clocks.set(child, clockBase());
    void child.exited.then(() => this.#running.delete(child));
    return { child, told: this.#knowledge.tellAll(child) };
  }

  /** Replaces processes that hang or were stopped: each holds its share of the queries until then. */
  #look(passedMs: number): void {
    for (const child of this.#running) child.look(passedMs);
    for (const place of this.#places) place.judge();
    this.#arrange();
  }

  /** Lets another process read from the sockets of one that is away or silent. */
  #arrange(): void {
    if (!this.#isStopping) this.#sockets.arrange(this.#places.flatMap((place) => place.reader() ?? []));
  }
}
