/** Tests of the example beside this file. To run them: dnsteer test --policies examples/failover-maintenance */
import { ask, expect, test } from 'dnsteer/test';

test.each([
  { at: '2026-01-18 01:59 Europe/Berlin', pool: 'main', state: 'normal service' },
  { at: '2026-01-18 02:00 Europe/Berlin', pool: 'standby', state: 'planned maintenance' },
  { at: '2026-01-18 04:00 Europe/Berlin', pool: 'main', state: 'normal service' },
  { at: '2026-01-19 03:00 Europe/Berlin', pool: 'main', state: 'normal service' },
])('At $at $pool answers', async ({ at, pool, state }) => {
  expect(await ask('www', 'A', { at })).pool(pool);
  expect(await ask('status', 'TXT', { at })).records('TXT', state);
});
