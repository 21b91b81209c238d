/**
 * All answer processes: starts them, replaces any that ends, and keeps each told of every zone and
 * every target's health, whenever it began.
 *
 * Processes are independent: they share the addresses through SO_REUSEPORT, and while one is being
 * replaced the kernel gives new queries to the others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerFacts } from '../../admin/source.ts';
import { DnsteerError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import type { HealthStates } from '../../health/target.ts';
import type { AnswerSettings, CookieSettings, TlsSecrets } from '../../rpc/answer-settings.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { SentZone, ZoneUpdate } from '../../rpc/zone-update.ts';
import { HeldSockets, type SocketSet } from '../../transport/sockets/held-sockets.ts';
import { loadSystemCalls, type SystemCalls } from '../../transport/udp/system-calls.ts';
import { AnswerChild, type AnswerEvent } from './answer-child.ts';
import { type AnswerSlot, emptySlot, factsOf } from './answer-slot.ts';
import { Cover } from './cover.ts';
import { keepLooking, LOOK_MS } from './pulse.ts';
import type { ZoneImages } from './zone-images.ts';

/** Milliseconds a draining process may take; with the rest of a shutdown it stays under 2 s. */
const DRAIN_MS = 1500;
/** Milliseconds after which a scrape goes out without a process that does not reply. */
const STATS_MS = 1000;
/** Milliseconds a process may take to release a policy. */
const RELEASE_MS = 5000;
/** Milliseconds a process may take to serve what is published; one that is stuck holds up no other change. */
const PUBLISH_MS = 15_000;
/** How often processes are looked after, and how long one may be silent, in milliseconds. */
const CARE = { lookMs: LOOK_MS, stuckMs: 1500 };
/** Milliseconds of silence after which another reads from the sockets as well: that does no harm if it is for nothing. */
const SUSPECT_MS = 2 * LOOK_MS;
/** Milliseconds one may be silent that does not listen yet: on a busy machine it takes long to begin. */
const STUCK_STARTING_MS = 15_000;
/** Milliseconds after which a process is taken to work: if it ends later, its successor starts at once. */
const PROVEN_MS = 5000;

export interface FleetOptions {
  readonly settings: readonly AnswerSettings[];
  readonly images: ZoneImages;
  readonly log: Logger;
  readonly onEvent: (event: AnswerEvent, pid: number) => void;
  /** How often processes are looked after, and how long one that listens may be silent, in milliseconds. */
  readonly care?: { readonly lookMs: number; readonly stuckMs: number };
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
  #slots: AnswerSlot[] = [];
  /** All that run, those that do not listen yet among them. */
  readonly #running = new Set<AnswerChild>();
  #endLooking = (): void => {};
  #calls: SystemCalls | undefined;
  /** None, where descriptors cannot be handed over: then each process opens its own. */
  #held: HeldSockets | undefined;
  readonly #cover = new Cover();
  #stopping = false;

  constructor(options: FleetOptions) {
    this.#settings = options.settings;
    this.#images = options.images;
    this.#log = options.log;
    this.#onEvent = options.onEvent;
    this.#care = options.care ?? CARE;
  }

  /** Starts the processes. What is published from now on they know when they begin to listen. */
  async start(): Promise<void> {
    const calls = await loadSystemCalls();
    if (calls.ok) {
      this.#calls = calls.value;
      this.#held = new HeldSockets(calls.value);
    }
    this.#slots = this.#settings.map(({ index }) => emptySlot(index));
    for (const slot of this.#slots) this.#spawn(slot);
    this.#endLooking = keepLooking(this.#care.lookMs, (passedMs) => this.#look(passedMs));
  }

  /**
   * Resolves when all processes listen.
   * @throws {DnsteerError} `START`, if one of them cannot.
   */
  async listen(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#seat(slot)));
    this.#arrange();
  }

  /** All sockets that are held. */
  get sockets(): readonly SocketSet[] {
    return [...(this.#held?.sets.values() ?? [])];
  }

  /** Listens on the sockets of another server, as far as they are at the addresses of ours. Before any are opened. */
  inherit(sets: readonly SocketSet[]): void {
    this.#held?.inherit(sets);
    if (this.#settings[0] !== undefined) this.#held?.restrict(this.#settings[0]);
  }

  members(): AnswerFacts[] {
    return this.#slots.map(factsOf);
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
    const [child] = [...this.#running].sort((one, other) => one.silentMs - other.silentMs);
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

  async #replaceEach(fresh: readonly AnswerSlot[]): Promise<void> {
    const retired = this.#slots;
    for (const [index, slot] of fresh.entries()) {
      this.#spawn(slot);
      await this.#seat(slot);
      this.#slots = [...fresh.slice(0, index + 1), ...retired.slice(index + 1)];
      await this.#retire(retired[index]);
    }
    this.#slots = [...fresh];
    if (this.#settings[0] !== undefined) this.#held?.restrict(this.#settings[0]);
    this.#arrange();
    await Promise.all(retired.slice(fresh.length).map((slot) => this.#retire(slot)));
  }

  /** Ends all processes at once. */
  kill(): void {
    this.#stopping = true;
    for (const child of this.#running) child.kill();
  }

  async drain(): Promise<void> {
    this.#stopping = true;
    this.#endLooking();
    await Promise.all(this.#slots.map((slot) => this.#retire(slot)));
    for (const child of this.#running) child.kill();
    this.#held?.close();
    await this.#images.clear();
  }

  /** Starts a process for the slot and tells it all there is to know. */
  #spawn(slot: AnswerSlot): void {
    const settings = this.#settings[slot.index];
    if (settings === undefined || this.#stopping) return;
    const child: AnswerChild = new AnswerChild(
      settings,
      (event) => this.#onEvent(event, child.pid),
      this.#calls,
    );
    this.#running.add(child);
    slot.next = child;
    child.setHealth(Object.fromEntries(this.#health));
    if (this.#cookies !== undefined) child.setCookies(this.#cookies);
    if (this.#secrets !== undefined) child.setSecrets(this.#secrets);
    slot.told = this.#tell(child, [...this.#zones.values()], []);
    void child.exited.then(() => this.#running.delete(child));
  }

  /**
   * Lets the slot's next process listen once it knows it all, for whoever listens is asked. From then on the place is
   * its, and it is replaced when it ends; who had it before, if anybody, goes.
   */
  async #seat(slot: AnswerSlot): Promise<void> {
    const { next: child, told } = slot;
    const settings = this.#settings[slot.index];
    if (child === undefined || settings === undefined) return;
    await told;
    const set = this.#held?.open(slot.index, settings);
    child.listen(set);
    const outcome = await child.started;
    slot.next = undefined;
    if (outcome.kind !== 'ready') {
      child.kill();
      if (set !== undefined) this.#held?.discard(slot.index, set);
      throw new DnsteerError(
        'START',
        outcome.kind === 'fatal' ? outcome.message : `Answer process ended while starting: ${outcome.detail}`,
      );
    }
    if (set !== undefined) this.#held?.use(slot.index, set);
    const before = slot.child;
    slot.child = child;
    slot.listening = outcome.listening;
    slot.udp = outcome.udp;
    const proven = setTimeout(() => slot.backoff.reset(), PROVEN_MS).unref();
    void child.exited.then((detail) => {
      clearTimeout(proven);
      this.#bury(slot, child, detail);
    });
    this.#arrange();
    if (before !== undefined) void this.#dismiss(before);
  }

  #bury(slot: AnswerSlot, child: AnswerChild, detail: string): void {
    if (slot.child !== child) return;
    slot.child = undefined;
    slot.listening = [];
    if (this.#stopping) return;
    // Before all else: to start a process takes control ten milliseconds.
    this.#arrange();
    this.#log.warn({ pid: child.pid, detail }, 'Answer process ended; starting another');
    void this.#fill(slot);
  }

  /** Starts processes for the slot until one has taken it. */
  async #fill(slot: AnswerSlot): Promise<void> {
    if (slot.isBeingFilled) return;
    slot.isBeingFilled = true;
    slot.restarts += 1;
    // One that ends as soon as it has the place is replaced here as well.
    while (!this.#stopping && this.#slots.includes(slot)) {
      try {
        this.#spawn(slot);
        await this.#seat(slot);
        if (slot.child !== undefined) break;
      } catch (error) {
        this.#log.error({ err: error }, 'Answer process does not start; trying again');
        await sleep(slot.backoff.next());
      }
    }
    slot.isBeingFilled = false;
  }

  /** A process that hangs, or was stopped, holds its share of the queries until it is replaced. */
  #look(passedMs: number): void {
    for (const child of this.#running) child.look(passedMs);
    for (const slot of this.#slots) this.#judge(slot);
    this.#arrange();
  }

  /** Whoever is away or silent is stood in for. */
  #arrange(): void {
    if (this.#held === undefined || this.#stopping) return;
    const isWell = ({ child, listening }: AnswerSlot): boolean =>
      child !== undefined && listening.length > 0 && child.silentMs < SUSPECT_MS;
    const well = this.#slots.filter(isWell);
    this.#cover.arrange(
      this.#held.sets,
      (set) => well.some(({ index }) => index === set),
      well.flatMap(({ child }) => child ?? []),
    );
  }

  /** Who has the place goes once another can take it; who is to take it is of no use, and its end is noticed. */
  #judge(slot: AnswerSlot): void {
    const { child, next } = slot;
    if (next !== undefined && next.silentMs >= STUCK_STARTING_MS) next.kill();
    if (child === undefined || child.silentMs < this.#care.stuckMs || slot.isBeingFilled) return;
    this.#log.error(
      { pid: child.pid },
      `Answer process has not replied for ${this.#care.stuckMs / 1000} s; replacing it`,
    );
    void this.#fill(slot);
  }

  async #retire(slot: AnswerSlot | undefined): Promise<void> {
    if (slot === undefined) return;
    const leaving = [slot.child, slot.next].filter((child) => child !== undefined);
    slot.child = undefined;
    slot.listening = [];
    await Promise.all(leaving.map((child) => this.#dismiss(child)));
  }

  async #dismiss(child: AnswerChild): Promise<void> {
    if (child.silentMs < this.#care.stuckMs) {
      child.drain();
      await within(DRAIN_MS, child.exited);
    }
    child.kill();
    await child.exited;
  }
}
