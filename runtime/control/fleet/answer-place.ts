/**
 * The place of one answer process: which one has it, and which is to have it next. A process that ends is replaced, and so
 * is one that hangs, which holds its share of the queries until its successor listens.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerFacts } from '../../admin/source.ts';
import { Backoff } from '../../base/backoff.ts';
import { DnsteerError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import type { AnswerSettings, UdpSockets } from '../../rpc/answer-settings.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import type { AnswerChild, StartOutcome } from './answer-child.ts';
import type { FleetSockets, Reader } from './fleet-sockets.ts';
import { LOOK_MS } from './pulse.ts';

/** Milliseconds a draining process may take; with the rest of a shutdown it stays under 2 s. */
const DRAIN_MS = 1500;
/** Milliseconds of silence after which another reads from the sockets as well: that does no harm if it is for nothing. */
const SUSPECT_MS = 2 * LOOK_MS;
/** Milliseconds one may be silent that does not listen yet: on a busy machine it takes long to begin. */
const STUCK_STARTING_MS = 15_000;
/** Milliseconds after which a process is taken to work: if it ends later, its successor starts at once. */
const PROVEN_MS = 5000;

/** A process that begins; `told` resolves when it knows the zones there were. */
export interface Beginner {
  readonly child: AnswerChild;
  readonly told: Promise<void>;
}

/** What a place has of its fleet. */
export interface PlaceParts {
  readonly log: Logger;
  readonly sockets: FleetSockets;
  /** How long a process that listens may be silent, in milliseconds. */
  readonly stuckMs: number;
  /** The settings of the process with this index, if there is to be one. */
  readonly settingsOf: (index: number) => AnswerSettings | undefined;
  /** Starts a process and tells it all there is to know. */
  readonly begin: (settings: AnswerSettings) => Beginner;
  readonly isStopping: () => boolean;
  /** Whether the place is one of the fleet's still. */
  readonly isKept: (place: AnswerPlace) => boolean;
  /** Another process may have to read from the sockets of the place now. */
  readonly onChange: () => void;
}

export class AnswerPlace {
  readonly index: number;
  readonly #parts: PlaceParts;
  readonly #backoff = new Backoff();
  /** Listens. */
  #child: AnswerChild | undefined;
  /** Is being started, to take the place. */
  #next: Beginner | undefined;
  #listening: readonly string[] = [];
  #udp: UdpSockets | undefined;
  #restarts = 0;
  /** `#fill` is at work: it sees to it that there is a successor. */
  #isBeingFilled = false;

  constructor(index: number, parts: PlaceParts) {
    this.index = index;
    this.#parts = parts;
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
    const isWell = child !== undefined && this.#listening.length > 0 && child.silentMs < SUSPECT_MS;
    return isWell ? { index: this.index, child } : undefined;
  }

  /** Starts a process that is to have the place. */
  spawn(): void {
    const { settingsOf, begin, isStopping } = this.#parts;
    const settings = settingsOf(this.index);
    if (settings !== undefined && !isStopping()) this.#next = begin(settings);
  }

  /**
   * Lets the next process listen once it knows it all, for a process that listens is asked. From then on it has the place,
   * and is replaced when it ends; the one that had the place before, if there was one, goes.
   * @throws {DnsteerError} `START`, if it cannot.
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
    if (before !== undefined) void dismiss(before, stuckMs);
  }

  /** Sees to it that one that is stuck is replaced: the end of one that is yet to listen is noticed, so it is ended. */
  judge(): void {
    const { log, stuckMs } = this.#parts;
    const [child, next] = [this.#child, this.#next?.child];
    if (next !== undefined && next.silentMs >= STUCK_STARTING_MS) next.kill();
    if (child === undefined || child.silentMs < stuckMs || this.#isBeingFilled) return;
    log.error({ pid: child.pid }, `Answer process has not replied for ${stuckMs / 1000} s; replacing it`);
    void this.#fill();
  }

  /** Has all processes of the place answer what is pending, and end. */
  async retire(): Promise<void> {
    const leaving = [this.#child, this.#next?.child].filter((child) => child !== undefined);
    this.#child = undefined;
    this.#listening = [];
    await Promise.all(leaving.map((child) => dismiss(child, this.#parts.stuckMs)));
  }

  /** A process that cannot have its sockets is of no use. */
  #openFor(child: AnswerChild, settings: AnswerSettings): SocketSet | undefined {
    try {
      return this.#parts.sockets.open(this.index, settings);
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
    // Before all else: to start a process takes control ten milliseconds.
    onChange();
    log.warn({ pid: child.pid, detail }, 'Answer process ended; starting another');
    void this.#fill();
  }

  /** Starts processes for the place until one has taken it. */
  async #fill(): Promise<void> {
    const { log, isStopping, isKept } = this.#parts;
    if (this.#isBeingFilled) return;
    this.#isBeingFilled = true;
    this.#restarts += 1;
    // One that ends as soon as it has the place is replaced here as well.
    while (!isStopping() && isKept(this)) {
      try {
        this.spawn();
        await this.seat();
        if (this.#child !== undefined) break;
      } catch (error) {
        log.error({ err: error }, 'Answer process does not start; trying again');
        await sleep(this.#backoff.next());
      }
    }
    this.#isBeingFilled = false;
  }
}

/** Ends a process; what is pending it answers before, unless it is stuck. */
async function dismiss(child: AnswerChild, stuckMs: number): Promise<void> {
  if (child.silentMs < stuckMs) {
    child.drain();
    await within(DRAIN_MS, child.exited);
  }
  child.kill();
  await child.exited;
}

function cannotStart(outcome: Exclude<StartOutcome, { kind: 'ready' }>): DnsteerError {
  return new DnsteerError(
    'START',
    outcome.kind === 'fatal' ? outcome.message : `Answer process ended while starting: ${outcome.detail}`,
  );
}
