/** Tests of the example beside this file. To run them: dnsteer test --policies examples/geo-answer */
import { ask, expect, test } from 'dnsteer/test';

test.each([
  { country: 'DE', A: '198.51.100.20', AAAA: '2001:db8:20::20' },
  { country: 'US', A: '192.0.2.10', AAAA: '2001:db8:10::10' },
  { country: 'CH', A: '192.0.2.10', AAAA: '2001:db8:10::10' },
])('$country gets $A', async ({ country, A, AAAA }) => {
  expect(await ask('www', 'A', { country }))
    .records('A', A)
    .reads(['client.eu']);
  expect(await ask('www', 'AAAA', { country })).records('AAAA', AAAA);
});

test('Geo data knows where an address is', async () => {
  expect(await ask('www', 'A', { from: '5.9.0.0/24' })).pool('eu');
});
