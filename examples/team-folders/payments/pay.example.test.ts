/** Tests of the example beside this file. To run them: dnsteer test --policies examples/team-folders */
import { ask, expect, test } from 'dnsteer/test';

test('Clients are served from where they are', async () => {
  expect(await ask('api', 'A', { country: 'DE' }))
    .pool('eu')
    .ttl(60);
  expect(await ask('api', 'A', { country: 'US' })).pool('us');
});

test('One authority may issue certificates', async () => {
  expect(await ask('@', 'CAA')).records('CAA', '0 issue "ca.example.net"');
});
