/** Tests of the policy of example.com. To run them: dnsteer test */
import { ask, distribution, expect, test } from 'dnsteer/test';

test.each([
  { country: 'US', pool: 'us' },
  { country: 'BR', pool: 'us' },
  { country: 'DE', pool: 'eu' },
  { country: 'ZA', pool: 'eu' },
  { country: 'JP', pool: 'asia' },
  { country: 'AU', pool: 'asia' },
])('The zone itself: $country is sent to $pool', async ({ country, pool }) => {
  expect(await ask('@', 'A', { country }))
    .pool(pool)
    .reads(['client.continent']);
});

test('A client whose place is not known is sent to us', async () => {
  expect(await ask('@')).pool('us');
});

test('www is decided by distance', async () => {
  expect(await ask('www', 'A', { latitude: 52.5, longitude: 13.4 })).pool('eu');
  expect(await ask('www', 'A', { latitude: 35.7, longitude: 139.7 })).pool('asia');
  expect(await ask('www', 'AAAA', { latitude: 40.7, longitude: -74 }))
    .pool('us')
    .records('AAAA', '2001:db8:10::10');
});

test('app: some networks, always the same ones, get the new release', async () => {
  const networks = Array.from({ length: 100 }, (_, index) => `198.18.${index}.0/24`);
  const answers = await Promise.all(networks.map((from) => ask('app', 'A', { from })));
  const early = answers.filter(({ pool }) => pool === 'next').length;
  expect(early > 0 && early < 15).equals(true);
  expect(await ask('app', 'A', { from: '198.18.7.0/24' })).scope(24);
});

test('beta: one answer in twenty is the next release', async () => {
  expect(await distribution('beta')).shares({ us: 0.95, next: 0.05 });
});

test('chat: a network keeps its place', async () => {
  const first = await ask('chat', 'A', { from: '203.0.113.0/24', seed: 1 });
  const second = await ask('chat', 'A', { from: '203.0.113.0/24', seed: 2 });
  expect(first.pool).equals(second.pool);
});

test.each([
  { at: '2026-12-01 21:59 Europe/Berlin', pool: 'eu' },
  { at: '2026-12-01 22:00 Europe/Berlin', pool: 'us' },
  { at: '2026-12-02 01:59 Europe/Berlin', pool: 'us' },
  { at: '2026-12-02 02:00 Europe/Berlin', pool: 'eu' },
])('api: at $at Europe is served from $pool', async ({ at, pool }) => {
  expect(await ask('api', 'A', { country: 'FR', at })).pool(pool);
});

test('api: everybody else is served from us', async () => {
  expect(await ask('api', 'A', { country: 'US' }))
    .pool('us')
    .reads(['client.eu']);
});

test.each([
  { at: '2026-01-15 09:00 Europe/Berlin', who: 'staffed' },
  { at: '2026-01-15 17:00 Europe/Berlin', who: 'bot' },
  { at: '2026-01-17 10:00 Europe/Berlin', who: 'bot' },
])('support: at $at it is $who', async ({ at, who }) => {
  expect(await ask('support', 'TXT', { at }))
    .records('TXT', who)
    .ttl(60);
});

test('Static records stand beside the hosts', async () => {
  expect(await ask('@', 'MX'))
    .records('MX', '10 mail.example.com')
    .scope(0);
  expect(await ask('docs', 'A')).records('CNAME', 'www.example.com');
  expect(await ask('here')).pool('here');
  expect(await ask('nowhere')).rcode('NXDOMAIN');
});
