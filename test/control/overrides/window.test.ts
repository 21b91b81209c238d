/** When windows of maintenance are open, through the days on which clocks are set. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type MaintenanceWindow,
  nextEdge,
  openTime,
  saidBy,
} from '../../../runtime/control/overrides/window.ts';
import { readWindowFile } from '../../../runtime/control/overrides/window-file.ts';

function windowOf(text: string): MaintenanceWindow {
  const read = readWindowFile(`windows: [{ name: w, pool: fra, ${text} }]\n`, 'maintenance.yaml');
  assert.ok(read.ok, JSON.stringify(read));
  return read.value[0] ?? assert.fail();
}

const at = (text: string) => Date.parse(text);
const shown = (window: MaintenanceWindow, now: string) => {
  const time = openTime(window, at(now));
  return time && [time.begins, time.ends].map((ms) => new Date(ms).toISOString().slice(0, 16));
};

test('Once: open from its beginning until before its end', () => {
  const window = windowOf("from: '2026-12-24 23:00 Europe/Berlin', until: '2026-12-25 01:00 Europe/Berlin'");
  const times = ['2026-12-24T22:00', '2026-12-25T00:00'];
  assert.deepEqual(shown(window, '2026-12-01T00:00Z'), times);
  assert.deepEqual(shown(window, '2026-12-24T23:59:59Z'), times);
  assert.equal(shown(window, '2026-12-25T00:00:00Z'), undefined);
  const open = (now: string) => saidBy(window, at(now)).length > 0;
  assert.deepEqual(
    ['2026-12-24T21:59:59Z', '2026-12-24T22:00:00Z', '2026-12-24T23:59:59Z', '2026-12-25T00:00:00Z'].map(
      open,
    ),
    [false, true, true, false],
  );
  assert.equal(nextEdge(window, at('2026-12-01T00:00Z')), at('2026-12-24T22:00Z'));
  assert.equal(nextEdge(window, at('2026-12-24T22:00Z')), at('2026-12-25T00:00Z'));
  assert.equal(nextEdge(window, at('2026-12-25T00:00Z')), Number.POSITIVE_INFINITY);
});

test('Every week: at the same time of the clock, whatever the season', () => {
  const window = windowOf("from: '2026-03-22 03:30 Europe/Berlin', for: 1h, every: 7d");
  assert.deepEqual(shown(window, '2026-01-01T00:00Z'), ['2026-03-22T02:30', '2026-03-22T03:30']);
  assert.deepEqual(shown(window, '2026-03-22T03:30Z'), ['2026-03-29T01:30', '2026-03-29T02:30']);
  assert.deepEqual(shown(window, '2026-10-20T00:00Z'), ['2026-10-25T02:30', '2026-10-25T03:30']);
  assert.deepEqual(shown(window, '2036-06-10T00:00Z'), ['2036-06-15T01:30', '2036-06-15T02:30']);
});

test('A time that clocks skip is that of an hour later', () => {
  const window = windowOf("from: '2026-03-28 02:30 Europe/Berlin', for: 10m, every: 1d");
  assert.deepEqual(shown(window, '2026-03-29T00:00Z'), ['2026-03-29T01:30', '2026-03-29T01:40']);
});

test('At any time of two years, one that is daily is open when its clock says so', () => {
  const window = windowOf("from: '2026-01-01 23:30 America/New_York', for: 1h, every: 1d");
  const clock = new Intl.DateTimeFormat('en', {
    timeZone: 'America/New_York',
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
  });
  for (let now = at('2026-01-03T00:00Z'); now < at('2028-01-01T00:00Z'); now += 397 * 60_000) {
    const time = clock.format(now);
    const isOpen = time >= '23:30' || time < '00:30';
    assert.equal(saidBy(window, now).length > 0, isOpen, `${new Date(now).toISOString()} is ${time} there`);
  }
});

test('What it says has its times, and a drain over time', () => {
  const window = windowOf("from: '2026-12-24 22:00', for: 4h, over: 10m, reason: switch");
  const begins = at('2026-12-24T22:00Z');
  assert.deepEqual(saidBy(window, begins)[0]?.override, {
    kind: 'drain',
    target: '*/fra',
    owner: 'maintenance',
    reason: 'switch',
    since: begins,
    expires: begins + 4 * 3_600_000,
    ramp: { from: 1, to: 0, begins, ends: begins + 600_000 },
  });
});
