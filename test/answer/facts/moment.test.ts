/** The parts of the present, in UTC and on any clock. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { TIME_PARTS } from '../../../runtime/answer/facts/fact.ts';
import { Moment } from '../../../runtime/answer/facts/moment.ts';

const moment = new Moment();

function partsAt(iso: string, timeZone?: string): string {
  return TIME_PARTS.map((part) => moment.part(timeZone, part, Date.parse(iso))).join(' ');
}

/** As Intl names a zone, which depends on the age of its data. */
function nameOf(timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
}

/** Moment and zone → year, month, day, weekday, hour, minute, date. */
const CLOCKS: readonly (readonly [iso: string, timeZone: string | undefined, parts: string])[] = [
  ['2026-11-23T07:05:59.999Z', undefined, '2026 11 23 1 7 5 2026-11-23'],
  ['2026-11-22T23:59:00Z', undefined, '2026 11 22 7 23 59 2026-11-22'],
  ['2024-02-29T12:00:00Z', 'UTC', '2024 2 29 4 12 0 2024-02-29'],
  // Half hours and quarters.
  ['2026-11-23T18:30:00Z', nameOf('Asia/Kolkata'), '2026 11 24 2 0 0 2026-11-24'],
  ['2026-11-23T18:15:00Z', nameOf('Asia/Kathmandu'), '2026 11 24 2 0 0 2026-11-24'],
  ['2026-11-23T18:15:00Z', '+05:45', '2026 11 24 2 0 0 2026-11-24'],
  ['2026-11-24T00:15:00Z', '-00:30', '2026 11 23 1 23 45 2026-11-23'],
  ['2026-11-23T18:15:00Z', 'Etc/GMT+5', '2026 11 23 1 13 15 2026-11-23'],
  // Clocks were once changed a minute after midnight.
  ['2011-03-31T22:00:30Z', 'Asia/Hebron', '2011 4 1 5 0 0 2011-04-01'],
  ['2011-03-31T22:01:30Z', 'Asia/Hebron', '2011 4 1 5 1 1 2011-04-01'],
  // Midnight is hour 0, never 24.
  ['2026-11-23T05:00:00Z', 'America/New_York', '2026 11 23 1 0 0 2026-11-23'],
  ['2026-12-31T11:00:00Z', 'Pacific/Auckland', '2027 1 1 5 0 0 2027-01-01'],
  // The hour that does not exist, and the one that comes twice.
  ['2026-03-29T00:59:00Z', 'Europe/Berlin', '2026 3 29 7 1 59 2026-03-29'],
  ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026 3 29 7 3 0 2026-03-29'],
  ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026 10 25 7 2 30 2026-10-25'],
  ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026 10 25 7 2 30 2026-10-25'],
];

for (const [iso, timeZone, parts] of CLOCKS) {
  test(`${iso} in ${timeZone ?? 'no zone'} is ${parts}`, () => assert.equal(partsAt(iso, timeZone), parts));
}

test('A zone has one name, and no time under others', () => {
  for (const name of ['europe/berlin', 'Europe/BERLIN', '+0545', '+5:45', '+24:00', '', 'utc', 'Z']) {
    assert.equal(moment.part(name, 'hour', 0), undefined, name);
  }
});

test('There are as many entries as zones were asked for, whatever else was', () => {
  const some = new Moment();
  for (let index = 0; index < 10_000; index += 1) {
    some.part(`Europe/Berlin${index}`, 'hour', index);
    some.part(index % 2 === 0 ? 'Europe/Berlin' : '+01:00', 'hour', index);
  }
  assert.equal(some.size, 2);
});

test('Of many zones at once few are looked up; the others are not known for a moment, and all of them soon', () => {
  const some = new Moment();
  const zones = Intl.supportedValuesOf('timeZone');
  let now = Date.UTC(2026, 10, 23);
  const knownNow = (): number => zones.filter((zone) => some.part(zone, 'hour', now) !== undefined).length;
  for (let known = 8; known < zones.length; known += 8) {
    assert.equal(knownNow(), known);
    assert.equal(knownNow(), known, 'however often they are asked for');
    now += 8;
  }
  assert.equal(knownNow(), zones.length);
  now += 86_400_000;
  assert.equal(knownNow(), 8, 'each is looked up anew after a day');
});

test('A zone nobody knows has no time', () => {
  assert.equal(moment.part('Europe/Atlantis', 'hour', 0), undefined);
  assert.equal(moment.part('Europe/Atlantis', 'hour', 60_000), undefined);
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
];
const MOMENTS = { min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) };

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What a clock on the wall shows, in the words of Swedes, who write dates as ISO 8601 does. */
function onTheWall(timeZone: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toLocaleString('sv-SE', { timeZone }).split(' ');
  const weekday = new Date(now).toLocaleDateString('en-GB', { timeZone, weekday: 'short' });
  const [hour, minute] = time.split(':').map(Number);
  return [...date.split('-').map(Number), WEEKDAYS.indexOf(weekday) + 1, hour, minute, date].join(' ');
}

test('From minute to minute through a day on which clocks change, forward and back, both sides are right', () => {
  for (const day of [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25)]) {
    for (const direction of [1, -1]) {
      const clock = new Moment();
      for (let step = 0; step < 1440; step += 1) {
        const now = day + 60_000 * (direction === 1 ? step : 1439 - step);
        const parts = TIME_PARTS.map((part) => clock.part('Europe/Berlin', part, now));
        assert.equal(parts.join(' '), onTheWall('Europe/Berlin', now));
      }
    }
  }
});

test('Every part is what a clock on the wall shows, whatever was asked before', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES, ...Intl.supportedValuesOf('timeZone')),
      fc.integer(MOMENTS),
      (timeZone, now) => {
        const parts = TIME_PARTS.map((part) => moment.part(timeZone, part, now));
        assert.equal(parts.join(' '), onTheWall(timeZone, now));
      },
    ),
    { numRuns: 300 },
  );
});

test('The first zone that is looked up costs no more than any other: Intl has been made ready before', async () => {
  const script = `import { Moment } from ${JSON.stringify(import.meta.resolve('../../../runtime/answer/facts/moment.ts'))};
const moment = new Moment();
const from = performance.now();
moment.part('Asia/Tokyo', 'hour', Date.now());
console.log(performance.now() - from);`;
  const took: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    took.push(Number(stdout));
  }
  // It was fifteen and more in each of them.
  assert.ok(Math.min(...took) < 5, `${took.join(', ')} ms`);
});
