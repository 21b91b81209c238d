/**
 * Lines of recorded queries, from the answer processes that send them into files. What cannot be written waits until it
 * can be, and everything behind it; meanwhile answer processes drop what is more than that (answer/recording/outbox.ts), so
 * that neither a slow disk nor a full one takes memory or answers.
 */
import type { BackoffOptions } from '../../base/backoff.ts';
import { Keeping } from '../../base/files/keeping.ts';
import type { Logger } from '../../base/log.ts';
import type { RecordedBatch } from '../../rpc/events.ts';
import { RecordingFiles } from './recording-files.ts';

/** Where recordings are, and how large they may be: megabytes of a file, and files. */
export interface RecordingSettings {
  readonly folder: string;
  readonly maxSize: number;
  readonly files: number;
}

export interface RecordingsOptions {
  readonly settings: () => RecordingSettings;
  /** Tells a process what became of the first of its messages of which it has not heard. */
  readonly settle: (isWritten: boolean, pid: number) => void;
  readonly log: Logger;
  /** Between two tries to write what could not be written. */
  readonly pauses?: BackoffOptions;
}

/** Characters that are written together. */
const TOGETHER = 262_144;

interface Waiting {
  readonly batch: RecordedBatch;
  readonly pid: number;
}

export class Recordings {
  readonly #options: RecordingsOptions;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #place: Place | undefined;
  #isStopped = false;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Has lines written that a process has sent. */
  take(batch: RecordedBatch, pid: number): void {
    this.#waiting.push({ batch, pid });
    this.#writing ??= this.#write();
  }

  /** Goes by the settings as they are now. */
  look(): void {
    const { folder, maxSize, files } = this.#options.settings();
    const place = this.#place;
    if (place?.folder === folder && place.maxSize === maxSize && place.files === files) return;
    place?.close();
    this.#place = undefined;
  }

  /** Resolves when everything is written that was taken, and can be written. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#place?.close();
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (;;) {
      const together = this.#next();
      const [first] = together;
      if (first === undefined) break;
      const lines = together.map(({ batch }) => batch.text).join('');
      const isWritten = await this.#placeNow().write(first.batch, lines);
      for (const { pid } of together) this.#options.settle(isWritten, pid);
    }
    this.#writing = undefined;
  }

  /** Takes what waits and is made in the same way, as far as it is written together. */
  #next(): Waiting[] {
    const [first] = this.#waiting;
    let characters = 0;
    const end = this.#waiting.findIndex(({ batch }) => {
      characters += batch.text.length;
      return batch.sample !== first?.batch.sample || batch.full !== first.batch.full || characters > TOGETHER;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end));
  }

  #placeNow(): Place {
    this.#place ??= new Place(this.#options.settings(), this.#options);
    if (this.#isStopped) this.#place.close();
    return this.#place;
  }
}

/** A folder of recordings. What could not be written there is tried again, until it is written or the place is closed. */
class Place implements RecordingSettings {
  readonly folder: string;
  readonly maxSize: number;
  readonly files: number;
  readonly #files: RecordingFiles;
  readonly #keeping: Keeping;
  #stuck: { readonly write: () => Promise<void>; readonly done: (isWritten: boolean) => void } | undefined;
  #isClosed = false;

  constructor(
    { folder, maxSize, files }: RecordingSettings,
    { log, pauses }: Pick<RecordingsOptions, 'log' | 'pauses'>,
  ) {
    this.folder = folder;
    this.maxSize = maxSize;
    this.files = files;
    this.#files = new RecordingFiles({ folder, octets: maxSize * 2 ** 20, files });
    this.#keeping = new Keeping({
      what: 'recordings of queries',
      place: { folder },
      loss: 'Queries are not recorded',
      log,
      again: () => this.#tryAgain(),
      setting: 'record.folder',
      ...(pauses && { pauses }),
    });
  }

  /** Resolves when the lines are written, or with false when the place is closed before. */
  async write(batch: RecordedBatch, lines: string): Promise<boolean> {
    const write = () => this.#files.add(batch, lines);
    if (await this.#keeping.attempt(write)) return true;
    if (this.#isClosed) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#stuck = { write, done: resolve };
    return await promise;
  }

  /** Tries what cannot be written no more. */
  close(): void {
    this.#isClosed = true;
    this.#keeping.stop();
    this.#stuck?.done(false);
    this.#stuck = undefined;
  }

  async #tryAgain(): Promise<void> {
    const stuck = this.#stuck;
    await stuck?.write();
    if (this.#stuck !== stuck) return;
    this.#stuck = undefined;
    stuck?.done(true);
  }
}
