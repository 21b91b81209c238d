/** Moments at which clocks show what was read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TIME_PARTS } from '../../runtime/answer/facts/fact.ts';
import { Moment } from '../../runtime/answer/facts/moment.ts';
import { momentWith } from '../../runtime/explore/moments.ts';

const FROM = Date.UTC(2026, 10, 30, 12, 34);
const ZONES = [undefined, 'Europe/Berlin', 'Asia/Tehran', 'America/Los_Angeles'];

test('What clocks show at some moment of the next year, they show at the moment that is found', () => {
  const law = fc.property(
    fc.integer({ min: 0, max: 365 * 24 * 60 }),
    fc.uniqueArray(fc.tuple(fc.constantFrom(...TIME_PARTS), fc.constantFrom(...ZONES)), { maxLength: 4 }),
    (minutes, wanted) => {
      const at = FROM + minutes * 60_000;
      const shown = (now: number) =>
        wanted.map(([part, timeZone]) => {
          const value = new Moment().part(timeZone, part, now) ?? assert.fail('The zone is known');
          return { part, timeZone, value };
        });
      const found = momentWith(shown(at), FROM);
      assert.ok(found !== undefined, JSON.stringify(shown(at)));
      assert.deepEqual(shown(found), shown(at));
    },
  );
  fc.assert(law, { numRuns: 100 });
});

test('A moment that no clock shows is not found', () => {
  const noDay = [
    { timeZone: undefined, part: 'month', value: 2 },
    { timeZone: undefined, part: 'day', value: 30 },
  ] as const;
  assert.equal(momentWith(noDay, FROM), undefined);
  // 2026-12-25 is a Friday.
  const noFriday = [
    { timeZone: undefined, part: 'date', value: '2026-12-25' },
    { timeZone: undefined, part: 'weekday', value: 1 },
  ] as const;
  assert.equal(momentWith(noFriday, FROM), undefined);
});

test('The hour that clocks skip in spring is not found on that day', () => {
  const skipped = [
    { timeZone: 'Europe/Berlin', part: 'date', value: '2027-03-28' },
    { timeZone: 'Europe/Berlin', part: 'hour', value: 2 },
  ] as const;
  assert.equal(momentWith(skipped, FROM), undefined);
});
