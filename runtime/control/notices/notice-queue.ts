/**
 * Gathers what is to be told to one recipient, and has it delivered: a message at a time, in order. What happens together
 * is one message, and of a storm it has the first and counts of the rest. A message that is not taken is sent again after
 * growing pauses, under the same id; what happens meanwhile goes into the next.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Backoff } from '../../base/backoff.ts';
import type { Logger } from '../../base/log.ts';
import type { Result } from '../../base/result.ts';
import { systemClock, type TimerClock } from '../../health/timer-clock.ts';
import type { KeptQueue } from './kept-queue.ts';
import type { Notice, NoticeMessage } from './notice.ts';

/** `gone`: it takes no messages any more. */
export interface NotTaken {
  readonly why: string;
  readonly isGone?: boolean;
}

export type Deliver = (message: NoticeMessage, signal: AbortSignal) => Promise<Result<void, NotTaken>>;

export interface NoticeQueueOptions {
  /** For the log and the status. */
  readonly recipient: string;
  readonly deliver: Deliver;
  readonly gatherMs: () => number;
  readonly log: Logger;
  readonly clock?: TimerClock;
  /** What {@link NoticeQueue.kept} tells has changed. */
  readonly onChange?: () => void;
}

/** Notices that a message tells one by one. */
const MOST_TOLD = 50;
const PAUSES = { firstMs: 2000, mostMs: 600_000 };
/** Milliseconds for which a message is tried; a day. */
const PATIENCE_MS = 86_400_000;
/** Milliseconds from a message that could not tell all to the next. */
const STORM_MS = 60_000;

export class NoticeQueue {
  readonly #options: NoticeQueueOptions;
  readonly #clock: TimerClock;
  readonly #backoff = new Backoff(PAUSES);
  readonly #stop = new AbortController();
  #told: Notice[] = [];
  #more = new Map<string, number>();
  #lost = 0;
  #sending: NoticeMessage | undefined;
  #began = 0;
  #stormUntil = 0;
  #isGone = false;
  #failure: { readonly why: string; readonly since: string } | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Messages that were taken, and tries that failed. */
  readonly counts = { delivered: 0, failed: 0 };

  constructor(options: NoticeQueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  add(notice: Notice): void {
    if (this.#isGone || this.#stop.signal.aborted) return;
    if (this.#told.length < MOST_TOLD) this.#told.push(notice);
    else {
      const key = `${notice.kind} ${notice.state}`;
      this.#more.set(key, (this.#more.get(key) ?? 0) + 1);
    }
    this.#options.onChange?.();
    if (this.#sending === undefined) this.#sendLater();
  }

  /** What waits, for the next start; `undefined` where nothing does. */
  kept(): KeptQueue | undefined {
    const [sending, told, lost] = [this.#sending, this.#told, this.#lost];
    if (this.#isGone || (sending === undefined && told.length + lost === 0)) return undefined;
    return {
      ...(sending && { sending }),
      began: this.#began,
      told,
      more: Object.fromEntries(this.#more),
      lost,
    };
  }

  /** Takes over what waited when the last server ended, before what has been added here; its message goes first, under its id. */
  restore({ sending, began, told, more, lost }: KeptQueue): void {
    const added = this.#told;
    this.#told = [];
    for (const [key, count] of Object.entries(more)) this.#more.set(key, (this.#more.get(key) ?? 0) + count);
    for (const notice of [...told, ...added]) this.add(notice);
    this.#lost += lost;
    if (sending === undefined || this.#sending !== undefined) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#sending = sending;
    this.#began = Math.min(began, this.#clock.now());
    void this.#send(sending);
  }

  /** What is wrong with the recipient. */
  get warning(): string | undefined {
    if (this.#failure === undefined) return undefined;
    const { why, since } = this.#failure;
    const what = this.#isGone ? 'is told nothing any more' : 'cannot be told';
    return `${this.#options.recipient} ${what} since ${since}: ${why}`;
  }

  stop(): void {
    this.#stop.abort();
    this.#cancelTimer?.();
  }

  #sendLater(): void {
    if (this.#cancelTimer !== undefined) return;
    const wait = Math.max(this.#options.gatherMs(), this.#stormUntil - this.#clock.now());
    this.#cancelTimer = this.#clock.after(wait, () => {
      this.#cancelTimer = undefined;
      this.#sending = this.#messageOf();
      this.#began = this.#clock.now();
      this.#options.onChange?.();
      void this.#send(this.#sending);
    });
  }

  async #send(message: NoticeMessage): Promise<void> {
    const outcome = await this.#options.deliver(message, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    if (outcome.ok) this.#noteTaken();
    else this.#noteRefused(message, outcome.problem);
  }

  #noteTaken(): void {
    const { recipient, log } = this.#options;
    this.counts.delivered += 1;
    this.#backoff.reset();
    if (this.#failure !== undefined) log.info({ recipient }, 'Notices are taken again');
    this.#failure = undefined;
    this.#goOn();
  }

  #noteRefused(message: NoticeMessage, { why, isGone = false }: NotTaken): void {
    const { recipient, log } = this.#options;
    this.counts.failed += 1;
    if (this.#failure === undefined)
      log.warn(
        { recipient, why },
        isGone ? 'Notices are not wanted any more' : 'Notices are not taken; they are sent again',
      );
    this.#failure = { since: this.#failure?.since ?? new Date(this.#clock.now()).toISOString(), why };
    this.#isGone = isGone;
    if (isGone) return;
    if (this.#clock.now() - this.#began >= PATIENCE_MS) {
      const { notices, more = {} } = message.data;
      this.#lost += notices.length + Object.values(more).reduce((sum, count) => sum + count, 0);
      log.error({ recipient, why }, 'A message with notices is given up');
      this.#goOn();
      return;
    }
    this.#cancelTimer = this.#clock.after(this.#backoff.next(), () => {
      this.#cancelTimer = undefined;
      void this.#send(message);
    });
  }

  #goOn(): void {
    this.#sending = undefined;
    this.#options.onChange?.();
    if (this.#told.length > 0) this.#sendLater();
  }

  #messageOf(): NoticeMessage {
    const [notices, more, lost] = [this.#told, this.#more, this.#lost];
    this.#told = [];
    this.#more = new Map();
    this.#lost = 0;
    if (more.size > 0) this.#stormUntil = this.#clock.now() + STORM_MS;
    return {
      id: `msg_${randomUUID().replaceAll('-', '')}`,
      type: 'dnsteer.notices',
      timestamp: new Date(this.#clock.now()).toISOString(),
      data: {
        server: hostname(),
        summary: summaryOf(notices, more),
        notices,
        ...(more.size > 0 && { more: Object.fromEntries(more) }),
        ...(lost > 0 && { lost }),
      },
    };
  }
}

function summaryOf(notices: readonly Notice[], more: ReadonlyMap<string, number>): string {
  const [first] = notices;
  const rest = notices.length - 1 + [...more.values()].reduce((sum, count) => sum + count, 0);
  return `${first?.text ?? ''}${rest > 0 ? `, and ${rest} more` : ''}`;
}
