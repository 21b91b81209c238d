/** Calendars (RFC 5545) as windows of maintenance: what each event comes to, and what is refused on which line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../../../runtime/base/diagnostic.ts';
import { saidBy } from '../../../runtime/control/overrides/window.ts';
import { readWindowFile } from '../../../runtime/control/overrides/window-file.ts';
import { calendar, event, opens, windowsOf } from './opening-times.ts';

test('An event has a name, targets, a time, and what it does', () => {
  const [window, ...others] = windowsOf(
    calendar(
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Berlin',
      'BEGIN:STANDARD',
      'DTSTART:19701025T030000',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:1@example',
      'SUMMARY:new switch\\, at last',
      'X-DNSTEER-TARGETS:*/fra,',
      ' shop.example/eu/192.0.2.0/24',
      'X-DNSTEER-OVER:10m',
      'LOCATION:Frankfurt',
      'DESCRIPTION:ticket 17\\nand more',
      'DTSTART;TZID=Europe/Berlin:20261224T220000',
      'DTEND;TZID="Europe/Berlin":20261225T020000',
      'BEGIN:VALARM',
      'TRIGGER:-PT30M',
      'DESCRIPTION:soon',
      'END:VALARM',
      'END:VEVENT',
    ),
  );
  assert.deepEqual(others, []);
  assert.ok(window !== undefined);
  const { targets, ...rest } = window;
  assert.deepEqual(
    targets.map(({ text }) => text),
    ['*/fra', 'shop.example/eu/192.0.2.0/24'],
  );
  assert.deepEqual(rest, {
    name: 'new switch, at last',
    kind: 'drain',
    overMs: 600_000,
    reason: 'ticket 17',
    first: '2026-12-24 22:00:00 Europe/Berlin',
    firstAt: Date.parse('2026-12-24T21:00Z'),
    lengthMs: 14_400_000,
  });
  const [said] = saidBy(window, Date.parse('2026-12-24T22:00Z'));
  assert.equal(said?.override.expires, Date.parse('2026-12-25T01:00Z'));
});

test('LOCATION names targets where nothing else does, and X-DNSTEER-DO says what is done', () => {
  const [window] = windowsOf(
    calendar(
      'BEGIN:VEVENT',
      'UID:patches',
      'LOCATION:shop.example/eu\\, */iad',
      'X-DNSTEER-DO:down',
      'DTSTART:20261201T030000Z',
      'DURATION:PT1H30M',
      'END:VEVENT',
    ),
  );
  assert.equal(window?.name, 'patches');
  assert.equal(window?.kind, 'down');
  assert.equal(window?.lengthMs, 5_400_000);
  assert.deepEqual(
    window?.targets.map(({ text }) => text),
    ['shop.example/eu', '*/iad'],
  );
});

test('An event of whole days lasts for one, in the time zone of the calendar', () => {
  const [window] = windowsOf(
    calendar('X-WR-TIMEZONE:America/New_York', ...event('DTSTART;VALUE=DATE:20261201')),
  );
  assert.equal(window?.firstAt, Date.parse('2026-12-01T05:00Z'));
  assert.equal(window?.lengthMs, 86_400_000);
});

test('An event that is cancelled is none, and a calendar may be without one', () => {
  assert.deepEqual(windowsOf(calendar(...event('STATUS:CANCELLED'))), []);
  assert.deepEqual(windowsOf(calendar()), []);
});

test('Events come again by days, by the clocks of their time zone', () => {
  const begin = ['DTSTART;TZID=Europe/Berlin:20261024T020000', 'DURATION:PT1H'];
  assert.deepEqual(opens('2026-10-24T00:00Z', 3, ...begin, 'RRULE:FREQ=DAILY'), [
    '2026-10-24T00:00',
    '2026-10-25T00:00',
    '2026-10-26T01:00',
  ]);
  assert.deepEqual(opens('2026-10-01T00:00Z', 9, ...begin, 'RRULE:FREQ=DAILY;INTERVAL=10;COUNT=3'), [
    '2026-10-24T00:00',
    '2026-11-03T01:00',
    '2026-11-13T01:00',
  ]);
  assert.deepEqual(opens('2026-10-01T00:00Z', 9, ...begin, 'RRULE:FREQ=DAILY;UNTIL=20261026'), [
    '2026-10-24T00:00',
    '2026-10-25T00:00',
    '2026-10-26T01:00',
  ]);
});

test('Events come again by weeks and their days, but for those that are taken out', () => {
  const begin = ['DTSTART:20261201T030000Z', 'DURATION:PT1H'];
  assert.deepEqual(opens('2026-12-01T00:00Z', 4, ...begin, 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,TH'), [
    '2026-12-01T03:00',
    '2026-12-03T03:00',
    '2026-12-07T03:00',
    '2026-12-08T03:00',
  ]);
  // RFC 5545 §3.3.10: which weeks count depends on the day on which weeks begin.
  const weekly = 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU';
  assert.deepEqual(opens('2026-12-01T00:00Z', 4, ...begin, `RRULE:${weekly};WKST=MO`), [
    '2026-12-01T03:00',
    '2026-12-06T03:00',
    '2026-12-15T03:00',
    '2026-12-20T03:00',
  ]);
  assert.deepEqual(opens('2026-12-01T00:00Z', 4, ...begin, `RRULE:${weekly};WKST=SU`), [
    '2026-12-01T03:00',
    '2026-12-13T03:00',
    '2026-12-15T03:00',
    '2026-12-27T03:00',
  ]);
  const without = ['EXDATE:20261208T030000Z,20261215T030000Z', 'EXDATE:20261229T030000Z'];
  assert.deepEqual(opens('2026-12-01T00:00Z', 3, ...begin, 'RRULE:FREQ=WEEKLY', ...without), [
    '2026-12-01T03:00',
    '2026-12-22T03:00',
    '2027-01-05T03:00',
  ]);
});

const TIME = ['DTSTART:20261201T030000Z', 'DURATION:PT1H'];
const REFUSED: readonly (readonly [lines: string[], problem: string])[] = [
  [[...event(...TIME), 'nonsense'], 'f.ics:9:1: error: This is no line of a calendar'],
  [
    ['BEGIN:VEVENT', ...TIME, 'SUMMARY:a', 'END:VEVENT'],
    'f.ics:3:1: error: An event needs its targets in X-DNSTEER-TARGETS or LOCATION',
  ],
  [['BEGIN:VEVENT', ...TIME, 'LOCATION:a/b', 'END:VEVENT'], 'f.ics:3:1: error: An event needs a SUMMARY'],
  [
    ['BEGIN:VEVENT', ...TIME, 'SUMMARY:a', 'LOCATION:Frankfurt', 'END:VEVENT'],
    'f.ics:7:1: error: "Frankfurt" is no target',
  ],
  [event('DURATION:PT1H'), 'f.ics:3:1: error: An event needs a DTSTART'],
  [event('DTSTART:20261201T030000Z'), 'f.ics:6:1: error: An event needs DTEND or DURATION'],
  [
    event('DTSTART:20261201T030000', 'DURATION:PT1H'),
    'f.ics:6:1: error: DTSTART says no time zone: write DTSTART;TZID=Europe/Berlin:20261201T030000',
  ],
  [
    event('DTSTART;TZID=W. Europe Standard Time:20261201T030000', 'DURATION:PT1H'),
    'f.ics:6:1: error: "2026-12-01 03:00:00 W. Europe Standard Time" is no moment',
  ],
  [
    event('DTSTART:20260230T030000Z', 'DURATION:PT1H'),
    'f.ics:6:1: error: "2026-02-30 03:00:00 UTC" is no moment',
  ],
  [event('DTSTART:tomorrow', 'DURATION:PT1H'), 'f.ics:6:1: error: DTSTART must be such as 20261224T220000Z'],
  [event(TIME[0] ?? '', 'DURATION:P0D'), 'f.ics:7:1: error: DURATION must be such as PT4H'],
  [event(TIME[0] ?? '', 'DTEND:20261201T030000Z'), 'f.ics:7:1: error: DTEND must be after DTSTART'],
  [event(...TIME, ...TIME), 'f.ics:8:1: error: DTSTART stands twice in one event'],
  [event(...TIME, 'X-DNSTEER-DO:up'), 'f.ics:8:1: error: X-DNSTEER-DO must be drain or down'],
  [event(...TIME, 'X-DNSTEER-OVER:soon'), 'f.ics:8:1: error: X-DNSTEER-OVER must be a time'],
  [
    event(...TIME, 'X-DNSTEER-OVER:2h'),
    'f.ics:3:1: error: The drain goes on for longer than the event lasts',
  ],
  [
    event(...TIME, 'X-DNSTEER-DO:down', 'X-DNSTEER-OVER:1m'),
    'f.ics:9:1: error: Only a drain goes on over time',
  ],
  [
    event(...TIME, 'RECURRENCE-ID:20261202T030000Z'),
    'f.ics:8:1: error: RECURRENCE-ID is not understood; write its event alone',
  ],
  [event(...TIME, 'RDATE;VALUE=DATE:20261202'), 'f.ics:8:1: error: RDATE must be times, as DTSTART is'],
  [
    event(...TIME, 'RDATE;VALUE=PERIOD:20261202T030000Z/PT1H'),
    'f.ics:8:1: error: RDATE must be such as 20261224T220000Z',
  ],
  [
    event(...TIME, 'RDATE;TZID=Europe/Berlin:20261202T030000', 'RDATE;TZID=Asia/Tokyo:20261203T030000'),
    'f.ics:9:1: error: All RDATE of one event must be of one time zone',
  ],
  [
    event(...TIME, 'RRULE:FREQ=HOURLY'),
    'f.ics:8:1: error: RRULE must be FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; write the windows one by one',
  ],
  ...(
    [
      ['FREQ=MONTHLY;BYDAY=2TU', 'DTSTART must be on a day of its RRULE'],
      ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'DTSTART must be on a day of its RRULE'],
      ['FREQ=MONTHLY;BYDAY=6TU', 'BYDAY must be days of the week here, such as MO, 2TU or -1FR'],
      ['FREQ=MONTHLY;BYDAY=0TU', 'BYDAY must be days of the week here, such as MO, 2TU or -1FR'],
      ['FREQ=MONTHLY;BYDAY=TUE', 'BYDAY must be days of the week here, such as MO, 2TU or -1FR'],
      [
        'FREQ=YEARLY;BYDAY=54TU',
        'BYDAY must be days of the week here, such as MO, 2TU or -1FR, with numbers up to 53',
      ],
      ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY must be numbers from 1 to 31, or from -1 to -31'],
      ['FREQ=MONTHLY;BYMONTHDAY=1,', 'BYMONTHDAY must be numbers from 1 to 31, or from -1 to -31'],
      ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH must be numbers from 1 to 12'],
      ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH'],
      ['FREQ=MONTHLY;INTERVAL=121', 'RRULE must come again within 10 years'],
      ['FREQ=YEARLY;INTERVAL=11', 'RRULE must come again within 10 years'],
      ['FREQ=MONTHLY;COUNT=121', 'COUNT must be from 1 to 120'],
      ['FREQ=MONTHLY;WKST=XX', 'WKST must be a day of the week'],
      ['FREQ=YEARLY;BYYEARDAY=335', 'RRULE may not have "BYYEARDAY" here, with FREQ=YEARLY; write'],
      ['FREQ=YEARLY;BYWEEKNO=49', 'RRULE may not have "BYWEEKNO" here, with FREQ=YEARLY; write'],
      ['FREQ=WEEKLY;BYDAY=TU;BYSETPOS=1', 'RRULE may not have "BYSETPOS" here, with FREQ=WEEKLY; write'],
      ['FREQ=DAILY;BYMONTH=12', 'RRULE may not have "BYMONTH" here, with FREQ=DAILY; write'],
    ] as const
  ).map(([rule, problem]) => [event(...TIME, `RRULE:${rule}`), `f.ics:8:1: error: ${problem}`] as const),
  [
    event(TIME[0] ?? '', 'DURATION:P28D', 'RRULE:FREQ=MONTHLY'),
    'f.ics:3:1: error: The event lasts for longer than until it comes again',
  ],
  [event(...TIME, 'RRULE:FREQ=DAILY;BYHOUR=3'), 'f.ics:8:1: error: RRULE may not have "BYHOUR" here'],
  [event(...TIME, 'RRULE:FREQ=WEEKLY;BYDAY=MO'), 'f.ics:8:1: error: DTSTART must be on a day of BYDAY'],
  [
    event(...TIME, 'RRULE:FREQ=WEEKLY;BYDAY=1TU'),
    'f.ics:8:1: error: BYDAY must be days of the week here, such as MO,TH',
  ],
  [event(...TIME, 'RRULE:FREQ=DAILY;COUNT=0'), 'f.ics:8:1: error: COUNT must be from 1'],
  [event(...TIME, 'RRULE:FREQ=DAILY;COUNT=1e3'), 'f.ics:8:1: error: COUNT must be from 1'],
  [event(...TIME, 'RRULE:FREQ=DAILY;COUNT=Infinity'), 'f.ics:8:1: error: COUNT must be from 1'],
  [
    event(...TIME, 'RRULE:FREQ=DAILY;INTERVAL=0x2'),
    'f.ics:8:1: error: RRULE must come again within 366 days',
  ],
  [event(...TIME, 'RRULE:FREQ=DAILY;FREQ=WEEKLY'), 'f.ics:8:1: error: RRULE has a part that stands twice'],
  [event(...TIME, 'EXDATE:NaN'), 'f.ics:8:1: error: EXDATE must be such as 20261224T220000Z'],
  [
    event(...TIME, 'RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101'),
    'f.ics:8:1: error: RRULE has either COUNT or UNTIL',
  ],
  [event(...TIME, 'RRULE:FREQ=DAILY;INTERVAL=0'), 'f.ics:8:1: error: RRULE must come again within 366 days'],
  [
    event(TIME[0] ?? '', 'DURATION:P1D', 'RRULE:FREQ=DAILY'),
    'f.ics:3:1: error: The event lasts for longer than until it comes again',
  ],
  [[...event(...TIME), 'END:VEVENT'], 'f.ics:9:1: error: END:VEVENT ends nothing that began'],
];

for (const [lines, problem] of REFUSED)
  test(`Refused: ${problem}`, () => {
    const read = readWindowFile(calendar(...lines), 'f.ics');
    assert.ok(!read.ok);
    const told = read.problem.map(formatDiagnostic).join('\n');
    assert.ok(told.startsWith(problem), told);
    assert.ok(read.problem.every(({ code }) => code === 'MAINTENANCE_FILE'));
  });

test('A calendar that is written halfway is refused', () => {
  const whole = calendar(...event(...TIME));
  const read = readWindowFile(whole.slice(0, -'END:VCALENDAR\r\n'.length), 'f.ics');
  assert.ok(!read.ok);
  assert.match(read.problem.map(formatDiagnostic).join('\n'), /must end with END:VCALENDAR/);
});
