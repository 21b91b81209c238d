/** Tests of the policy of pay.example. To run them: dnsteer test */
import { ask, expect, test } from 'dnsteer/test';

test.each([
  { country: 'DE', pool: 'zurich' },
  { country: 'CH', pool: 'zurich' },
  { country: 'FR', pool: 'frankfurt' },
])('checkout: $country pays in $pool', async ({ country, pool }) => {
  const answer = await ask('checkout', 'A', { country });
  expect(answer).pool(pool).ttl(20);
  expect(answer.records.length).equals(2);
});

test('checkout: a sorry page while the ledger moves', async () => {
  const at = '2026-12-24 03:00 UTC';
  expect(await ask('checkout', 'A', { country: 'DE', at }))
    .pool('sorry')
    .ttl(300);
});

test('status: partners are told which site is at work', async () => {
  expect(await ask('status', 'TXT')).records('TXT', 'frankfurt=up zurich=up');
  expect(await ask('status', 'A')).nodata();
});

test('Names below sandbox are served, and static records too', async () => {
  expect(await ask('acme.sandbox')).pool('sorry');
  expect(await ask('docs'))
    .records('CNAME', 'docs.example.com')
    .ttl(3600);
  expect(await ask('@', 'CAA')).records('CAA', '0 issue "letsencrypt.org"');
  expect(await ask('@')).pool('frankfurt');
});
