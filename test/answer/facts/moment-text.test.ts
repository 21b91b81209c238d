/** Moments as people write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMoment } from '../../../runtime/answer/facts/moment-text.ts';

function at(text: string): string {
  const read = readMoment(text);
  return read.ok ? new Date(read.value).toISOString() : read.problem;
}

test('A moment is read in UTC, with an offset, and on the clocks of a zone', () => {
  assert.equal(at('2026-12-24 23:00 Europe/Berlin'), '2026-12-24T22:00:00.000Z');
  assert.equal(at('2026-07-24 23:00 Europe/Berlin'), '2026-07-24T21:00:00.000Z');
  assert.equal(at('2026-12-24T22:00Z'), '2026-12-24T22:00:00.000Z');
  assert.equal(at('2026-12-24T22:00:30+05:30'), '2026-12-24T16:30:30.000Z');
  assert.equal(at('2026-12-24'), '2026-12-24T00:00:00.000Z');
  assert.equal(at('2026-01-01 01:00 Pacific/Apia'), '2025-12-31T12:00:00.000Z');
});

test('A time that clocks show twice is the first of the two, and one that they skip is none', () => {
  assert.equal(at('2026-10-25 02:30 Europe/Berlin'), '2026-10-25T00:30:00.000Z');
  assert.match(at('2026-03-29 02:30 Europe/Berlin'), /skip that time/);
});

test('What is no moment is said to be none', () => {
  assert.match(at('tomorrow'), /^"tomorrow" is no moment; write it as in/);
  assert.match(at('2026-02-30'), /no such date/);
  assert.match(at('2026-12-24 25:00'), /no such date or time/);
  assert.match(at('2026-12-24 23:00 Europe/Bärlin'), /is no moment/);
  assert.match(at('2026-12-24 23:00 Europe/Barlin'), /no time zone "Europe\/Barlin"/);
});
