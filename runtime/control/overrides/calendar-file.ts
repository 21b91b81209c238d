/**
 * Reads a calendar (iCalendar, RFC 5545) as windows of maintenance: each VEVENT is one, or more where it comes again on several
 * days of the week, or at times of their own (RDATE). Its targets stand in X-DNSTEER-TARGETS, or in LOCATION, which every calendar program has a field for.
 * What a calendar may say beyond that is refused rather than passed over, where it would move a window.
 */
import { readMoment } from '../../answer/facts/moment-text.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { MOST_TEXT, secondsWritten } from '../../health/overrides/operator-override.ts';
import { readTargetPattern, type TargetPattern } from '../../health/overrides/target-pattern.ts';
import { type CalendarEvent, calendarEvents } from './calendar-events.ts';
import { type CalendarLine, calendarLines, calendarText } from './calendar-lines.ts';
import { readCalendarRule } from './calendar-rule.ts';
import { type CalendarTimes, lastCounted, leastTurnMs, timesByRule } from './calendar-series.ts';
import { calendarDurationMs, calendarTime, isCalendarDate } from './calendar-times.ts';
import { firstDay, type MaintenanceWindow, opensAt, type WindowBegin } from './window.ts';

const MOST_EVENTS = 10_000;
const DAY_MS = 86_400_000;
/** They would give a window other times than those that are read. */
const MOVING = ['EXRULE', 'RECURRENCE-ID'];

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
    const events = calendarEvents(lines, (line, message) => this.#refuse(line, message));
    if (events.length > MOST_EVENTS) this.#refuse(1, `${MOST_EVENTS} events are the most`);
    return events.slice(0, MOST_EVENTS).flatMap((event) => this.#windows(event));
  }

  #windows(event: CalendarEvent): MaintenanceWindow[] {
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
    const length = first && this.#length(event, first.firstAt);
    const series = first && this.#series(event, first, length ?? 0);
    if (name === undefined || targets.length === 0 || how === undefined || length === undefined) return [];
    if (how.overMs !== undefined && how.overMs > length)
      this.#refuse(at, 'The drain goes on for longer than the event lasts');
    const reason = short(event.get('DESCRIPTION'));
    return (series ?? []).map((times) => {
      if (length >= leastTurnMs(times))
        this.#refuse(at, 'The event lasts for longer than until it comes again');
      return { name, targets, ...how, ...(reason !== undefined && { reason }), ...times, lengthMs: length };
    });
  }

  #targets(event: CalendarEvent, at: number): readonly TargetPattern[] {
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

  #how(event: CalendarEvent): Pick<MaintenanceWindow, 'kind' | 'overMs'> | undefined {
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
  #length(event: CalendarEvent, begins: number): number | undefined {
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
    return ends.firstAt > begins
      ? ends.firstAt - begins
      : this.#refuse(end.line, 'DTEND must be after DTSTART');
  }

  /** RFC 5545 §3.8.5: the times of the rule and those of RDATE, but for those of EXDATE. */
  #series(event: CalendarEvent, first: WindowBegin, lengthMs: number): CalendarTimes[] {
    // What is wrong with exceptions is told of an event that comes once as well.
    const except = new Set(this.#moments(event.get('EXDATE')).map(({ firstAt }) => firstAt));
    const ruled = this.#ruled(event, first).map((times) => (except.size > 0 ? { ...times, except } : times));
    const added = new Map(this.#added(event).map((moment) => [moment.firstAt, moment]));
    const more = Array.from(added.values()).filter(
      ({ firstAt }) => !ruled.some((times) => opensAt({ ...times, lengthMs }, firstAt)),
    );
    return [...ruled, ...more].filter(
      (times) => leastTurnMs(times) < Number.POSITIVE_INFINITY || !except.has(times.firstAt),
    );
  }

  #ruled(event: CalendarEvent, begin: WindowBegin): CalendarTimes[] {
    const rule = event.get('RRULE');
    if (rule === undefined) return [begin];
    const read = readCalendarRule(rule.value, firstDay(begin.first));
    if (!read.ok) return this.#refuse(rule.line, read.problem) ?? [];
    const { count, until } = read.value;
    const lastAt =
      count === undefined
        ? this.#until(rule, until, event.get('DTSTART'))
        : lastCounted(read.value, count, begin);
    return timesByRule(read.value, begin).map((times) =>
      lastAt === undefined ? times : { ...times, lastAt },
    );
  }

  #until(line: CalendarLine, until: string | undefined, begin?: CalendarLine): number | undefined {
    if (until === undefined) return undefined;
    // RFC 5545 §3.3.10: a date includes all of its day, by the clocks of DTSTART.
    const ofUtc = calendarTime(begin?.value ?? '')?.isUtc === true ? 'Z' : '';
    const last = isCalendarDate(until) ? `${until}T235959${ofUtc}` : until;
    return this.#moment({ ...line, parameters: begin?.parameters ?? line.parameters }, last)?.firstAt;
  }

  #added(event: CalendarEvent): WindowBegin[] {
    const [dates, begin] = [event.get('RDATE'), event.get('DTSTART')];
    if (dates === undefined) return [];
    const isDate = isCalendarDate(begin?.value ?? '');
    if (dates.value.split(',').every((one) => isCalendarDate(one) === isDate)) return this.#moments(dates);
    return this.#refuse(dates.line, `RDATE must be ${isDate ? 'dates' : 'times'}, as DTSTART is`) ?? [];
  }

  #moments(line: CalendarLine | undefined): WindowBegin[] {
    const moments = line?.value.split(',').map((one) => this.#moment(line, one)) ?? [];
    return moments.filter((moment) => moment !== undefined);
  }

  #moment({ line, name, parameters }: CalendarLine, written: string): WindowBegin | undefined {
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
    return moment.ok ? { first: text, firstAt: moment.value } : this.#refuse(line, moment.problem);
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

/** The first line of a text, as far as it has room. */
function short(line: CalendarLine | undefined): string | undefined {
  const [text = ''] = calendarText(line?.value ?? '')
    .trim()
    .split('\n');
  return text === '' ? undefined : text.slice(0, MOST_TEXT);
}
