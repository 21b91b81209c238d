/** Tests of the example beside this file. To run them: dnsteer test --policies examples/health-aware */
import { ask, expect, test } from 'dnsteer/test';

test.each([
  { state: 'up', pool: 'primary' },
  { state: 'down', pool: 'standby' },
] as const)('While primary is $state, $pool answers', async ({ state, pool }) => {
  const health = { primary: state };
  expect(await ask('www', 'A', { health }))
    .pool(pool)
    .ttl(5);
  expect(await ask('state', 'TXT', { health })).records('TXT', `primary is ${state}`);
});
