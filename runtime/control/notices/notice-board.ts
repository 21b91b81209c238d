/**
 * The one way of all that operators are told: what began is told once, and that it is over once, whatever it is of; to
 * each recipient in the settings what it wants to know. What waits, and what is not over, outlives a restart.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import type { NoticeKind } from '../../config/operator-schema.ts';
import { systemClock, type TimerClock } from '../../health/timer-clock.ts';
import type { Notice } from './notice.ts';
import { type KeptNotices, NoticeFile, type OpenNotice } from './notice-file.ts';
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
  readonly #open = new Map<string, OpenNotice>();
  readonly #file: NoticeFile | undefined;
  /** Whether the file is this server's to write. */
  #isOpen = false;

  /** `file`: where what waits is kept; without one, nothing is. */
  constructor(log: Logger, clock: TimerClock = systemClock, file?: string) {
    this.#log = log;
    this.#clock = clock;
    this.#file = file === undefined ? undefined : new NoticeFile(file, () => this.#kept(), log);
  }

  /** Knows from now on what the last server had told, or was about to tell. */
  load(): void {
    for (const one of this.#file?.read().open ?? []) this.#open.set(keyOf(one.notice), one);
  }

  /**
   * No other server tells from now on: what waited there is told by this one. `mayDiffer`: another server has told since
   * {@link load}.
   */
  open(mayDiffer = false): void {
    if (this.#file === undefined || this.#isOpen) return;
    const { open, waiting } = this.#file.read();
    for (const one of mayDiffer ? open : [])
      if (!this.#open.has(keyOf(one.notice))) this.#open.set(keyOf(one.notice), one);
    this.#isOpen = true;
    for (const { recipient, gathering } of this.#told) {
      const kept = waiting.get(placeOf(recipient));
      if (kept !== undefined) gathering.restore(kept);
    }
    this.#changed();
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
  began(kind: NoticeKind, subject: string, text: string, mark?: string): void {
    const notice: Notice = { kind, subject, state: 'began', text, time: this.#time() };
    const key = keyOf(notice);
    if (this.#open.has(key)) return;
    this.#open.set(key, { notice, ...(mark !== undefined && { mark }) });
    this.#tell(notice);
  }

  /** Whether the beginning of this very one was told, and not yet that it is over. */
  isKnown(kind: NoticeKind, subject: string, mark: string): boolean {
    return this.#open.get(keyOf({ kind, subject }))?.mark === mark;
  }

  /** What began is over; of what nobody was told, nobody is told that it is over. */
  over(kind: NoticeKind, subject: string, text: string): void {
    const key = keyOf({ kind, subject });
    const began = this.#open.get(key);
    if (began === undefined) return;
    this.#open.delete(key);
    this.#tell({ kind, subject, state: 'over', text, time: this.#time(), since: began.notice.time });
  }

  /** What has begun and is not over, of a kind: its subjects and texts. */
  openOf(kind: NoticeKind): ReadonlyMap<string, string> {
    const notices = Array.from(this.#open.values(), ({ notice }) => notice);
    return new Map(notices.flatMap((one) => (one.kind === kind ? [[one.subject, one.text]] : [])));
  }

  /** All that holds of a kind, by subject: what is new began, and what is there no more is over. */
  hold(kind: NoticeKind, texts: ReadonlyMap<string, string>): void {
    for (const [subject, text] of texts) this.began(kind, subject, text);
    for (const [subject, text] of this.openOf(kind))
      if (!texts.has(subject)) this.over(kind, subject, `over: ${text}`);
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

  /** Another server tells from now on. */
  close(): void {
    void this.stop();
  }

  /** Tells nothing any more; what waits is kept. */
  async stop(): Promise<void> {
    const kept = this.#file?.stop(this.#isOpen);
    this.#isOpen = false;
    for (const { gathering } of this.#told) gathering.stop();
    await kept;
    this.#told = [];
  }

  #kept(): KeptNotices {
    const waiting = this.#told.flatMap(({ recipient, gathering }) => {
      const kept = gathering.kept();
      return kept === undefined ? [] : [[placeOf(recipient), kept] as const];
    });
    return { open: [...this.#open.values()], waiting: new Map(waiting) };
  }

  #changed(): void {
    if (this.#isOpen) this.#file?.changed();
  }

  #tell(notice: Notice): void {
    this.#changed();
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
      onChange: () => this.#changed(),
    });
  }
}

function keyOf({ kind, subject }: Pick<Notice, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}

/** Names a recipient in the file, where no address stands that may be secret. */
function placeOf(recipient: Recipient): string {
  const place = 'url' in recipient ? recipient.url : JSON.stringify(recipient.run);
  return createHash('sha256').update(place).digest('hex').slice(0, 32);
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
