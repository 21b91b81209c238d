/** What counts as unwell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fallbacksUnwell, processesUnwell, zonesUnwell } from '../../../runtime/control/announce/evidence.ts';

const RULES = { processes: 50, zonesLive: 90, fallbacks: 5 };

test('Answer processes', () => {
  assert.deepEqual(processesUnwell(2, 4, RULES), []);
  assert.deepEqual(processesUnwell(1, 4, RULES), ['1 of 4 answer processes listen']);
  assert.deepEqual(processesUnwell(0, 4, { ...RULES, processes: 0 }), ['no answer process listens']);
});

test('Zones: an older version is served as well, a newcomer that is refused is no zone', () => {
  const zones = (...states: ('live' | 'degraded' | 'broken' | 'refused-newcomer')[]) =>
    states.map((state) => ({ state }));
  assert.deepEqual(zonesUnwell(zones('live', 'degraded', 'refused-newcomer'), RULES), []);
  assert.deepEqual(zonesUnwell(zones('live', 'broken'), RULES), ['1 of 2 zones are live']);
  assert.deepEqual(zonesUnwell([], RULES), []);
});

test('Fallbacks, once there are enough decisions to speak of a share', () => {
  const none = { decisions: 100, fallbacks: 50 };
  assert.deepEqual(fallbacksUnwell(none, { decisions: 200, fallbacks: 55 }, RULES), []);
  assert.deepEqual(fallbacksUnwell(none, { decisions: 200, fallbacks: 60 }, RULES), [
    '10 % of decisions are fallbacks',
  ]);
  assert.deepEqual(fallbacksUnwell(none, { decisions: 110, fallbacks: 60 }, RULES), []);
  assert.deepEqual(fallbacksUnwell(none, { decisions: 20, fallbacks: 20 }, RULES), []);
});
