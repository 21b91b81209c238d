/** Tests of the example beside this file. To run them: dnsteer test --policies examples/team-folders */
import { ask, expect, test, zone } from 'dnsteer/test';

test('Both teams send a client to the same site', async () => {
  for (const country of ['DE', 'US', 'JP']) {
    const mine = await ask('www', 'A', { country });
    const theirs = await zone('pay.example').ask('api', 'A', { country });
    expect(mine.pool).equals(theirs.pool);
  }
});
