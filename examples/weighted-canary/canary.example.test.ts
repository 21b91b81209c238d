/** Tests of the example beside this file. To run them: dnsteer test --policies examples/weighted-canary */
import { distribution, expect, test } from 'dnsteer/test';

test('One query in twenty goes to the new release', async () => {
  expect(await distribution('www')).shares({ stable: 0.95, canary: 0.05 });
});
