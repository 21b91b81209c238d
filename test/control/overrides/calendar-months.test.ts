/** Events of calendars that come again by months and years (RFC 5545 §3.3.10), and on dates of their own (§3.8.5.2). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTime } from '../../../runtime/control/overrides/window.ts';
import { calendar, event, opens, windowsOf } from './opening-times.ts';

const FOREVER = '1970-01-01T00:00Z';

/** The days on which a rule opens, from its first. */
function days(first: string, rule: string, count = 4, ...more: string[]): string {
  const times = opens(FOREVER, count, `DTSTART:${first}T030000Z`, 'DURATION:PT1H', `RRULE:${rule}`, ...more);
  assert.ok(times.every((time) => time.endsWith('T03:00')));
  return times.map((time) => time.slice(0, 10)).join(' ');
}

test('Months: on their date, on dates that are named, and on dates counted from the end', () => {
  assert.equal(days('20261201', 'FREQ=MONTHLY'), '2026-12-01 2027-01-01 2027-02-01 2027-03-01');
  assert.equal(days('20261201', 'FREQ=MONTHLY;INTERVAL=5'), '2026-12-01 2027-05-01 2027-10-01 2028-03-01');
  const named = 'FREQ=MONTHLY;BYMONTHDAY=15,1,-1;BYMONTH=2,12';
  assert.equal(
    days('20261201', named, 6),
    '2026-12-01 2026-12-15 2026-12-31 2027-02-01 2027-02-15 2027-02-28',
  );
});

test('RFC 5545 §3.3.10: dates that there are not are passed over', () => {
  assert.equal(days('20261231', 'FREQ=MONTHLY'), '2026-12-31 2027-01-31 2027-03-31 2027-05-31');
  assert.equal(days('20920229', 'FREQ=YEARLY'), '2092-02-29 2096-02-29 2104-02-29 2108-02-29');
  assert.equal(days('20270131', 'FREQ=MONTHLY;BYMONTHDAY=-1'), '2027-01-31 2027-02-28 2027-03-31 2027-04-30');
});

test('Weekdays of months: the second Tuesday, the last Friday, each Friday the thirteenth, the last day of work', () => {
  assert.equal(days('20261208', 'FREQ=MONTHLY;BYDAY=2TU'), '2026-12-08 2027-01-12 2027-02-09 2027-03-09');
  assert.equal(days('20261225', 'FREQ=MONTHLY;BYDAY=-1FR'), '2026-12-25 2027-01-29 2027-02-26 2027-03-26');
  assert.equal(days('20261130', 'FREQ=MONTHLY;BYDAY=5MO'), '2026-11-30 2027-03-29 2027-05-31 2027-08-30');
  assert.equal(
    days('20261207', 'FREQ=MONTHLY;BYDAY=1MO,3MO,-1FR'),
    '2026-12-07 2026-12-21 2026-12-25 2027-01-04',
  );
  assert.equal(days('20261202', 'FREQ=MONTHLY;BYDAY=1WE,MO'), '2026-12-02 2026-12-07 2026-12-14 2026-12-21');
  const thirteenth = 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13';
  assert.equal(days('20261113', thirteenth), '2026-11-13 2027-08-13 2028-10-13 2029-04-13');
  const lastWork = 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1';
  assert.equal(days('20261130', lastWork), '2026-11-30 2026-12-31 2027-01-29 2027-02-26');
});

test('Years: on their date, on weekdays of months, and on weekdays of the year', () => {
  assert.equal(days('20261201', 'FREQ=YEARLY;INTERVAL=2'), '2026-12-01 2028-12-01 2030-12-01 2032-12-01');
  assert.equal(days('20261201', 'FREQ=YEARLY;BYMONTH=6,12'), '2026-12-01 2027-06-01 2027-12-01 2028-06-01');
  const thanks = 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH';
  assert.equal(days('20261126', thanks), '2026-11-26 2027-11-25 2028-11-23 2029-11-22');
  // RFC 5545 §3.8.5.3: "every 20th Monday of the year".
  assert.equal(days('19970519', 'FREQ=YEARLY;BYDAY=20MO', 3), '1997-05-19 1998-05-18 1999-05-17');
});

test('COUNT and UNTIL end them, and what EXDATE takes out is counted', () => {
  const without = 'EXDATE:20270112T030000Z';
  assert.equal(days('20261208', 'FREQ=MONTHLY;BYDAY=2TU;COUNT=3', 9, without), '2026-12-08 2027-02-09');
  assert.equal(
    days('20261208', 'FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270209', 9),
    '2026-12-08 2027-01-12 2027-02-09',
  );
  assert.equal(days('20261208', 'FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270209T025959Z', 9), '2026-12-08 2027-01-12');
  assert.equal(days('20261201', 'FREQ=WEEKLY;BYDAY=TU,WE;COUNT=3', 9), '2026-12-01 2026-12-02 2026-12-08');
});

test('By the clocks of their time zone: dates are its own, and times that it skips are an hour later', () => {
  const late = ['DTSTART;TZID=America/New_York:20260131T233000', 'DURATION:PT1H'];
  assert.deepEqual(opens('2026-01-01T00:00Z', 4, ...late, 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'), [
    '2026-02-01T04:30',
    '2026-03-01T04:30',
    '2026-04-01T03:30',
    '2026-05-01T03:30',
  ]);
  const early = ['DTSTART;TZID=Pacific/Auckland:20260201T003000', 'DURATION:PT1H'];
  assert.deepEqual(opens('2026-02-28T11:30Z', 2, ...early, 'RRULE:FREQ=MONTHLY'), [
    '2026-02-28T11:30',
    '2026-03-31T11:30',
  ]);
  const skipped = ['DTSTART;TZID=Europe/Berlin:20260222T023000', 'DURATION:PT10M'];
  assert.deepEqual(opens('2026-03-01T00:00Z', 2, ...skipped, 'RRULE:FREQ=MONTHLY;BYDAY=-1SU;BYMONTH=2,3,4'), [
    '2026-03-29T01:30',
    '2026-04-26T00:30',
  ]);
});

test('A time that goes on is the one that is open, from its beginning until before its end', () => {
  const long = ['DTSTART:20261128T030000Z', 'DURATION:P10D', 'RRULE:FREQ=MONTHLY;BYDAY=-1SA'];
  const [window] = windowsOf(calendar(...event(...long)));
  assert.ok(window !== undefined);
  const begin = (now: string) =>
    new Date(openTime(window, Date.parse(now))?.begins ?? 0).toISOString().slice(0, 10);
  assert.equal(begin('2027-01-05T02:59:59.999Z'), '2026-12-26');
  assert.equal(begin('2027-01-05T03:00Z'), '2027-01-30');
});

test('RDATE adds dates of its own, with a rule and without one, each of them once', () => {
  const begin = ['DTSTART;TZID=Europe/Berlin:20261201T030000', 'DURATION:PT1H'];
  const more = [
    'RDATE;TZID=Europe/Berlin:20261203T040000,20270101T030000',
    'RDATE;TZID=Europe/Berlin:20261203T040000',
  ];
  assert.deepEqual(opens(FOREVER, 9, ...begin, ...more), [
    '2026-12-01T02:00',
    '2026-12-03T03:00',
    '2027-01-01T02:00',
  ]);
  const without = 'EXDATE:20261203T030000Z';
  assert.deepEqual(opens(FOREVER, 9, ...begin, ...more, 'RRULE:FREQ=MONTHLY;COUNT=3', without), [
    '2026-12-01T02:00',
    '2027-01-01T02:00',
    '2027-02-01T02:00',
  ]);
});
