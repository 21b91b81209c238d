/**
 * Lines of a recording on their way to control, several with one message. Control says of each message whether it is
 * written; while it leaves several unsaid, as its disk is slow or full, lines are dropped, and counted. So what waits is
 * bounded, here and there.
 */
import type { AnswerSettings } from '../../rpc/answer-settings.ts';
import { heldOf } from '../../rpc/counter-rows.ts';
import { PROCESS_COUNTERS } from '../../rpc/counters.ts';
import type { RecordedBatch } from '../../rpc/events.ts';

/** Characters of the lines of one message, and of a line that is not too long for a recording. */
const BATCH_CHARACTERS = 32_768;
const LINE_CHARACTERS = 16_384;
/** Messages of which control has not said what became of them. */
const MOST_UNSAID = 8;

export class LineOutbox {
  /** Lines that control has written, and those that are lost. */
  readonly counts = heldOf(PROCESS_COUNTERS.recording);
  readonly #tell: (batch: RecordedBatch) => void;
  /** How the lines are made that are gathered. */
  #made: AnswerSettings['record'] | undefined;
  #lines: string[] = [];
  #characters = 0;
  /** What is gathered should have been sent already. */
  #isLate = false;
  /** How many lines each message has of which control has not said what became of it, the first first. */
  readonly #unsaid: number[] = [];
  #ended: PromiseWithResolvers<void> | undefined;

  constructor(tell: (batch: RecordedBatch) => void) {
    this.#tell = tell;
  }

  /** Whether the next line may be lost: then it need not be made. */
  get isFull(): boolean {
    return this.#unsaid.length >= MOST_UNSAID && this.#characters > BATCH_CHARACTERS - LINE_CHARACTERS;
  }

  /** Lines are made in this way from now on. */
  use(made: AnswerSettings['record']): void {
    if (!this.#send()) this.#forget();
    this.#made = made;
  }

  /** Takes a line, without its end. */
  add(line: string): void {
    const characters = line.length + 1;
    const isRoom = this.#characters + characters <= BATCH_CHARACTERS || this.#send();
    if (characters > LINE_CHARACTERS || !isRoom) {
      this.drop();
      return;
    }
    this.#lines.push(line);
    this.#characters += characters;
  }

  /** Counts a line that is not taken. */
  drop(): void {
    this.counts.dropped += 1;
  }

  /** Control says what became of the first message of which it has not. */
  settle(isWritten: boolean): void {
    const lines = this.#unsaid.shift() ?? 0;
    if (isWritten) this.counts.written += lines;
    else this.counts.dropped += lines;
    if (this.#isLate) this.send();
    if (this.#unsaid.length === 0) this.#ended?.resolve();
  }

  /** Sends what there is; resolves when control has said of all of it what became of it. */
  end(): Promise<void> {
    this.send();
    if (this.#unsaid.length === 0) return Promise.resolve();
    this.#ended ??= Promise.withResolvers<void>();
    return this.#ended.promise;
  }

  /** Sends what is gathered, now or as soon as it may. */
  send(): void {
    this.#isLate = !this.#send();
  }

  /** Returns whether nothing is left here. */
  #send(): boolean {
    const [lines, made] = [this.#lines, this.#made];
    if (lines.length === 0 || made === undefined) return true;
    if (this.#unsaid.length >= MOST_UNSAID) return false;
    this.#unsaid.push(lines.length);
    this.#lines = [];
    this.#characters = 0;
    this.#tell({ sample: made.sample, full: made.full, text: `${lines.join('\n')}\n` });
    return true;
  }

  #forget(): void {
    this.counts.dropped += this.#lines.length;
    this.#lines = [];
    this.#characters = 0;
  }
}
