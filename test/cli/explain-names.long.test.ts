/** What `dnsteer explain` says of many names: each takes a start of the command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy, firstHealthy, nearest } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.10', at: [39, -77.5] }, eu: { A: '198.51.100.20', at: [50.1, 8.7] } },
  fallback: firstHealthy('us', 'eu'),
  hosts: {
    www: (query) => (query.client.country === 'DE' ? firstHealthy('eu', 'us') : 'us'),
    near: nearest('us', 'eu'),
    '*.app': 'us',
    town: (query) => (query.client.city === 'Tokyo' ? 'eu' : 'us'),
  },
  records: { mixed: { A: '192.0.2.28' } },
});
`;

const cwd = testFolder({
  'policies/shop.example.ts': POLICY,
  'policies/shop.example.zone':
    'mail 300 IN A 192.0.2.25\nmixed 300 IN A 192.0.2.26\n*.any 300 IN A 192.0.2.27\nold DNAME new\n',
  'dnsteer.yaml': `admin: { listen: off }\ngeo: { detail: country, overrides: { 203.0.113.0/24: { country: DE } } }\n`,
});

test('A country has no place for what is nearest, nor a city: what to give instead is said', async () => {
  const told = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await dnsteer(['explain', ...args, '--offline'], { cwd });
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.ok(
    (await told('near.shop.example', '--country', 'JP')).includes(`
Client     JP, AS
           no latitude and longitude, which the answer depends on:
           instead of --country JP, give an address or a network there with --from
Zone `),
  );
  assert.match(
    await told('town.shop.example', '--country', 'JP'),
    /^ +no city, which the answer depends on:$/m,
  );
  assert.doesNotMatch(await told('www.shop.example', '--country', 'JP'), /depends on:/);
  assert.doesNotMatch(await told('near.shop.example', '--from', '203.0.113.7'), /depends on:/);
});

test('Each record of an answer is told of where it comes from', async () => {
  const from = async (...args: string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await dnsteer(['explain', ...args, '--offline'], { cwd });
    assert.equal(code, 0, stderr);
    const [, lines] = /^From {7}((?:.*\n)(?: {11}.*\n)*)/m.exec(stdout) ?? [];
    return lines?.trimEnd().split(/\n */) ?? [];
  };
  assert.deepEqual(await from('mail.shop.example'), ['policies/shop.example.zone']);
  assert.deepEqual(await from('x.any.shop.example'), ['policies/shop.example.zone, as *.any.shop.example.']);
  assert.deepEqual(await from('www.shop.example'), ['policies/shop.example.ts']);
  assert.deepEqual(await from('x.app.shop.example'), ['policies/shop.example.ts, as *.app.shop.example.']);
  assert.deepEqual(await from('shop.example', 'soa'), ['the server: no file states it']);
  assert.deepEqual(await from('mixed.shop.example'), [
    'A 192.0.2.26  policies/shop.example.zone',
    'A 192.0.2.28  policies/shop.example.ts, "records"',
  ]);
  assert.deepEqual((await from('x.old.shop.example')).slice(0, 2), [
    'DNAME new.shop.example.    policies/shop.example.zone',
    'CNAME x.new.shop.example.  a DNAME of the zone',
  ]);
  assert.deepEqual(await from('gone.shop.example'), []);
});
