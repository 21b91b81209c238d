/** Tests of the example beside this file. To run them: dnsteer test --policies examples/sticky-sessions */
import { ask, expect, test } from 'dnsteer/test';

test('A network keeps its pool, and all pools are in use', async () => {
  const pools = new Set<string>();
  for (let network = 0; network < 30; network += 1) {
    const from = `198.18.${network}.0/24`;
    const answer = await ask('www', 'A', { from, seed: 1 });
    expect(answer).scope(24);
    expect((await ask('www', 'A', { from, seed: 2 })).pool).equals(answer.pool);
    pools.add(answer.pool ?? 'none');
  }
  expect([...pools].sort()).equals(['blue', 'green', 'red']);
});
