/** The events of a calendar (RFC 5545 §3.6.1), each as its lines by their names. */
import type { CalendarLine } from './calendar-lines.ts';

export type CalendarEvent = ReadonlyMap<string, CalendarLine>;

/** Several lines of these are one list. */
const LISTS = ['EXDATE', 'RDATE', 'X-DNSTEER-TARGETS'];
const ONCE = ['RRULE', 'DTSTART', 'DTEND'];

/** What stands in other components, such as alarms within an event, is no part of it. */
export function calendarEvents(
  lines: readonly CalendarLine[],
  refuse: (line: number, message: string) => void,
): CalendarEvent[] {
  const events: CalendarEvent[] = [];
  const open: string[] = [];
  let event = new Map<string, CalendarLine>();
  for (const line of lines) {
    const component = line.value.toUpperCase();
    if (line.name === 'BEGIN') {
      open.push(component);
      if (component === 'VEVENT') event = new Map([['BEGIN', line]]);
    } else if (line.name === 'END') {
      if (open.pop() !== component) refuse(line.line, `END:${component} ends nothing that began`);
      else if (component === 'VEVENT') events.push(event);
    } else if (open.at(-1) === 'VEVENT') {
      const problem = note(event, line);
      if (problem !== undefined) refuse(line.line, problem);
    }
  }
  return events;
}

function note(event: Map<string, CalendarLine>, line: CalendarLine): string | undefined {
  const { name, value, parameters } = line;
  const before = event.get(name);
  if (before === undefined) event.set(name, line);
  else if (LISTS.includes(name)) {
    if (before.parameters.get('TZID') !== parameters.get('TZID'))
      return `All ${name} of one event must be of one time zone`;
    event.set(name, { ...before, value: `${before.value},${value}` });
  } else if (ONCE.includes(name)) return `${name} stands twice in one event`;
  return undefined;
}
