/**
 * Tells a file of records that is being written in place from one that is whole. A file that was renamed into its
 * place is whole, and so is one that has grown; one, written or made at its place, with fewer records than are served, or whose last line has no
 * end, may be half of what it is to be: it waits until it has been quiet. So does a file of a policy that was written in
 * place and is shorter than before: a program that is cut can be a program still. RFC 1035 §5.2 asks that no part of a zone
 * is used whose file does not load as a whole.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type FileState, readStamp } from '../../base/files/file-state.ts';
import { QuietTime } from '../../base/files/quiet-time.ts';
import type { Logger } from '../../base/log.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { PlaceColumns } from '../../zone/place-table.ts';

/** What files yield. */
interface ReadFromFiles {
  readonly records: { readonly size: number; type(record: number): number };
  /** The files, by their shown paths, as they were when they were read. */
  readonly states?: ReadonlyMap<string, FileState>;
  /** The files of the policy: see VersionDraft. */
  readonly sources?: ReadonlyMap<string, string>;
  /** `files`: those that hold records. */
  readonly places: Pick<PlaceColumns, 'files'>;
  /** Files that were not as the scan of the folder had seen them when they were read. */
  readonly misread?: ReadonlySet<string>;
  readonly problems: readonly Diagnostic[];
}

type Doubtful = readonly [file: string, state: Pick<FileState, 'stamp' | 'changedAt'>];

interface Believed {
  readonly states: ReadonlyMap<string, FileState>;
  readonly sources: ReadonlyMap<string, string>;
  readonly records: number;
  readonly hasSoa: boolean;
  /** The files that hold records. */
  readonly files: readonly (string | undefined)[];
}

export class HalfWritten {
  #believed: Believed | undefined;
  readonly #quiet = new QuietTime();
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds until the files may be whole; `undefined` where nothing waits. */
  waitMs: number | undefined;
  /** Files that were written between the scan and their reading, of what was judged last. */
  misread: ReadonlySet<string> = new Set();

  /** Notes what is served. */
  believe({ states = new Map(), sources = new Map(), records, places: { files } }: ReadFromFiles): void {
    this.#believed = { states, sources, records: records.size, hasSoa: hasSoa(records), files };
  }

  /**
   * Judges what was read at `now` (milliseconds since 1970): sets {@link waitMs}, and adds the problems that the SOA
   * is gone, or all records of an included file, where nothing waits any more.
   */
  judge<T extends ReadFromFiles>(read: T, now: number, log: Logger): T {
    this.misread = read.misread ?? new Set();
    const written = this.#writtenInPlace(read);
    // An author should hear at once of a line that is wrong. Such a file replaces nothing.
    const isFaulty = read.problems.some(({ severity, line }) => severity === 'error' && line !== undefined);
    const isLess = read.records.size < (this.#believed?.records ?? 0) && !isFaulty;
    const ofRecords = written.filter(([, { endsLine }]) => isLess || !endsLine);
    const doubtful = [...ofRecords, ...(isRefused(read) ? [] : this.#shortened(read))];
    const wasWaiting = this.waitMs !== undefined;
    this.waitMs = this.#waitFor(doubtful, now);
    if (this.waitMs === undefined) return this.#withIncluded(this.#withSoa(read, written));
    if (!wasWaiting) {
      const ofZone = isLess ? 'has fewer records than are served' : 'does not end in a line end';
      const what = ofRecords.length > 0 ? ofZone : 'is shorter than before';
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

  /** Files that have changed since they were believed, and were not renamed into their places. */
  #writtenInPlace({ states }: ReadFromFiles): [string, FileState][] {
    const believed = this.#believed?.states;
    return [...(states ?? [])].filter(([file, { identity, stamp, isMadeHere }]) => {
      const before = believed?.get(file);
      if (before === undefined) return false;
      return before.identity === identity ? before.stamp !== stamp : isMadeHere === true;
    });
  }

  /** Files of the policy that are shorter than they were when they were believed, and still the same files. */
  #shortened({ sources }: ReadFromFiles): Doubtful[] {
    return [...(sources ?? [])].flatMap(([file, stamp]) => {
      const seen = this.#believed?.sources.get(file);
      if (!seen || stamp === '' || seen === stamp) return [];
      const [before, now] = [readStamp(seen), readStamp(stamp)];
      const isShorter = now.identity === before.identity && now.octets < before.octets;
      return isShorter ? [[file, { stamp, changedAt: now.changedAt }]] : [];
    });
  }

  #waitFor(doubtful: readonly Doubtful[], now: number): number | undefined {
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

  /** A file that is included, and held records that are served, holds some. The first file is the zone's own. */
  #withIncluded<T extends ReadFromFiles>(read: T): T {
    const { states, records, places } = read;
    if (this.#believed === undefined || records.size >= this.#believed.records) return read;
    const [, ...included] = (states ?? new Map()).keys();
    const before = new Set(this.#believed.files);
    const emptied = included.filter((file) => before.has(file) && !places.files.includes(file));
    const problems = emptied.map((file) => withoutRecords(file, 'remove the line that includes it'));
    return emptied.length === 0 ? read : { ...read, problems: [...read.problems, ...problems] };
  }
}

/**
 * The problem that a file holds no record, and what else to do about it. A file that is being written is empty at first;
 * BIND, NSD and Knot refuse such a file as well.
 */
export function withoutRecords(file: string, otherwise: string): Diagnostic {
  return {
    code: 'ZONE_FILE',
    severity: 'error',
    message: 'The file holds no record',
    file,
    remedy: `Write its records, or ${otherwise}; an empty file never replaces records that are served`,
  };
}

/** Whether the policy is refused: it replaces nothing, so its author may hear at once. */
function isRefused({ problems }: ReadFromFiles): boolean {
  return problems.some(({ severity, code }) => severity === 'error' && code !== 'POLICY_SAMPLE');
}

function hasSoa(records: ReadFromFiles['records']): boolean {
  for (let record = 0; record < records.size; record++) if (records.type(record) === RRTYPE.SOA) return true;
  return false;
}
