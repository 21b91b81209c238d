/**
 * What a notice board has to know at the next start, in the state folder: what began and is not over, and what waits for
 * each recipient. A change is on the disk a moment later, so that a crash loses next to nothing, and the file is bounded. A
 * line that is not sound is passed over: of what it was, operators may be told a second time.
 */
import path from 'node:path';
import { linesOf, objectInLine } from '../../base/files/json-line.ts';
import { Keeping } from '../../base/files/keeping.ts';
import { fileProblemText, readTextSync } from '../../base/files/read-file.ts';
import { makeFolders, replaceFile } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';
import { isKeptQueue, isNotice, type KeptQueue } from './kept-queue.ts';
import type { Notice } from './notice.ts';

/** What began, and what tells it from another of its kind and subject, where the two may follow each other. */
export interface OpenNotice {
  readonly notice: Notice;
  readonly mark?: string;
}

export interface KeptNotices {
  readonly open: readonly OpenNotice[];
  /** By recipient. */
  readonly waiting: ReadonlyMap<string, KeptQueue>;
}

/** Milliseconds for which a change waits for others. */
const TOGETHER_MS = 20;
/** How much longer than the last write, which holds control up, the pause before the next is at least. */
const PAUSES = 20;
const MOST_OCTETS = 16 * 2 ** 20;
/** What is open beyond that is not kept: nobody is told that it is over after a restart. */
export const MOST_OPEN = 10_000;
const FORMAT = 1;

export class NoticeFile {
  readonly #file: string;
  readonly #log: Logger;
  readonly #state: () => KeptNotices;
  readonly #keeping: Keeping;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #isStopped = false;
  #keptAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** `state` is what is to be kept, whenever it is asked. */
  constructor(file: string, state: () => KeptNotices, log: Logger) {
    this.#file = file;
    this.#state = state;
    this.#log = log;
    this.#keeping = new Keeping({
      what: 'notices that wait',
      place: { file },
      loss: 'Notices that wait, and what began, cannot be kept, and are lost at the next start',
      log,
      again: () => this.#write(),
    });
  }

  /** What the last server left; nothing where there is no file, or none that can be read. */
  read(): KeptNotices {
    const read = readTextSync(this.#file, { mostOctets: MOST_OCTETS });
    if (read.ok) return keptIn(read.value);
    if (read.problem.kind !== 'absent')
      this.#log.warn(
        { file: this.#file },
        `Notices that waited cannot be read: ${fileProblemText(read.problem)}`,
      );
    return { open: [], waiting: new Map() };
  }

  /** Has a change kept soon. */
  changed(): void {
    if (this.#isStopped) return;
    const wait = Math.max(TOGETHER_MS, this.#keptAt + PAUSES * this.#tookMs - performance.now());
    this.#timer ??= setTimeout(() => this.#keep(), wait).unref();
  }

  /** Keeps what there is a last time, if `isLast` state is this server's to keep, and nothing afterwards. */
  async stop(isOurs: boolean): Promise<void> {
    if (!this.#isStopped && isOurs) this.#keep();
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#writing;
    this.#keeping.stop();
  }

  #keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#keeping.attempt(() => this.#write()));
  }

  async #write(): Promise<void> {
    const began = performance.now();
    const { open, waiting } = this.#state();
    const text = linesOf([
      { dnsteer: 'notices', format: FORMAT },
      ...Array.from(waiting, ([recipient, queue]) => ({ recipient, queue })),
      ...open.slice(0, MOST_OPEN),
    ]);
    this.#keptAt = performance.now();
    this.#tookMs = this.#keptAt - began;
    await makeFolders(path.dirname(this.#file));
    await replaceFile(this.#file, [Buffer.from(text)]);
  }
}

function keptIn(text: string): KeptNotices {
  const open: OpenNotice[] = [];
  const waiting = new Map<string, KeptQueue>();
  const [header = '', ...lines] = text.split('\n');
  // What another version wrote may mean something else.
  if (objectInLine(header)?.format !== FORMAT) return { open, waiting };
  for (const line of lines) {
    const { recipient, queue, notice, mark } = objectInLine(line) ?? {};
    if (typeof recipient === 'string' && isKeptQueue(queue)) waiting.set(recipient, queue);
    else if (isNotice(notice)) open.push({ notice, ...(typeof mark === 'string' && { mark }) });
  }
  return { open, waiting };
}
