/** Tests of the example beside this file. To run them: dnsteer test --policies examples/handler-file */
import { ask, expect, test } from 'dnsteer/test';

test('Germany has an address of its own', async () => {
  expect(await ask('www', 'A', { from: '5.9.0.0/24' }))
    .records('A', '198.51.100.20')
    .ttl(60);
  expect(await ask('www', 'A', { from: '8.8.8.0/24' })).records('A', '192.0.2.10');
});
