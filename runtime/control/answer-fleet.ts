/**
 * All answer processes: starts them, replaces any that ends, and keeps each told of every zone and
 * every target's health, whenever it began.
 *
 * Processes are independent: they share the addresses through SO_REUSEPORT, and while one is being
 * replaced the kernel gives new queries to the others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerFacts } from '../admin/source.ts';
import { Backoff } from '../base/backoff.ts';
import { DnsteerError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { within } from '../base/within.ts';
import type { AnswerStats } from '../rpc/answer-stats.ts';
import type {
  AnswerSettings,
  CookieSettings,
  ExplainAsk,
  HealthStates,
  SentZone,
  TlsSecrets,
  UdpSockets,
  ZoneUpdate,
} from '../rpc/control-protocol.ts';
import type { Explanation } from '../rpc/explanation.ts';
import { AnswerChild, type AnswerEvent } from './answer-child.ts';
import type { ZoneImages } from './zone-images.ts';

/** Milliseconds a draining process may take; with the rest of a shutdown it stays under 2 s. */
const DRAIN_MS = 1500;
/** Milliseconds after which a scrape goes out without a process that does not reply. */
const STATS_MS = 1000;
/** Milliseconds a process may take to release a policy. */
const RELEASE_MS = 5000;
/** Milliseconds a process may take to serve what is published; one that is stuck holds up no other change. */
const PUBLISH_MS = 15_000;
/** Long enough for a process that builds a zone of a million records. */
const CARE = { lookMs: 5_000, stuckMs: 30_000 };
/** Milliseconds after which a process is taken to work: if it ends later, its successor starts at once. */
const PROVEN_MS = 5000;

export interface FleetOptions {
  readonly settings: readonly AnswerSettings[];
  readonly images: ZoneImages;
  readonly log: Logger;
  readonly onEvent: (event: AnswerEvent, pid: number) => void;
  /** How often processes are looked after, and how long one may take to reply, in milliseconds. */
  readonly care?: { readonly lookMs: number; readonly stuckMs: number };
}

/** The place of one process; its occupant changes. */
interface Slot {
  readonly index: number;
  readonly backoff: Backoff;
  child: AnswerChild | undefined;
  /** Resolves when the child knows the zones there were when it began. */
  told: Promise<void>;
  listening: readonly string[];
  udp: UdpSockets | undefined;
  restarts: number;
}

export class AnswerFleet {
  readonly #log: Logger;
  readonly #onEvent: (event: AnswerEvent, pid: number) => void;
  readonly #care: typeof CARE;
  readonly #images: ZoneImages;
  readonly #zones = new Map<string, SentZone>();
  readonly #health = new Map<string, 'up' | 'down'>();
  #secrets: TlsSecrets | undefined;
  #settings: readonly AnswerSettings[];
  #cookies: CookieSettings | undefined;
  #slots: Slot[] = [];
  /** All that run, those that do not listen yet among them. */
  readonly #running = new Set<AnswerChild>();
  /** Those whose reply is awaited. */
  readonly #lookedAt = new Set<AnswerChild>();
  #lookTimer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: FleetOptions) {
    this.#settings = options.settings;
    this.#images = options.images;
    this.#log = options.log;
    this.#onEvent = options.onEvent;
    this.#care = options.care ?? CARE;
  }

  /** Starts the processes. What is published from now on they know when they begin to listen. */
  start(): void {
    this.#slots = this.#settings.map(({ index }) => emptySlot(index));
    for (const slot of this.#slots) this.#spawn(slot);
    this.#lookTimer = setInterval(() => this.#look(), this.#care.lookMs).unref();
  }

  /**
   * Resolves when all processes listen.
   * @throws {DnsteerError} `START`, if one of them cannot.
   */
  async listen(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#open(slot)));
  }

  members(): AnswerFacts[] {
    return this.#slots.map(({ index, child, listening, udp, restarts }) => ({
      index,
      pid: child?.pid ?? 0,
      state: listening.length > 0 ? 'listening' : restarts > 0 ? 'restarting' : 'starting',
      listening,
      ...(udp && { udp }),
      restarts,
    }));
  }

  /** Resolves once every process that runs answers with these zones. */
  async publish(put: readonly ZoneUpdate[], drop: readonly string[]): Promise<void> {
    const sent = await Promise.all(put.map((update) => this.#images.pack(update)));
    const names = [...drop, ...put.map(({ zone }) => zone)];
    const before = names.map((zone) => this.#zones.get(zone)).filter((zone) => zone !== undefined);
    for (const zone of drop) this.#zones.delete(zone);
    for (const zone of sent) this.#zones.set(zone.zone, zone);
    await Promise.all([...this.#running].map((child) => this.#publishTo(child, sent, drop)));
    await Promise.all(before.map((zone) => this.#images.remove(zone)));
  }

  async #publishTo(child: AnswerChild, put: readonly SentZone[], drop: readonly string[]): Promise<void> {
    if (
      await within(
        PUBLISH_MS,
        this.#tell(child, put, drop).then(() => true),
      )
    )
      return;
    this.#log.error(
      { pid: child.pid },
      'Answer process does not take new zones; it goes on with those it has',
    );
  }

  async #tell(child: AnswerChild, put: readonly SentZone[], drop: readonly string[]): Promise<void> {
    for (const problem of await child.publish(put, drop)) {
      this.#log.error({ pid: child.pid }, `Answer process goes on with what it has of a zone: ${problem}`);
    }
  }

  setHealth(states: HealthStates): void {
    for (const [id, state] of Object.entries(states)) {
      if (state === 'gone') this.#health.delete(id);
      else this.#health.set(id, state);
    }
    for (const child of this.#running) child.setHealth(states);
  }

  setCookies(settings: CookieSettings): void {
    this.#cookies = settings;
    for (const child of this.#running) child.setCookies(settings);
  }

  /** Handshakes go by these from now on, in processes yet to be started as well. */
  setSecrets(secrets: TlsSecrets): void {
    this.#secrets = secrets;
    for (const child of this.#running) child.setSecrets(secrets);
  }

  async stats(): Promise<AnswerStats[]> {
    const replies = await Promise.all([...this.#running].map((child) => within(STATS_MS, child.stats())));
    return replies.filter((stats) => stats !== undefined);
  }

  /** By whichever process is there; they all decide alike. */
  async explain(ask: ExplainAsk): Promise<Explanation | undefined> {
    const [child] = this.#running;
    return child?.explain(ask);
  }

  /** Whether the policy of the zone was quarantined in any process. */
  async release(zone: string): Promise<boolean> {
    const released = [...this.#running].map((child) => within(RELEASE_MS, child.release(zone)));
    return (await Promise.all(released)).includes(true);
  }

  /**
   * Replaces every process, one after the other, each successor listening before its predecessor stops.
   * @throws {DnsteerError} `START`, if one of them cannot; those not replaced by then go on as they are.
   */
  async replaceAll(settings: readonly AnswerSettings[]): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    try {
      await this.#replaceEach(settings.map(({ index }) => emptySlot(index)));
    } catch (error) {
      this.#settings = before;
      throw error;
    }
  }

  async #replaceEach(fresh: readonly Slot[]): Promise<void> {
    const retired = this.#slots;
    for (const [index, slot] of fresh.entries()) {
      this.#spawn(slot);
      await this.#open(slot);
      this.#slots = [...fresh.slice(0, index + 1), ...retired.slice(index + 1)];
      await this.#retire(retired[index]);
    }
    this.#slots = [...fresh];
    await Promise.all(retired.slice(fresh.length).map((slot) => this.#retire(slot)));
  }

  async drain(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#lookTimer);
    await Promise.all(this.#slots.map((slot) => this.#retire(slot)));
    for (const child of this.#running) child.kill();
    await this.#images.clear();
  }

  /** Starts a process in the slot and tells it all there is to know. */
  #spawn(slot: Slot): void {
    const settings = this.#settings[slot.index];
    if (settings === undefined || this.#stopping) return;
    const child: AnswerChild = new AnswerChild(settings, (event) => this.#onEvent(event, child.pid));
    this.#running.add(child);
    slot.child = child;
    child.setHealth(Object.fromEntries(this.#health));
    if (this.#cookies !== undefined) child.setCookies(this.#cookies);
    if (this.#secrets !== undefined) child.setSecrets(this.#secrets);
    slot.told = this.#tell(child, [...this.#zones.values()], []);
    void child.exited.then(() => this.#running.delete(child));
  }

  /** Lets the slot's process listen once it knows it all, for whoever listens is asked; replaces it when it ends. */
  async #open(slot: Slot): Promise<void> {
    const { child, told } = slot;
    if (child === undefined) return;
    await told;
    child.listen();
    const outcome = await child.started;
    if (outcome.kind !== 'ready') {
      slot.child = undefined;
      child.kill();
      throw new DnsteerError(
        'START',
        outcome.kind === 'fatal' ? outcome.message : `Answer process ended while starting: ${outcome.detail}`,
      );
    }
    slot.listening = outcome.listening;
    slot.udp = outcome.udp;
    const proven = setTimeout(() => slot.backoff.reset(), PROVEN_MS).unref();
    void child.exited.then((detail) => {
      clearTimeout(proven);
      if (slot.child === child) void this.#replace(slot, child.pid, detail);
    });
  }

  async #replace(slot: Slot, pid: number, detail: string): Promise<void> {
    slot.child = undefined;
    slot.listening = [];
    slot.restarts += 1;
    if (this.#stopping) return;
    this.#log.warn({ pid, detail }, 'Answer process ended; starting another');
    while (!this.#stopping && slot.child === undefined && this.#slots.includes(slot)) {
      this.#spawn(slot);
      try {
        await this.#open(slot);
      } catch (error) {
        this.#log.error({ err: error }, 'Answer process does not start; trying again');
        await sleep(slot.backoff.next());
      }
    }
  }

  /** A process that is stuck, or was stopped, holds its share of the queries until it ends. */
  #look(): void {
    const { stuckMs } = this.#care;
    for (const { child, listening } of this.#slots) {
      if (child === undefined || listening.length === 0 || this.#lookedAt.has(child)) continue;
      this.#lookedAt.add(child);
      void within(
        stuckMs,
        child.stats().then(() => true),
      ).then((replied) => {
        this.#lookedAt.delete(child);
        if (replied === true) return;
        this.#log.error(
          { pid: child.pid },
          `Answer process has not replied for ${stuckMs / 1000} s; replacing it`,
        );
        child.kill();
      });
    }
  }

  async #retire(slot: Slot | undefined): Promise<void> {
    const child = slot?.child;
    if (slot === undefined || child === undefined) return;
    slot.child = undefined;
    slot.listening = [];
    child.drain();
    await within(DRAIN_MS, child.exited);
    child.kill();
    await child.exited;
  }
}

function emptySlot(index: number): Slot {
  return {
    index,
    backoff: new Backoff(),
    child: undefined,
    told: Promise.resolve(),
    listening: [],
    udp: undefined,
    restarts: 0,
  };
}
