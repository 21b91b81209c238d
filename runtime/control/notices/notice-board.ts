/**
 * The one way of all that operators are told: what began is told once, and that it is over once, whatever it is of; to
 * each recipient in the settings what it wants to know.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import type { NoticeKind } from '../../config/operator-schema.ts';
import { systemClock, type TimerClock } from '../../health/timer-clock.ts';
import type { Notice } from './notice.ts';
import { type Deliver, NoticeQueue } from './notice-queue.ts';
import { runNoticeCommand } from './run-command.ts';
import { postMessage } from './webhook.ts';

type NotificationSettings = Config['notifications'];
type Recipient = NotificationSettings['webhooks'][number] | NotificationSettings['commands'][number];

interface Told {
  readonly recipient: Recipient;
  readonly gathering: NoticeQueue;
}

const GATHER_SECONDS = 5;

export class NoticeBoard {
  readonly #log: Logger;
  readonly #clock: TimerClock;
  #gatherSeconds = GATHER_SECONDS;
  #told: readonly Told[] = [];
  /** What has begun and is not over, by kind and subject. */
  readonly #open = new Map<string, Notice>();

  constructor(log: Logger, clock: TimerClock = systemClock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Tells these recipients from now on; those that stay lose nothing that waits for them. */
  use({ gather, webhooks, commands }: NotificationSettings): void {
    this.#gatherSeconds = gather;
    const before = [...this.#told];
    this.#told = [...webhooks, ...commands].map((recipient) => {
      const same = before.findIndex((one) => isDeepStrictEqual(one.recipient, recipient));
      const [kept] = same === -1 ? [] : before.splice(same, 1);
      return kept ?? { recipient, gathering: this.#gatheringFor(recipient) };
    });
    for (const { gathering } of before) gathering.stop();
  }

  /** Whether anybody is told. */
  get isOn(): boolean {
    return this.#told.length > 0;
  }

  /** Something began: it is told unless that is known. */
  began(kind: NoticeKind, subject: string, text: string): void {
    const key = `${kind} ${subject}`;
    if (this.#open.has(key)) return;
    const notice: Notice = { kind, subject, state: 'began', text, time: this.#time() };
    this.#open.set(key, notice);
    this.#tell(notice);
  }

  /** What began is over; of what nobody was told, nobody is told that it is over. */
  over(kind: NoticeKind, subject: string, text: string): void {
    const key = `${kind} ${subject}`;
    const began = this.#open.get(key);
    if (began === undefined) return;
    this.#open.delete(key);
    this.#tell({ kind, subject, state: 'over', text, time: this.#time(), since: began.time });
  }

  /** All that holds of a kind, by subject: what is new began, and what is there no more is over. */
  hold(kind: NoticeKind, texts: ReadonlyMap<string, string>): void {
    for (const [subject, text] of texts) this.began(kind, subject, text);
    for (const { kind: other, subject, text } of this.#open.values())
      if (other === kind && !texts.has(subject)) this.over(kind, subject, `over: ${text}`);
  }

  warnings(): string[] {
    return this.#told.flatMap(({ gathering }) => gathering.warning ?? []);
  }

  /** Messages that were taken, and tries that failed. */
  get counts(): NoticeQueue['counts'] {
    const counts = { delivered: 0, failed: 0 };
    for (const { gathering } of this.#told) {
      counts.delivered += gathering.counts.delivered;
      counts.failed += gathering.counts.failed;
    }
    return counts;
  }

  stop(): void {
    for (const { gathering } of this.#told) gathering.stop();
    this.#told = [];
  }

  #tell(notice: Notice): void {
    for (const { recipient, gathering } of this.#told)
      if (recipient.events === undefined || recipient.events.includes(notice.kind)) gathering.add(notice);
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  #gatheringFor(recipient: Recipient): NoticeQueue {
    return new NoticeQueue({
      recipient: nameOf(recipient),
      deliver: deliveryTo(recipient),
      gatherMs: () => 1000 * this.#gatherSeconds,
      log: this.#log,
      clock: this.#clock,
    });
  }
}

/** Without what may be secret in it. */
function nameOf(recipient: Recipient): string {
  return 'url' in recipient ? `Webhook ${new URL(recipient.url).origin}` : `Command ${recipient.run[0]}`;
}

function deliveryTo(recipient: Recipient): Deliver {
  if (!('url' in recipient)) return (message, signal) => runNoticeCommand(recipient, message, signal);
  const { url, secret = '' } = recipient;
  return (message, signal) => postMessage({ url, secret }, message, signal);
}
