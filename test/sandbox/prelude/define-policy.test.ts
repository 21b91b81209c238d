/** What `definePolicy` refuses, all problems at once, and what becomes of the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.ts';

function policy(body: string): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';\nexport default definePolicy(${body});`;
}

test('A whole policy becomes plain data', async () => {
  const { manifest } = await load(
    policy(`{
      ttl: 60, budget: 10, deadline: 80,
      pools: {
        us: { A: '192.0.2.10', AAAA: ['2001:db8::1'], ttl: 5, at: [39, -77.5], whenDown: 'empty', capacity: 2.5,
              check: { type: 'http', path: '/up', status: [200, 204], interval: 5 } },
        constructor: { CNAME: 'cdn.example.net' },
      },
      fallback: firstHealthy('us', 'constructor'),
      hosts: { '@': () => 'us', '*.app': { A: '192.0.2.1' } },
      records: { '@': { MX: '10 mail.example.com', ttl: 300 } },
    }`),
  );
  assert.deepEqual(manifest, {
    form: 'policy',
    ttl: 60,
    budget: 10,
    deadline: 80,
    pools: {
      us: {
        records: { A: ['192.0.2.10'], AAAA: ['2001:db8::1'] },
        ttl: 5,
        at: [39, -77.5],
        check: { type: 'http', path: '/up', status: [200, 204], interval: 5 },
        whenDown: 'empty',
        capacity: 2.5,
      },
      constructor: { records: { CNAME: ['cdn.example.net'] } },
    },
    fallback: {
      kind: 'firstHealthy',
      of: [
        { kind: 'pool', pool: 'us' },
        { kind: 'pool', pool: 'constructor' },
      ],
    },
    hosts: { '@': null, '*.app': { kind: 'records', records: { A: ['192.0.2.1'] } } },
    records: { '@': { records: { MX: ['10 mail.example.com'] }, ttl: 300 } },
  });
});

test('A handler may say which types it answers beside those of pools', async () => {
  const loaded = await load(
    policy(`{
      fallback: { A: '192.0.2.1' },
      hosts: { a: { types: ['TXT', 'TYPE65280'], decide: () => ({ TXT: 'x' }) }, b: { decide: () => ({ A: '192.0.2.2' }) } },
    }`),
  );
  const { manifest } = loaded;
  assert.deepEqual(manifest.hosts, { a: null, b: null });
  assert.deepEqual(manifest.types, { a: ['TXT', 'TYPE65280'] });
  assert.deepEqual(loaded.run('a').plan, { kind: 'records', records: { TXT: ['x'] } });
  assert.deepEqual(loaded.run('b').plan, { kind: 'records', records: { A: ['192.0.2.2'] } });
});

const REFUSED: readonly (readonly [body: string, ...problems: string[]])[] = [
  ['5', 'definePolicy() takes an object, not the number 5'],
  [
    `{ fallback: { A: '192.0.2.1' }, hosts: { a: { types: ['TXT'] }, b: { types: 'TXT', decide: () => ({}) }, c: { types: [1], decide: () => ({}) } } }`,
    'hosts.a.decide: Must be a function, not undefined',
    'hosts.b.types: Must be an array of types, not the string "TXT"',
    'hosts.c.types[0]: Must be the name of a type, not the number 1',
  ],
  [
    `{ fallback: { A: '192.0.2.1' }, hosts: { a: { type: ['TXT'], decide: () => ({}) }, b: { decide: async () => ({}) } } }`,
    'hosts.a.type: Unknown key; did you mean "types"?',
    'hosts.b.decide: Handlers are synchronous; this one is AsyncFunction',
  ],
  ['{}', 'fallback: Is required; it is the answer when a handler fails, for example firstHealthy(…)'],
  [
    `{ fallbak: 'us', ttl: '30', hosts: { www: 7, '*.app': () => 'us' } }`,
    'fallbak: Unknown key; did you mean "fallback"?',
    'ttl: Must be a number, not the string "30"',
    'fallback: Is required; it is the answer when a handler fails, for example firstHealthy(…)',
    'hosts.www: No answer is the number 7; return records, the name of a pool or a plan',
  ],
  [
    `{ pools: { us: { a: '192.0.2.1' }, eu: { A: '192.0.2.2', check: { type: 'tcp', prot: 443 } } }, fallback: 'us' }`,
    'pools.us.a: Unknown key; did you mean "A"?',
    'pools.eu.check.prot: Unknown key; did you mean "port"?',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', at: [1], whenDown: 'gone' } }, fallback: firstHealthy('us', 'eu') }`,
    'pools.us.at: Must be [latitude, longitude]',
    'fallback: Unknown pool "eu"; declared are us',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', whenDown: 'gone' }, eu: { A: '192.0.2.2', whenDown: firstHealthy('ue') } }, fallback: 'us' }`,
    'pools.us.whenDown: Must be "all", "empty", "servfail" or a plan, not the string "gone"',
    'pools.eu.whenDown: Unknown pool "ue"; declared are us, eu',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', check: { type: 'tcp', port: '443' } } }, fallback: 'us' }`,
    'pools.us.check.port: Must be a number, not the string "443"',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', check: { all: [{ type: 'tcp', prot: 1 }] } } }, fallback: 'us' }`,
    'pools.us.check.all[0].prot: Unknown key; did you mean "port"?',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', check: ((a) => (a.not = a))({}) } }, fallback: 'us' }`,
    `pools.us.check${'.not'.repeat(17)}: Stands inside of too many checks`,
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', upWhen: { percent: '60' } }, eu: { A: '192.0.2.1', upWhen: { procent: 6 } } }, fallback: 'us' }`,
    'pools.us.upWhen.percent: Must be a number, not the string "60"',
    'pools.eu.upWhen.procent: Unknown key; did you mean "percent"?',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', check: { type: 'http', headers: { 'X-A': 1 } } } }, fallback: 'us' }`,
    'pools.us.check.headers["X-A"]: Must be a string, not the number 1',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', check: { type: 'http', status: '200-299' } } }, fallback: 'us' }`,
    'pools.us.check.status: Must be an array of numbers and ranges, not the string "200-299"',
  ],
  [
    `{ pools: { us: { A: '192.0.2.1', check: { type: 'dns', name: 'a.test', expect: [1] } } }, fallback: 'us' }`,
    'pools.us.check.expect[0]: Must be a string, not the number 1',
  ],
  [
    `{ fallback: { A: '192.0.2.1' }, hosts: { a: async () => 'us', 'b c': function* () {} }, records: { '@': 'MX' } }`,
    'hosts.a: Handlers are synchronous; this one is AsyncFunction',
    'hosts["b c"]: Handlers are synchronous; this one is GeneratorFunction',
    'records["@"]: Must be an object, not the string "MX"',
  ],
];

for (const [body, ...problems] of REFUSED) {
  test(`Refused: ${body}`, async () => {
    await assert.rejects(load(policy(body)), (error: Error) => {
      assert.deepEqual(error.message.split('\n'), problems);
      return true;
    });
  });
}

for (const [what, source, message] of [
  [
    'no policy',
    `export const x = 1;`,
    'The file defines no policy; write "export default definePolicy({ … })"',
  ],
  [
    'no default export',
    `import { definePolicy } from 'dnsteer';\nexport const policy = definePolicy({ fallback: { A: '192.0.2.1' } });`,
    'There is no default export; write "export default definePolicy({ … })"',
  ],
  [
    'another default export',
    `import { definePolicy } from 'dnsteer';\ndefinePolicy({ fallback: { A: '192.0.2.1' } });\nexport default {};`,
    'The default export is an object; write "export default definePolicy({ … })"',
  ],
] as const) {
  test(`A file with ${what} is told what to write`, async () => {
    const { manifest } = await load(source);
    assert.equal(manifest.error?.message, message);
  });
}

test('A file is one policy', async () => {
  const once = `definePolicy({ fallback: { A: '192.0.2.1' } })`;
  const source = `import { definePolicy } from 'dnsteer';\n${once};\nexport default ${once};`;
  await assert.rejects(load(source), { message: 'definePolicy() is called twice; a file is one policy' });
});

test('Changing a policy after it is defined changes nothing', async () => {
  const { manifest } = await load(`
    import { definePolicy } from 'dnsteer';
    const policy = { pools: { us: { A: ['192.0.2.10'] } }, fallback: 'us', hosts: {} };
    export default definePolicy(policy);
    policy.pools.us.A.push('192.0.2.99');`);
  assert.deepEqual(manifest.pools.us?.records, { A: ['192.0.2.10'] });
});
