/** Whatever a policy throws or breaks, a string comes back that says what happened. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Loaded, load } from './load.ts';

const POLICY = `
import { definePolicy } from 'dnsteer';
function fail(value: unknown): never { throw value; }
export default definePolicy({
  pools: { us: { A: '192.0.2.10' } },
  fallback: 'us',
  hosts: {
    error: () => fail(new RangeError('too far')),
    text: () => fail('just text'),
    nothing: () => fail(undefined),
    symbol: () => fail(Symbol('s')),
    object: () => fail({ message: 7 }),
    getters: () => fail({ get message() { throw new Error('caught you'); } }),
    proxy: () => fail(new Proxy({}, { get() { throw new Error('caught you'); } })),
    long: () => fail(new Error('x'.repeat(1e6))),
    deep: (query) => { const again = (): number => 1 + again(); return String(again()); },
    answer: () => new Proxy({}, { ownKeys() { throw new Error('no keys'); } }) as any,
    late: ({ client, time }) => { if (client.country === 'DE' && time.hour === 12) fail(client.city); return 'us'; },
    misspelt: ({ client }) => (client.family === 4 ? 'uss' as 'us' : 'us'),
    many: ({ time }) => {
      for (const zone of Intl.supportedValuesOf('timeZone').slice(0, 16)) void [time.in(zone).year, time.in(zone).date];
      fail(new Error('y'.repeat(1e6)));
    },
    cyclic: () => { const plan: any = { A: [] }; plan.A.push(plan); return plan; },
  },
});`;

let policy: Loaded;
before(async () => {
  policy = await load(POLICY);
});

for (const [host, message] of [
  ['error', 'RangeError: too far'],
  ['text', 'Threw the string "just text"'],
  ['nothing', 'Threw undefined'],
  ['symbol', 'Threw a symbol'],
  ['object', 'Threw an object that is no Error'],
  ['getters', 'Threw an object that cannot be looked at'],
  ['proxy', 'Threw an object that cannot be looked at'],
  ['deep', 'RangeError: Maximum call stack size exceeded'],
] as const) {
  test(`What "${host}" throws is told in words`, () => {
    assert.equal(policy.run(host).error?.message, message);
  });
}

test('What a run had read before it failed is told, in order and with its values', () => {
  const { error, before } = policy.run('late', { client: { country: 'DE' } });
  assert.equal(error?.message, 'Threw undefined');
  assert.deepEqual(before, [
    ['client.country~DE', 'DE'],
    ['time.hour', 12],
    ['client.city', null],
  ]);
  const misspelt = policy.run('misspelt');
  assert.match(misspelt.invalid ?? '', /Unknown pool "uss"/);
  assert.deepEqual(misspelt.before, [['client.family', 4]]);
});

test('What failed late is told with all that it read', () => {
  const { error, before } = policy.run('many');
  assert.equal(error?.message.length, 1000);
  assert.equal(before?.length, 32);
});

test('What a run had read is left out where it is too long to be told', async () => {
  const long = await load(`
    import { definePolicy } from 'dnsteer';
    export default definePolicy({ pools: { us: { A: '192.0.2.10' } }, fallback: 'us', hosts: {
      www: (query) => {
        const { __dnsteer_compared: compared } = globalThis as any;
        for (let index = 0; index < 200; index++) compared(query.client, 'country', 'x'.repeat(400) + index).country;
        throw new Error('Late');
      },
    } });`);
  const { error, before } = long.run('www');
  assert.deepEqual([error?.message, before], ['Late', undefined]);
});

test('The stack of an error tells where it was thrown', () => {
  assert.match(policy.run('error').error?.stack ?? '', /at error \(.*:\d+:\d+\)/);
});

test('Long messages are cut', () => {
  assert.equal(policy.run('long').error?.message.length, 1000);
});

test('An answer that throws when it is looked at is invalid', () => {
  assert.deepEqual(policy.run('answer'), { invalid: 'no keys' });
  assert.match(policy.run('cyclic').invalid ?? '', /^hosts\.cyclic\.A\[0\]: Must be a string/);
});

test('Nothing can be read outside a decision', async () => {
  const source = (code: string): string => `
    import { definePolicy, health } from 'dnsteer';
    let seen: any;
    ${code}
    export default definePolicy({ pools: { us: { A: '192.0.2.10' } }, fallback: 'us', hosts: {} });`;
  await assert.rejects(
    load(source(`health('us');`)),
    /Facts can be read only while a handler decides a query/,
  );
});

const SABOTAGE = {
  JSON: `JSON.stringify = () => 'mine'; JSON.parse = () => ({});`,
  Object: `Object.keys = () => ['mine']; Object.freeze = () => { throw 1; };`,
  Date: `Date.prototype.getUTCHours = () => 99; Date.UTC = () => 0;`,
  Intl: `Intl.DateTimeFormat.prototype.formatToParts = () => [];`,
  Array: `Array.prototype.push = () => 0; Array.isArray = () => true;`,
} as const;

for (const [what, code] of Object.entries(SABOTAGE)) {
  test(`A policy that replaces parts of ${what} while it runs is still told apart from others`, async () => {
    const sabotaged = await load(`
      import { definePolicy } from 'dnsteer';
      export default definePolicy({
        pools: { us: { A: '192.0.2.10' } }, fallback: 'us',
        hosts: { www: ({ client, time }) => { ${code} client.country; time.in('Europe/Berlin').hour; return 'us'; } },
      });`);
    for (const now of [Date.UTC(2026, 0, 1, 0), Date.UTC(2026, 0, 1, 1)]) {
      assert.deepEqual(sabotaged.run('www', { client: { country: 'DE' }, now }), {
        plan: { kind: 'pool', pool: 'us' },
        reads: [
          ['client.country', 'DE'],
          ['time@Europe/Berlin.hour', new Date(now).getUTCHours() + 1],
        ],
        impure: [],
      });
    }
  });
}

test('The functions the host calls cannot be replaced', async () => {
  const policy = await load(`
    import { definePolicy } from 'dnsteer';
    export default definePolicy({
      pools: { us: { A: '192.0.2.10' } }, fallback: 'us',
      hosts: { www: () => { 'use strict'; (globalThis as any).__dnsteer_run = () => 'mine'; return 'us'; } },
    });`);
  assert.match(policy.run('www').error?.message ?? '', /^TypeError: Cannot (assign|redefine)/);
});
