/** Tests of the example beside this file. To run them: dnsteer test --policies examples/nearest-site */
import { ask, expect, test } from 'dnsteer/test';

test.each([
  { latitude: 48.9, longitude: 2.4, pool: 'frankfurt' },
  { latitude: 37.8, longitude: -122.4, pool: 'oregon' },
  { latitude: -34.6, longitude: -58.4, pool: 'saoPaulo' },
  { latitude: 37.6, longitude: 127, pool: 'tokyo' },
  { latitude: -36.8, longitude: 174.8, pool: 'sydney' },
])('From $latitude, $longitude the closest is $pool', async ({ pool, ...place }) => {
  expect(await ask('www', 'A', place)).pool(pool);
});

test('A client whose place is not known gets the first', async () => {
  expect(await ask('www')).pool('frankfurt');
});
