/**
 * Windows of maintenance in force: the file is read again when it changes, and opens and closes windows when their time
 * has come. While it cannot be understood the windows before stay; they are kept in the state folder, for a start
 * with a file that is broken.
 */
import path from 'node:path';
import type { PlannedWindow } from '../../admin/overrides/override-ask.ts';
import { formatDiagnostic } from '../../base/diagnostic.ts';
import { Keeping } from '../../base/files/keeping.ts';
import { fileProblemText, readRegularFileSync, readTextSync } from '../../base/files/read-file.ts';
import { replaceFile, writeInFolder } from '../../base/files/replace-file.ts';
import { WrittenInPlace } from '../../base/files/written-in-place.ts';
import type { Logger } from '../../base/log.ts';
import type { TimerClock } from '../../health/timer-clock.ts';
import { FileHints } from '../../registry/folder/file-hints.ts';
import { type Overrides, WALL_CLOCK } from './overrides.ts';
import { type MaintenanceWindow, nextEdge, openTime, saidBy } from './window.ts';
import { readWindowFile } from './window-file.ts';

/** Milliseconds without an event before a look. */
const QUIET_MS = 100;
/** The longest wait for a window to open or close: the clock may be set. */
const MOST_WAIT_MS = 30_000;
const MOST_OCTETS = 4 * 2 ** 20;

export interface MaintenanceOptions {
  readonly overrides: Pick<Overrides, 'setWindows' | 'poolsNamedBy'>;
  /** Where the last windows that were understood are kept. */
  readonly copy: string;
  readonly log: Logger;
  readonly clock?: TimerClock;
}

export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #clock: TimerClock;
  readonly #keeping: Keeping;
  #file: string | undefined;
  #windows: readonly MaintenanceWindow[] = [];
  #text: string | undefined;
  #complaint: string | undefined;
  /** The writing of the copy. */
  #kept: Promise<unknown> = Promise.resolve();
  #writing = new WrittenInPlace();
  #hints: FileHints | undefined;
  #cancelTimer: () => void = () => {};

  constructor(options: MaintenanceOptions) {
    const { copy, log, clock = WALL_CLOCK } = options;
    this.#options = options;
    this.#clock = clock;
    this.#keeping = new Keeping({
      what: 'windows of maintenance',
      place: { file: copy },
      loss: 'Windows of maintenance cannot be kept, and are lost at a start with a file that is broken',
      log,
      again: () => this.#keep(),
    });
  }

  /** Goes by this file from now on; without one there are no windows. */
  use(file: string | undefined): void {
    if (file === this.#file) {
      this.look();
      return;
    }
    this.#unwatch();
    this.#file = file;
    this.#complaint = undefined;
    this.#text = undefined;
    this.#writing = new WrittenInPlace();
    if (file === undefined) {
      this.#windows = [];
      this.#open();
      return;
    }
    this.#hints = new FileHints(QUIET_MS, () => this.look());
    this.look();
    // Those of another file are none of this one.
    if (this.#complaint !== undefined) this.#revive(file);
  }

  /** Looks at the file now. */
  look(): void {
    if (this.#file !== undefined) this.#lookAt(this.#file);
  }

  warnings(): string[] {
    const now = this.#clock.now();
    const idle = this.#windows.filter(
      (window) =>
        openTime(window, now) !== undefined &&
        window.targets.every((pattern) => this.#options.overrides.poolsNamedBy(pattern) === 0),
    );
    const names = idle.map(({ name }) => `"${name}"`).join(', ');
    return [
      ...(this.#complaint === undefined ? [] : [this.#complaint]),
      ...(idle.length === 0 ? [] : [`Maintenance of targets that are not there: ${names}`]),
    ];
  }

  /** Windows that are open, or are to be. */
  planned(): PlannedWindow[] {
    const now = this.#clock.now();
    return this.#windows.flatMap((window) => {
      const time = openTime(window, now);
      if (time === undefined) return [];
      const { name, kind, targets, reason } = window;
      return {
        name,
        kind,
        targets: targets.map(({ text }) => text),
        from: new Date(time.begins).toISOString(),
        until: new Date(time.ends).toISOString(),
        isOpen: now >= time.begins,
        ...(reason !== undefined && { reason }),
      };
    });
  }

  async stop(): Promise<void> {
    this.#unwatch();
    this.#cancelTimer();
    await this.#kept;
    this.#keeping.stop();
  }

  #lookAt(file: string): void {
    this.#hints?.watch([file]);
    const read = readRegularFileSync(file, { mostOctets: MOST_OCTETS });
    if (!read.ok) {
      this.#complain(`${file}: error: It cannot be read: ${fileProblemText(read.problem)}`);
      return;
    }
    const waitMs = this.#writing.waitMs(read.value, Date.now());
    if (waitMs !== undefined) {
      this.#hints?.hint(waitMs);
      return;
    }
    this.#take(read.value.octets.toString(), file);
    if (this.#complaint === undefined) this.#writing.believe(read.value);
  }

  #take(text: string, shown: string): void {
    if (text === this.#text && this.#complaint === undefined) return;
    const windows = readWindowFile(text, shown);
    if (!windows.ok) {
      this.#complain(windows.problem.map(formatDiagnostic).join('\n'));
      return;
    }
    const wasRefused = this.#complaint !== undefined;
    this.#complaint = undefined;
    if (text === this.#text && wasRefused)
      this.#options.log.info('The file of maintenance is again as it was, and its windows in force');
    if (text === this.#text) return;
    this.#text = text;
    this.#windows = windows.value;
    this.#options.log.info({ file: shown, windows: windows.value.length }, 'Windows of maintenance are read');
    this.#open();
    this.#kept = this.#keeping.attempt(() => this.#keep());
  }

  #complain(problem: string): void {
    const complaint = `${problem}\nThe windows of maintenance before stay in force (MAINTENANCE_FILE)`;
    if (complaint !== this.#complaint) this.#options.log.error({ code: 'MAINTENANCE_FILE' }, complaint);
    this.#complaint = complaint;
  }

  /** The windows of the last server, where its file was this one. */
  #revive(file: string): void {
    const read = readTextSync(this.#options.copy, { mostOctets: 2 * MOST_OCTETS });
    const [first = '', ...rest] = read.ok ? read.value.split('\n') : [];
    const windows = readWindowFile(rest.join('\n'), this.#options.copy);
    this.#windows = first === headOf(file) && windows.ok ? windows.value : [];
    this.#open();
  }

  /** Has those windows say their say that are open now, and looks again when one opens or closes. */
  #open(): void {
    this.#cancelTimer();
    const now = this.#clock.now();
    this.#options.overrides.setWindows(this.#windows.flatMap((window) => saidBy(window, now)));
    const next = Math.min(...this.#windows.map((window) => nextEdge(window, now)));
    if (next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(MOST_WAIT_MS, Math.max(1, next - now));
    this.#cancelTimer = this.#clock.after(wait, () => this.#open());
  }

  async #keep(): Promise<void> {
    const { copy } = this.#options;
    const octets = Buffer.from(`${headOf(this.#file ?? '')}\n${this.#text ?? ''}`);
    await writeInFolder(path.dirname(copy), () => replaceFile(copy, [octets]));
  }

  #unwatch(): void {
    this.#hints?.close();
    this.#hints = undefined;
  }
}

/** In YAML a comment. */
function headOf(file: string): string {
  return `# dnsteer keeps this copy of ${JSON.stringify(file)}`;
}
