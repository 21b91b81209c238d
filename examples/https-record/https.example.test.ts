/** Tests of the example beside this file. To run them: dnsteer test --policies examples/https-record */
import { ask, expect, test } from 'dnsteer/test';

test('Each region offers what it has', async () => {
  const eu = await ask('www', 'HTTPS', { country: 'DE' });
  expect(eu).records('HTTPS', '1 . alpn="h3,h2" ipv4hint=198.51.100.20');
  const us = await ask('www', 'HTTPS', { country: 'US' });
  expect(us).records('HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.10');
  expect(await ask('www', 'A', { country: 'US' })).pool('us');
});
