/**
 * The place of one answer process in the fleet: which process has it, and which is to have it next. A process
 * that ends is replaced, and so is a process that hangs, which holds its share of the queries until its
 * successor listens.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AnswerFacts } from '../../admin/source.ts';
import { Backoff } from '../../base/backoff.ts';
import { DnsteerError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import { type AnswerSettings, fixedIn, type UdpSockets } from '../../rpc/answer-settings.ts';
import { LINGER_MS } from '../../transport/listener.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import type { AnswerChild, StartOutcome } from './answer-child.ts';
import type { FleetSockets, Reader } from './fleet-sockets.ts';
import { LOOK_MS } from './pulse.ts';

/** Milliseconds a draining process may take; with the rest of a shutdown it stays under 2 s. */
const DRAIN_MS = 1500;
/**
 * Milliseconds of silence after which another process reads from the sockets as well, which does no harm if
 * the first is well.
 */
const SUSPECT_MS = 2 * LOOK_MS;
/**
 * Milliseconds for which a process that does not listen yet may be silent: on a busy machine it takes long to
 * begin.
 */
const STUCK_STARTING_MS = 15_000;
/** Milliseconds after which a process is taken to work: if it ends later, its successor starts at once. */
const PROVEN_MS = 5000;

/** A process that begins; `told` resolves when the process knows all zones. */
export interface Beginner {
  readonly child: AnswerChild;
  readonly told: Promise<void>;
}

/** What a place needs of its fleet. */
export interface PlaceParts {
  readonly log: Logger;
  readonly sockets: FleetSockets;
  /** How long a process that listens may be silent, in milliseconds. */
  readonly stuckMs: number;
  /** The settings of the process with this index, if there is to be one. */
  readonly settingsOf: (index: number) => AnswerSettings | undefined;
  /** Starts a process and sends it all it must know. */
  readonly begin: (settings: AnswerSettings) => Beginner;
  readonly isStopping: () => boolean;
  /** Whether the place is still part of the fleet. */
  readonly isKept: (place: AnswerPlace) => boolean;
  /** Called when another process may have to read from the sockets of this place. */
  readonly onChange: () => void;
}

export class AnswerPlace {
  readonly index: number;
  /** Of the process that was started last. */
  #settings: AnswerSettings | undefined;
  readonly #parts: PlaceParts;
  readonly #backoff = new Backoff();
  /** The process that has the place and listens. */
  #child: AnswerChild | undefined;
  /** The process that is being started to take the place. */
  #next: Beginner | undefined;
  #listening: readonly string[] = [];
  #udp: UdpSockets | undefined;
  #restarts = 0;
  /** Whether `#fill` is at work, which starts a successor. */
  #isBeingFilled = false;

  constructor(index: number, parts: PlaceParts) {
    this.index = index;
    this.#parts = parts;
  }

  /** Whether it is that of an edge process, which has no sockets of DNS. */
  get isEdge(): boolean {
    return this.#settings?.http !== undefined;
  }

  facts(): AnswerFacts {
    const [listening, udp, restarts] = [this.#listening, this.#udp, this.#restarts];
    return {
      index: this.index,
      pid: (this.#child ?? this.#next?.child)?.pid ?? 0,
      state: listening.length > 0 ? 'listening' : restarts > 0 ? 'restarting' : 'starting',
      listening,
      ...(udp && { udp }),
      restarts,
    };
  }

  /** The process that reads from the sockets of this place, if it listens and is not silent. */
  reader(): Reader | undefined {
    const child = this.#child;
    const isWell = child?.isEdge === false && this.#listening.length > 0 && child.silentMs < SUSPECT_MS;
    return isWell ? { index: this.index, child } : undefined;
  }

  /** Whether its process can go by these settings, which it would take over while it runs. */
  canTakeOver(settings: AnswerSettings): boolean {
    return this.#settings !== undefined && isDeepStrictEqual(fixedIn(this.#settings), fixedIn(settings));
  }

  /** Starts a process that is to have the place. */
  spawn(): void {
    const { settingsOf, begin, isStopping } = this.#parts;
    const settings = settingsOf(this.index);
    if (settings === undefined || isStopping()) return;
    this.#settings = settings;
    this.#next = begin(settings);
  }

  /**
   * Lets the next process listen once it knows all zones. From then on it has the place, and is replaced when
   * it ends; the process that had the place before ends.
   * @throws {DnsteerError} `START`, if the process cannot listen.
   */
  async seat(): Promise<void> {
    const { sockets, settingsOf, onChange, stuckMs } = this.#parts;
    const settings = settingsOf(this.index);
    if (this.#next === undefined || settings === undefined) return;
    const { child, told } = this.#next;
    await told;
    const set = this.#openFor(child, settings);
    child.listen(set);
    const outcome = await child.started;
    this.#next = undefined;
    if (outcome.kind !== 'ready') {
      child.kill();
      sockets.discard(this.index, set);
      throw cannotStart(outcome);
    }
    sockets.use(this.index, set);
    const before = this.#child;
    this.#take(child, outcome);
    onChange();
    if (before !== undefined) void dismiss(before, stuckMs, true);
  }

  /** Replaces a process that is stuck. One that does not listen yet is killed: its end is noticed. */
  judge(): void {
    const { log, stuckMs } = this.#parts;
    const [child, next] = [this.#child, this.#next?.child];
    if (next !== undefined && next.silentMs >= STUCK_STARTING_MS) next.kill();
    if (child === undefined || child.silentMs < stuckMs || this.#isBeingFilled) return;
    log.error({ pid: child.pid }, `${nounOf(child)} has not replied for ${stuckMs / 1000} s; replacing it`);
    void this.#fill();
  }

  /** Lets all processes of the place answer pending queries, and end. */
  async retire(hasSuccessor: boolean): Promise<void> {
    const leaving = [this.#child, this.#next?.child].filter((child) => child !== undefined);
    this.#child = undefined;
    this.#listening = [];
    await Promise.all(leaving.map((child) => dismiss(child, this.#parts.stuckMs, hasSuccessor)));
  }

  /** Opens the sockets of a process; a process that cannot have its sockets is of no use, and is killed. */
  #openFor(child: AnswerChild, settings: AnswerSettings): SocketSet | undefined {
    try {
      return child.isEdge ? undefined : this.#parts.sockets.open(this.index, settings);
    } catch (error) {
      this.#next = undefined;
      child.kill();
      throw error;
    }
  }

  #take(child: AnswerChild, { listening, udp }: Extract<StartOutcome, { kind: 'ready' }>): void {
    this.#child = child;
    this.#listening = listening;
    this.#udp = udp;
    const proven = setTimeout(() => this.#backoff.reset(), PROVEN_MS).unref();
    void child.exited.then((detail) => {
      clearTimeout(proven);
      this.#bury(child, detail);
    });
  }

  #bury(child: AnswerChild, detail: string): void {
    const { log, isStopping, onChange } = this.#parts;
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#listening = [];
    if (isStopping()) return;
    // This comes first: starting a process takes control ten milliseconds.
    onChange();
    log.warn({ pid: child.pid, detail }, `${nounOf(child)} ended; starting another`);
    void this.#fill();
  }

  /** Starts processes for the place until one has taken it. */
  async #fill(): Promise<void> {
    const { log, isStopping, isKept } = this.#parts;
    if (this.#isBeingFilled) return;
    this.#isBeingFilled = true;
    this.#restarts += 1;
    // A process that ends as soon as it has the place is replaced here as well.
    while (!isStopping() && isKept(this)) {
      try {
        this.spawn();
        await this.seat();
        if (this.#child !== undefined) break;
      } catch (error) {
        log.error({ err: error }, `${this.isEdge ? 'Edge' : 'Answer'} process does not start; trying again`);
        await sleep(this.#backoff.next());
      }
    }
    this.#isBeingFilled = false;
  }
}

/** Ends a process; it answers pending queries first, unless it is stuck. */
async function dismiss(child: AnswerChild, stuckMs: number, hasSuccessor: boolean): Promise<void> {
  if (child.silentMs < stuckMs) {
    child.drain(hasSuccessor);
    await within(DRAIN_MS + (hasSuccessor ? LINGER_MS : 0), child.exited);
  }
  child.kill();
  await child.exited;
}

function nounOf({ isEdge }: AnswerChild): string {
  return isEdge ? 'Edge process' : 'Answer process';
}

function cannotStart(outcome: Exclude<StartOutcome, { kind: 'ready' }>): DnsteerError {
  return new DnsteerError(
    'START',
    outcome.kind === 'fatal' ? outcome.message : `Answer process ended while starting: ${outcome.detail}`,
  );
}
