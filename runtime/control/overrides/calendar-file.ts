/**
 * Reads a calendar (iCalendar, RFC 5545) as windows of maintenance: each VEVENT is one, or more where it comes again on several
 * days of the week. Its targets stand in X-DNSTEER-TARGETS, or in LOCATION, which every calendar program has a field for.
 * What a calendar may say beyond that is refused rather than passed over, where it would move a window.
 */
import { readMoment } from '../../answer/facts/moment-text.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { MOST_TEXT, secondsWritten } from '../../health/overrides/operator-override.ts';
import { readTargetPattern, type TargetPattern } from '../../health/overrides/target-pattern.ts';
import { type CalendarLine, calendarLines, calendarText } from './calendar-lines.ts';
import { type CalendarRule, readCalendarRule } from './calendar-rule.ts';
import { calendarDurationMs, calendarTime, isCalendarDate } from './calendar-times.ts';
import { daysLater, type MaintenanceWindow } from './window.ts';

const MOST_EVENTS = 10_000;
const DAY_MS = 86_400_000;
/** They would give a window other times than those that are read. */
const MOVING = ['RDATE', 'EXRULE', 'RECURRENCE-ID'];

export function isCalendar(text: string): boolean {
  return /^\uFEFF?BEGIN:VCALENDAR\s/i.test(text);
}

/** `shown`: the file as operators know it. All problems are found at once; of a file with a problem nothing counts. */
export function readCalendar(
  text: string,
  shown: string,
): Result<readonly MaintenanceWindow[], readonly Diagnostic[]> {
  const reader = new CalendarReader(shown);
  const windows = reader.read(calendarLines(text));
  return reader.problems.length > 0 ? fail(reader.problems) : ok(windows);
}

type Event = ReadonlyMap<string, CalendarLine>;

class CalendarReader {
  readonly problems: Diagnostic[] = [];
  readonly #file: string;
  /** Of times that say none (X-WR-TIMEZONE). */
  #zone: string | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  read(lines: readonly CalendarLine[] | number): MaintenanceWindow[] {
    if (typeof lines === 'number') {
      this.#refuse(lines, 'This is no line of a calendar: NAME:value');
      return [];
    }
    const last = lines.at(-1);
    if (last?.name !== 'END' || last.value.toUpperCase() !== 'VCALENDAR')
      this.#refuse(last?.line ?? 1, 'The calendar does not end: the file must end with END:VCALENDAR');
    this.#zone = lines.find(({ name }) => name === 'X-WR-TIMEZONE')?.value;
    const events = this.#events(lines);
    if (events.length > MOST_EVENTS) this.#refuse(1, `${MOST_EVENTS} events are the most`);
    return events.slice(0, MOST_EVENTS).flatMap((event) => this.#windows(event));
  }

  /** What stands in other components, such as alarms within an event, is no part of it. */
  #events(lines: readonly CalendarLine[]): Event[] {
    const events: Event[] = [];
    const open: string[] = [];
    let event = new Map<string, CalendarLine>();
    for (const line of lines) {
      const component = line.value.toUpperCase();
      if (line.name === 'BEGIN') {
        open.push(component);
        if (component === 'VEVENT') event = new Map([['BEGIN', line]]);
      } else if (line.name === 'END') {
        if (open.pop() !== component) this.#refuse(line.line, `END:${component} ends nothing that began`);
        else if (component === 'VEVENT') events.push(event);
      } else if (open.at(-1) === 'VEVENT') this.#note(event, line);
    }
    return events;
  }

  #note(event: Map<string, CalendarLine>, line: CalendarLine): void {
    const before = event.get(line.name);
    // Several lines of these are one list.
    const isList = line.name === 'EXDATE' || line.name === 'X-DNSTEER-TARGETS';
    if (before === undefined) event.set(line.name, line);
    else if (isList) event.set(line.name, { ...line, value: `${before.value},${line.value}` });
    else if (line.name === 'RRULE' || line.name === 'DTSTART' || line.name === 'DTEND')
      this.#refuse(line.line, `${line.name} stands twice in one event`);
  }

  #windows(event: Event): MaintenanceWindow[] {
    const at = event.get('BEGIN')?.line ?? 1;
    if (event.get('STATUS')?.value.toUpperCase() === 'CANCELLED') return [];
    for (const name of MOVING)
      if (event.has(name))
        this.#refuse(event.get(name)?.line ?? at, `${name} is not understood; write its event alone`);
    const name =
      short(event.get('SUMMARY') ?? event.get('UID')) ?? this.#refuse(at, 'An event needs a SUMMARY');
    const targets = this.#targets(event, at);
    const how = this.#how(event);
    const begin = event.get('DTSTART');
    if (begin === undefined) return this.#refuse(at, 'An event needs a DTSTART') ?? [];
    const first = this.#moment(begin, begin.value);
    const length = first && this.#length(event, first.at);
    const series = first && this.#series(event, first);
    if (name === undefined || targets.length === 0 || how === undefined || length === undefined) return [];
    if (how.overMs !== undefined && how.overMs > length)
      this.#refuse(at, 'The drain goes on for longer than the event lasts');
    const reason = short(event.get('DESCRIPTION'));
    return (series ?? []).map((times) => {
      if (times.everyDays !== undefined && length >= times.everyDays * DAY_MS)
        this.#refuse(at, 'The event lasts for longer than until it comes again');
      return { name, targets, ...how, ...(reason !== undefined && { reason }), ...times, lengthMs: length };
    });
  }

  #targets(event: Event, at: number): readonly TargetPattern[] {
    const said = event.get('X-DNSTEER-TARGETS') ?? event.get('LOCATION');
    const written = calendarText(said?.value ?? '')
      .split(/[\s,;]+/)
      .filter((one) => one !== '');
    if (written.length === 0)
      this.#refuse(
        said?.line ?? at,
        'An event needs its targets in X-DNSTEER-TARGETS or LOCATION, such as shop.example/eu',
      );
    return written.flatMap((one) => {
      const read = readTargetPattern(one);
      return read.ok ? [read.value] : (this.#refuse(said?.line ?? at, read.problem) ?? []);
    });
  }

  #how(event: Event): Pick<MaintenanceWindow, 'kind' | 'overMs'> | undefined {
    const [does, over] = [event.get('X-DNSTEER-DO'), event.get('X-DNSTEER-OVER')];
    const kind = does?.value.toLowerCase() ?? 'drain';
    if (kind !== 'drain' && kind !== 'down')
      return this.#refuse(does?.line ?? 1, 'X-DNSTEER-DO must be drain or down');
    if (over === undefined) return { kind };
    const seconds = secondsWritten(over.value);
    if (seconds === undefined)
      return this.#refuse(over.line, 'X-DNSTEER-OVER must be a time, such as 90s, 10m, 2h or 3d');
    return kind === 'drain'
      ? { kind, overMs: 1000 * seconds }
      : this.#refuse(over.line, 'Only a drain goes on over time');
  }

  /** RFC 5545 §3.6.1: an event lasts until DTEND or for its DURATION; one of whole days, for one if neither is said. */
  #length(event: Event, begins: number): number | undefined {
    const [end, duration, begin] = [event.get('DTEND'), event.get('DURATION'), event.get('DTSTART')];
    if (duration !== undefined) {
      const length = calendarDurationMs(duration.value);
      return length ?? this.#refuse(duration.line, 'DURATION must be such as PT4H, PT1H30M, P1D or P2W');
    }
    if (end === undefined)
      return isCalendarDate(begin?.value ?? '')
        ? DAY_MS
        : this.#refuse(begin?.line ?? 1, 'An event needs DTEND or DURATION');
    const ends = this.#moment(end, end.value);
    if (ends === undefined) return undefined;
    return ends.at > begins ? ends.at - begins : this.#refuse(end.line, 'DTEND must be after DTSTART');
  }

  #series(event: Event, first: Moment): Times[] | undefined {
    const rule = event.get('RRULE');
    // What is wrong with exceptions is told of an event that comes once as well.
    const except = this.#except(event.get('EXDATE'));
    if (rule === undefined) return except.has(first.at) ? [] : [{ first: first.text, firstAt: first.at }];
    const read = readCalendarRule(
      rule.value,
      (new Date(`${first.text.slice(0, 10)}T00:00Z`).getUTCDay() + 6) % 7,
    );
    if (!read.ok) return this.#refuse(rule.line, read.problem);
    const lastAt = this.#lastAt(rule, read.value, first, event.get('DTSTART'));
    const { everyDays } = read.value;
    return read.value.shifts.map((days) => {
      const begin = daysLater({ first: first.text, firstAt: first.at }, days);
      return {
        ...begin,
        everyDays,
        ...(lastAt !== undefined && { lastAt }),
        ...(except.size > 0 && { except }),
      };
    });
  }

  #lastAt(
    line: CalendarLine,
    { until, count, everyDays }: CalendarRule,
    first: Moment,
    begin?: CalendarLine,
  ) {
    if (count !== undefined)
      return daysLater({ first: first.text, firstAt: first.at }, (count - 1) * everyDays).firstAt;
    if (until === undefined) return undefined;
    // RFC 5545 §3.3.10: a date includes all of its day, by the clocks of DTSTART.
    const last = isCalendarDate(until) ? `${until}T235959` : until;
    return this.#moment({ ...line, parameters: begin?.parameters ?? line.parameters }, last)?.at;
  }

  #except(line: CalendarLine | undefined): ReadonlySet<number> {
    const moments = line?.value.split(',').map((one) => this.#moment(line, one)?.at) ?? [];
    return new Set(moments.filter((at) => at !== undefined));
  }

  #moment({ line, name, parameters }: CalendarLine, written: string): Moment | undefined {
    const time = calendarTime(written);
    if (time === undefined) return this.#refuse(line, `${name} must be such as 20261224T220000Z`);
    const zone = time.isUtc ? 'UTC' : (parameters.get('TZID') ?? this.#zone);
    if (zone === undefined)
      return this.#refuse(
        line,
        `${name} says no time zone: write ${name};TZID=Europe/Berlin:${written.trim()}`,
      );
    const text = `${time.shown} ${zone}`;
    const moment = readMoment(text);
    return moment.ok ? { text, at: moment.value } : this.#refuse(line, moment.problem);
  }

  #refuse(line: number, message: string): undefined {
    this.problems.push({
      code: 'MAINTENANCE_FILE',
      severity: 'error',
      message,
      file: this.#file,
      line,
      column: 1,
    });
  }
}

interface Moment {
  /** As {@link readMoment} reads it. */
  readonly text: string;
  readonly at: number;
}

type Times = Pick<MaintenanceWindow, 'first' | 'firstAt' | 'everyDays' | 'lastAt' | 'except'>;

/** The first line of a text, as far as it has room. */
function short(line: CalendarLine | undefined): string | undefined {
  const [text = ''] = calendarText(line?.value ?? '')
    .trim()
    .split('\n');
  return text === '' ? undefined : text.slice(0, MOST_TEXT);
}
