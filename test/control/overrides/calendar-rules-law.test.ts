/** Events come again exactly when another library, dateutil for Python, says that their rule does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readWindowFile } from '../../../runtime/control/overrides/window-file.ts';
import { calendar, event, openingTimes } from './opening-times.ts';
import { judgeAbsence, startJudge } from './recurrence-judge.ts';

const MOST_TIMES = 50;
const RUNS = 150;
/** Up to here dateutil looks for days of a rule that has none, which takes it long. */
const HORIZON = 'UNTIL=20550101T000000';
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

const starts = fc
  .date({ min: new Date('2024-01-01T00:00Z'), max: new Date('2031-12-31T00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** Absent in half of the rules, so that rules have some parts and not others. */
function part(name: string, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.option(values, { nil: '', freq: 2 }).map((value) => (value === '' ? '' : `;${name}=${value}`));
}

function list(one: fc.Arbitrary<number | string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(one, { minLength: 1, maxLength }).map((all) => all.join(','));
}

const number = (least: number, most: number) => fc.integer({ min: least, max: most });
const signed = (most: number) => number(1, most).chain((one) => fc.constantFrom(one, -one));
const interval = (most: number) => part('INTERVAL', number(1, most).map(String));
const end = fc.oneof(
  { weight: 3, arbitrary: fc.constant(HORIZON) },
  number(1, 60).map((count) => `COUNT=${count}`),
  starts.map((date) => `UNTIL=${date.replaceAll('-', '')}T030000`),
);
const weekday = fc.constantFrom(...WEEKDAYS);
const week = part('WKST', weekday);

/**
 * What a rule says of days. BYDAY has a number with all of its days or with none: where some have one, dateutil wants
 * days that are both, RFC 5545 those that are either. Parts of a date are often those of its first day, with which it must
 * agree.
 */
function longRule(freq: 'MONTHLY' | 'YEARLY', start: string): fc.Arbitrary<string> {
  const [date, month, monthDay] = [new Date(start), Number(start.slice(5, 7)), Number(start.slice(8))];
  const ownWeekday = WEEKDAYS[(date.getUTCDay() + 6) % 7] ?? '';
  const fromEnd = monthDay - 1 - new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate();
  const own = [`${Math.ceil(monthDay / 7)}${ownWeekday}`, `${Math.ceil((fromEnd + 1) / 7) - 1}${ownWeekday}`];
  const ordinal = fc.tuple(signed(5), weekday).map(([at, day]) => `${at}${day}`);
  const ofYear = fc.tuple(signed(53), weekday).map(([at, day]) => `${at}${day}`);
  return fc
    .tuple(
      interval(freq === 'YEARLY' ? 10 : 30),
      part('BYMONTH', list(fc.oneof(fc.constant(month), number(1, 12)), 4)),
      part('BYMONTHDAY', list(fc.oneof(fc.constantFrom(monthDay, fromEnd), signed(31)), 8)),
      part(
        'BYDAY',
        fc.oneof(
          list(fc.oneof(fc.constant(ownWeekday), weekday), 5),
          list(fc.oneof(fc.constantFrom(...own), ordinal), 6),
        ),
      ),
      fc.option(list(ofYear, 4), { freq: 2, nil: '' }),
      part('BYSETPOS', list(fc.oneof(fc.constantFrom(1, -1), signed(12)), 4)),
      week,
    )
    .map(([every, months, monthDays, days, daysOfYear, positions, begin]) => {
      const isOfYear = freq === 'YEARLY' && months === '' && daysOfYear !== '';
      const named = isOfYear ? `;BYDAY=${daysOfYear}` : days;
      const hasPart = `${months}${monthDays}${named}` !== '';
      return `FREQ=${freq}${every}${months}${monthDays}${named}${hasPart ? positions : ''}${begin}`;
    });
}

const weekly = fc
  .tuple(interval(52), part('BYDAY', list(weekday, 5)), week)
  .map((parts) => `FREQ=WEEKLY${parts.join('')}`);
const rules = starts.chain((start) =>
  fc.tuple(
    fc.constant(`${start.replaceAll('-', '')}T030000`),
    fc.oneof(
      { weight: 4, arbitrary: longRule('MONTHLY', start) },
      { weight: 4, arbitrary: longRule('YEARLY', start) },
      { weight: 2, arbitrary: weekly },
      interval(366).map((every) => `FREQ=DAILY${every}`),
    ),
    end,
  ),
);

test('Whatever the rule, its first times are those that dateutil tells', {
  skip: judgeAbsence(),
}, async () => {
  const judge = startJudge();
  const agreed = { MONTHLY: 0, YEARLY: 0, WEEKLY: 0, DAILY: 0 };
  try {
    await fc.assert(
      fc.asyncProperty(rules, async ([start, days, ending]) => {
        const rule = `${days};${ending}`;
        const begin = `${start.slice(0, 4)}-${start.slice(4, 6)}-${start.slice(6, 8)}T03:00`;
        const expected = await judge.times(start, rule, MOST_TIMES);
        const lines = [`DTSTART:${start}Z`, 'DURATION:PT1H', `RRULE:${rule.replace(/(UNTIL=\w+)/, '$1Z')}`];
        const read = readWindowFile(calendar(...event(...lines)), 'f.ics');
        if (!read.ok) {
          const [problem, ...others] = read.problem;
          assert.deepEqual(others, []);
          assert.match(problem?.message ?? '', /^DTSTART must be on a day of /);
          assert.notEqual(expected[0], begin);
          return;
        }
        assert.deepEqual(openingTimes(read.value, '1970-01-01T00:00Z', MOST_TIMES), expected);
        const freq = /^FREQ=([A-Z]+)/.exec(days)?.[1] as keyof typeof agreed;
        agreed[freq] += 1;
      }),
      { numRuns: RUNS },
    );
  } finally {
    await judge.stop();
  }
  // Rules that do not begin on their first day are refused; some of each kind were compared.
  for (const [freq, count] of Object.entries(agreed)) assert.ok(count > 0, `${freq} has none`);
});
