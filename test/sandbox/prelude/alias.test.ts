/** `alias()` and ALIAS records become pools that control resolves, and hosts that answer with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.ts';

function policy(body: string, before = ''): string {
  return `import { alias, definePolicy, firstHealthy } from 'dnsteer';\n${before}\nexport default definePolicy(${body});`;
}

test('alias() is a pool of its target and its TTL, wherever an answer stands', async () => {
  const { manifest } = await load(
    policy(`{
      pools: { spare: { A: '192.0.2.1' } },
      fallback: alias('Shop.CDN.example.net.'),
      hosts: { '@': alias('shop.cdn.example.net', { ttl: 60 }), www: firstHealthy(alias('shop.cdn.example.net'), 'spare') },
    }`),
  );
  assert.deepEqual(manifest.pools, {
    spare: { records: { A: ['192.0.2.1'] } },
    'alias:shop.cdn.example.net': { records: {}, alias: 'shop.cdn.example.net' },
    'alias:shop.cdn.example.net:60': { records: {}, alias: 'shop.cdn.example.net', ttl: 60 },
  });
  assert.deepEqual(manifest.hosts, {
    '@': { kind: 'pool', pool: 'alias:shop.cdn.example.net:60' },
    www: {
      kind: 'firstHealthy',
      of: [
        { kind: 'pool', pool: 'alias:shop.cdn.example.net' },
        { kind: 'pool', pool: 'spare' },
      ],
    },
  });
  assert.deepEqual(manifest.fallback, { kind: 'pool', pool: 'alias:shop.cdn.example.net' });
});

test('A handler answers with aliases that were made outside of it, and with no other', async () => {
  const loaded = await load(
    policy(
      `{ fallback: { A: '192.0.2.1' }, hosts: { a: () => CDN, b: () => alias('cdn.example.net'), c: () => alias('other.example.net') } }`,
      `const CDN = alias('cdn.example.net');`,
    ),
  );
  assert.deepEqual(loaded.run('a').plan, { kind: 'pool', pool: 'alias:cdn.example.net' });
  assert.deepEqual(loaded.run('b').plan, { kind: 'pool', pool: 'alias:cdn.example.net' });
  assert.match(
    loaded.run('c').error?.message ?? '',
    /^alias\(\): A handler answers with an alias that is declared/,
  );
});

test('ALIAS among static records is a host, and the other types stay records', async () => {
  const { manifest } = await load(
    policy(`{
      fallback: { A: '192.0.2.1' },
      records: { '@': { ALIAS: 'cdn.example.net', MX: '10 mail', ttl: 300 }, www: { ALIAS: ['cdn.example.net'] } },
    }`),
  );
  assert.deepEqual(manifest.hosts, {
    '@': { kind: 'pool', pool: 'alias:cdn.example.net:300' },
    www: { kind: 'pool', pool: 'alias:cdn.example.net' },
  });
  assert.deepEqual(manifest.records, { '@': { records: { MX: ['10 mail'] }, ttl: 300 } });
  assert.deepEqual(Object.keys(manifest.pools).sort(), [
    'alias:cdn.example.net',
    'alias:cdn.example.net:300',
  ]);
});

const REFUSED: readonly (readonly [body: string, problem: RegExp])[] = [
  [`{ fallback: alias(5) }`, /^alias\(\): Must be the name that has the addresses, not the number 5$/],
  [`{ fallback: alias('*.example.net') }`, /^alias\(\): Must be the name of a host: /],
  [`{ fallback: alias('a.example', { tll: 5 }) }`, /^alias\(\): Unknown key "tll"|did you mean "ttl"/],
  [
    `{ fallback: { A: '192.0.2.1' }, pools: { 'alias:a.example': { A: '192.0.2.1' } } }`,
    /^pools\["alias:a\.example"\]: Names that begin with "alias:" are those of alias\(\)$/,
  ],
  [
    `{ fallback: { A: '192.0.2.1' }, hosts: { www: { A: '192.0.2.2' } }, records: { www: { ALIAS: 'a.example' } } }`,
    /^hosts\.www: The records have an ALIAS at this name; keep one of them$/,
  ],
  [
    `{ fallback: { A: '192.0.2.1' }, records: { www: { ALIAS: 'a.example', AAAA: '2001:db8::1' } } }`,
    /^records\.www\.AAAA: The records have an ALIAS at this name, which stands in place of A, AAAA and CNAME$/,
  ],
  [
    `{ fallback: { A: '192.0.2.1' }, records: { www: { ALIAS: ['a.example', 'b.example'] } } }`,
    /^records\.www\.ALIAS: An ALIAS has one target, not 2$/,
  ],
];

for (const [body, problem] of REFUSED)
  test(`Refused with the reason: ${body}`, async () => {
    const told = await load(policy(body)).then(
      ({ manifest }) => manifest.error?.message ?? '',
      (thrown: Error) => thrown.message,
    );
    assert.match(told, problem);
  });
