/**
 * Reads the file of windows of maintenance, in YAML or as a calendar (calendar-file.ts). All of its problems are found at once, each at its line; of a file
 * with a problem nothing counts.
 */
import { readMoment } from '../../answer/facts/moment-text.ts';
import { type Fields, isFields, isWhole } from '../../base/data-reader.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { suggest } from '../../base/suggest.ts';
import { type ConfigFile, parseConfigFile } from '../../config/file.ts';
import { MOST_TEXT, secondsWritten } from '../../health/overrides/operator-override.ts';
import { readTargetPattern, type TargetPattern } from '../../health/overrides/target-pattern.ts';
import { isCalendar, readCalendar } from './calendar-file.ts';
import type { MaintenanceWindow } from './window.ts';

type Path = readonly PropertyKey[];
type Sites = ReadonlyMap<string, readonly TargetPattern[]>;

const MOST_WINDOWS = 10_000;
/** Characters, some 4000 windows: more would hold control up, and with it all probes, for seconds while it is parsed. */
const MOST_YAML = 256 * 1024;
const MOST_DAYS = 366;
const KEYS = ['sites', 'windows'];
const WINDOW_KEYS = [
  'name',
  'site',
  'zone',
  'pool',
  'targets',
  'from',
  'until',
  'for',
  'every',
  'do',
  'over',
  'reason',
];

/** `shown`: the file as operators know it. */
export function readWindowFile(
  text: string,
  shown: string,
): Result<readonly MaintenanceWindow[], readonly Diagnostic[]> {
  if (isCalendar(text)) return readCalendar(text, shown);
  if (text.length > MOST_YAML) {
    const message = `A file of windows in YAML has ${MOST_YAML / 1024} KiB at most; this one has ${Math.ceil(text.length / 1024)}`;
    const remedy = 'Leave out windows that are over, or write a calendar (iCalendar), which may be longer';
    return fail([
      { code: 'MAINTENANCE_FILE', severity: 'error', message, remedy, file: shown, line: 1, column: 1 },
    ]);
  }
  try {
    const parsed = parseConfigFile(text, shown);
    if (!parsed.ok) return fail(parsed.problem.map((problem) => ({ ...problem, code: 'MAINTENANCE_FILE' })));
    const reader = new WindowReader(parsed.value);
    const windows = reader.read();
    return reader.problems.length > 0 ? fail(reader.problems) : ok(windows);
  } catch (error) {
    // The parser throws at aliases that multiply, and at depths beyond its stack.
    const why = error instanceof Error ? error.message : '';
    return fail([
      { code: 'MAINTENANCE_FILE', severity: 'error', message: `Cannot be read: ${why}`, file: shown },
    ]);
  }
}

class WindowReader {
  readonly problems: Diagnostic[] = [];
  readonly #file: ConfigFile;

  constructor(file: ConfigFile) {
    this.#file = file;
  }

  read(): MaintenanceWindow[] {
    const { data } = this.#file;
    if (!isFields(data)) {
      this.#refuse([], 'The file must hold "windows", and may hold "sites"');
      return [];
    }
    this.#refuseUnknown(data, [], KEYS);
    const sites = this.#sites(data.sites);
    if (!Array.isArray(data.windows)) {
      this.#refuse(['windows'], '"windows" must be a list; one without a window is written []');
      return [];
    }
    if (data.windows.length > MOST_WINDOWS) {
      this.#refuse(['windows'], `${MOST_WINDOWS} windows are the most`);
      return [];
    }
    const windows = data.windows.map((one: unknown, index) => this.#window(one, ['windows', index], sites));
    return windows.filter((window) => window !== undefined);
  }

  #sites(data: unknown): Sites {
    const sites = new Map<string, readonly TargetPattern[]>();
    if (data === undefined) return sites;
    if (!isFields(data)) {
      this.#refuse(['sites'], '"sites" must be a mapping from names to lists of targets');
      return sites;
    }
    for (const [name, list] of Object.entries(data)) sites.set(name, this.#patterns(list, ['sites', name]));
    return sites;
  }

  #window(data: unknown, path: Path, sites: Sites): MaintenanceWindow | undefined {
    if (!isFields(data)) return this.#refuse(path, 'A window must be a mapping');
    this.#refuseUnknown(data, path, WINDOW_KEYS);
    const name = this.#text(data, path, 'name') ?? this.#refuse(path, 'A window needs a "name"');
    const targets = this.#targets(data, path, sites);
    const time = this.#time(data, path);
    const kind = data.do ?? 'drain';
    if (kind !== 'drain' && kind !== 'down')
      return this.#refuse([...path, 'do'], '"do" must be drain or down');
    const over = this.#seconds(data, path, 'over');
    if (over !== undefined && kind === 'down')
      this.#refuse([...path, 'over'], 'Only a drain goes on over time');
    if (over !== undefined && time !== undefined && 1000 * over > time.lengthMs)
      this.#refuse([...path, 'over'], 'The drain goes on for longer than the window is open');
    const reason = this.#text(data, path, 'reason');
    if (name === undefined || targets.length === 0 || time === undefined) return undefined;
    return {
      name,
      targets,
      kind,
      ...(over !== undefined && { overMs: 1000 * over }),
      ...(reason !== undefined && { reason }),
      ...time,
    };
  }

  #targets(data: Fields, path: Path, sites: Sites): readonly TargetPattern[] {
    const { site, zone, pool, targets } = data;
    const isNamed = zone !== undefined || pool !== undefined;
    if (Number(site !== undefined) + Number(isNamed) + Number(targets !== undefined) !== 1) {
      this.#refuse(path, 'A window is of a "site", of "targets", or of a "zone", a "pool" or both');
      return [];
    }
    if (targets !== undefined) return this.#patterns(targets, [...path, 'targets']);
    if (site !== undefined) {
      const known = sites.get(plain(site));
      if (known !== undefined) return known;
      const near = suggest(plain(site), sites.keys());
      const meant = near === undefined ? '' : `; did you mean "${near}"?`;
      this.#refuse([...path, 'site'], `"sites" has no "${plain(site)}"${meant}`);
      return [];
    }
    const at = zone === undefined ? 'pool' : 'zone';
    return this.#pattern(`${plain(zone ?? '*')}/${plain(pool ?? '*')}`, [...path, at]);
  }

  #patterns(data: unknown, path: Path): readonly TargetPattern[] {
    if (Array.isArray(data) && data.length > 0)
      return data.flatMap((one: unknown, index) => this.#pattern(one, [...path, index]));
    this.#refuse(path, 'Must be a list of targets, such as ["*/fra", "shop.example/eu/192.0.2.0/24"]');
    return [];
  }

  #pattern(data: unknown, path: Path): readonly TargetPattern[] {
    const read = readTargetPattern(plain(data));
    if (read.ok) return [read.value];
    this.#refuse(path, read.problem);
    return [];
  }

  #time(
    data: Fields,
    path: Path,
  ): Pick<MaintenanceWindow, 'first' | 'firstAt' | 'lengthMs' | 'everyDays'> | undefined {
    const first = this.#text(data, path, 'from') ?? this.#refuse(path, 'A window needs a "from"');
    const firstAt = first === undefined ? undefined : this.#moment(first, [...path, 'from']);
    const length = this.#length(data, path, firstAt);
    const everyDays = this.#every(data, path);
    if (first === undefined || firstAt === undefined || length === undefined) return undefined;
    if (everyDays !== undefined && length >= everyDays * 86_400_000)
      return this.#refuse([...path, 'every'], 'The window is open for longer than until it opens again');
    return { first, firstAt, lengthMs: length, ...(everyDays !== undefined && { everyDays }) };
  }

  #length(data: Fields, path: Path, firstAt: number | undefined): number | undefined {
    if ((data.until === undefined) === (data.for === undefined))
      return this.#refuse(path, 'A window needs either "until" or "for"');
    if (data.for !== undefined) {
      const seconds = this.#seconds(data, path, 'for');
      return seconds === undefined ? undefined : 1000 * seconds;
    }
    const written = this.#text(data, path, 'until');
    const until = written === undefined ? undefined : this.#moment(written, [...path, 'until']);
    if (until === undefined || firstAt === undefined) return undefined;
    return until > firstAt
      ? until - firstAt
      : this.#refuse([...path, 'until'], '"until" must be after "from"');
  }

  #every(data: Fields, path: Path): number | undefined {
    if (data.every === undefined) return undefined;
    const [, digits = ''] = /^(\d{1,3})d$/.exec(plain(data.every)) ?? [];
    return isWhole(Number(digits || Number.NaN), 1, MOST_DAYS)
      ? Number(digits)
      : this.#refuse([...path, 'every'], `"every" must be a number of days, such as 7d, up to ${MOST_DAYS}d`);
  }

  #moment(written: string, path: Path): number | undefined {
    const moment = readMoment(written);
    return moment.ok ? moment.value : this.#refuse(path, moment.problem);
  }

  #seconds(data: Fields, path: Path, key: string): number | undefined {
    if (data[key] === undefined) return undefined;
    return (
      secondsWritten(plain(data[key])) ??
      this.#refuse([...path, key], `"${key}" must be a time, such as 90s, 10m, 2h or 3d, up to 366d`)
    );
  }

  #text(data: Fields, path: Path, key: string): string | undefined {
    const value = data[key];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '' && value.length <= MOST_TEXT) return value;
    return this.#refuse([...path, key], `"${key}" must be a text of up to ${MOST_TEXT} characters`);
  }

  #refuseUnknown(data: Fields, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(data)) {
      if (known.includes(key)) continue;
      const near = suggest(key, known);
      const remedy = near === undefined ? `Known here: ${known.join(', ')}` : `Did you mean "${near}"?`;
      this.#add({ message: `Unknown key "${key}"`, remedy, ...this.#file.placeOfKey([...path, key]) });
    }
  }

  #refuse(path: Path, message: string): undefined {
    this.#add({ message, ...this.#file.placeOf(path) });
  }

  #add(problem: Omit<Diagnostic, 'code' | 'severity'>): void {
    this.problems.push({ code: 'MAINTENANCE_FILE', severity: 'error', ...problem });
  }
}

/** A text, or a number as it is written; nothing else can be meant. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
