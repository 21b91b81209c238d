/**
 * Tells a file of records that is being written in place from one that is whole. A file that was renamed into its
 * place is whole, and so is one that has grown; one with fewer records than are served, or whose last line has no
 * end, may be half of what it is to be: it waits until it has been quiet. RFC 1035 §5.2 asks that no part of a zone
 * is used whose file does not load as a whole.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { FileState } from '../../base/files/file-state.ts';
import { QuietTime } from '../../base/files/quiet-time.ts';
import type { Logger } from '../../base/log.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';

/** What files yield. */
interface ReadFromFiles {
  readonly records: { readonly size: number; type(record: number): number };
  /** The files, by their shown paths, as they were when they were read. */
  readonly states?: ReadonlyMap<string, FileState>;
  readonly problems: readonly Diagnostic[];
}

export class HalfWritten {
  #believed: { states: ReadonlyMap<string, FileState>; records: number; hasSoa: boolean } | undefined;
  readonly #quiet = new QuietTime();
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds until the files may be whole; `undefined` where nothing waits. */
  waitMs: number | undefined;

  /** Notes what is served. */
  believe({ states = new Map(), records }: ReadFromFiles): void {
    this.#believed = { states, records: records.size, hasSoa: hasSoa(records) };
  }

  /**
   * Judges what was read at `now` (milliseconds since 1970): sets {@link waitMs}, and adds the problem that the SOA
   * is gone from a file that waits no more.
   */
  judge<T extends ReadFromFiles>(read: T, now: number, log: Logger): T {
    const written = this.#writtenInPlace(read);
    // An author should hear at once of a line that is wrong. Such a file replaces nothing.
    const isFaulty = read.problems.some(({ severity, line }) => severity === 'error' && line !== undefined);
    const isLess = read.records.size < (this.#believed?.records ?? 0) && !isFaulty;
    const doubtful = written.filter(([, { endsLine }]) => isLess || !endsLine);
    const wasWaiting = this.waitMs !== undefined;
    this.waitMs = this.#waitFor(doubtful, now);
    if (this.waitMs === undefined) return this.#withSoa(read, written);
    if (!wasWaiting) {
      const what = isLess ? 'has fewer records than are served' : 'does not end in a line end';
      const file = doubtful[0]?.[0];
      log.info({ file }, `The file is being written, and ${what}: it waits until it has been quiet for 1 s`);
    }
    return read;
  }

  /** Calls `again` once the files may be whole: no file changes when it goes quiet. */
  whenQuiet(again: () => Promise<void>, log: Logger): void {
    if (this.waitMs === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      again().catch((error: unknown) => log.error({ err: error }, 'A zone could not be made anew'));
    }, this.waitMs);
    this.#timer.unref();
  }

  /** Files that have changed since they were believed, and are the same files still. */
  #writtenInPlace({ states }: ReadFromFiles): [string, FileState][] {
    const believed = this.#believed?.states;
    return [...(states ?? [])].filter(([file, { identity, stamp }]) => {
      const before = believed?.get(file);
      return before?.identity === identity && before.stamp !== stamp;
    });
  }

  #waitFor(doubtful: readonly [string, FileState][], now: number): number | undefined {
    const stamp = doubtful.map(([file, state]) => `${file} ${state.stamp}`).join('\n');
    const times = doubtful.map(([, { changedAt }]) => changedAt);
    return this.#quiet.waitMs(stamp, times, now);
  }

  #withSoa<T extends ReadFromFiles>(read: T, written: readonly [string, FileState][]): T {
    const [first] = written;
    if (first === undefined || !this.#believed?.hasSoa || hasSoa(read.records)) return read;
    const problem: Diagnostic = {
      code: 'ZONE_FILE',
      severity: 'error',
      message: 'The file was written in place, and its SOA record is gone',
      file: first[0],
      remedy: 'Write the record again; if it is to be gone, rename a file without it into place, then reload',
    };
    return { ...read, problems: [...read.problems, problem] };
  }
}

function hasSoa(records: ReadFromFiles['records']): boolean {
  for (let record = 0; record < records.size; record++) if (records.type(record) === RRTYPE.SOA) return true;
  return false;
}
