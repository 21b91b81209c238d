/** Policies that keep something between queries are found out in the real sandbox, and no others are. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { findImpurities } from '../../runtime/trial/purity.ts';
import { tryPolicy } from '../../runtime/trial/trial.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS } from '../support/policy-settings.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

/** What is found in a policy file that passes its trial. */
async function foundIn(file: string, root: string): Promise<Diagnostic[]> {
  const compiled = await compilePolicy(file, { root });
  assert.ok(compiled.ok, JSON.stringify(compiled));
  const zone = path.basename(file).replace(/\.[jt]s$/, '');
  const { script, sourceMap } = compiled;
  const ask = { zone, file, script, sourceMap, settings: POLICY_SETTINGS };
  const trial = await tryPolicy({ ...ask, key: `${zone}@trial` }, sandbox);
  assert.ok(trial.kind === 'passed', JSON.stringify(trial));
  return await findImpurities({ ...ask, accepted: trial.accepted }, sandbox);
}

/** What is found in a policy of that top level and these hosts; hosts begin in line 12. */
async function found(
  context: TestContext,
  topLevel: string,
  hosts: string,
): Promise<{ readonly told: string[]; readonly lines: (number | undefined)[] }> {
  const { root } = makeFolder(context, {
    'snippets/countries.ts': "export const COUNTRIES: string[] = ['FR'];\n",
    'example.com.ts': `import { definePolicy, health, weighted } from 'dnsteer';
import { COUNTRIES } from './snippets/countries.ts';

${topLevel.replaceAll('\n', ' ')}

export default definePolicy({
  pools: {
    us: { A: '192.0.2.1', AAAA: '2001:db8::1', check: { type: 'tcp', port: 80 } }, eu: { A: '192.0.2.2' },
  },
  fallback: 'us',
  hosts: {
    ${hosts}
  },
});
void [health, weighted, COUNTRIES];
`,
  });
  const diagnostics = await foundIn('example.com.ts', root);
  for (const { code, severity, remedy } of diagnostics) {
    assert.deepEqual([code, severity], ['POLICY_IMPURE', 'error']);
    assert.match(remedy ?? '', /^Keep nothing between queries/);
  }
  return {
    told: diagnostics.map(({ message }) => message),
    lines: diagnostics.map(({ line }) => line),
  };
}

const US = '{"kind":"pool","pool":"us"}';
const EU = '{"kind":"pool","pool":"eu"}';
const FIRST = 'a client in DE (IPv4) asking for A';
const ALL = '; and likewise for 15 of the other samples';
const AGAIN = 'when it is asked again';
const AFRESH = 'when it is loaded afresh and asked in another order';

/** Name, top level, host `a`, and what is told of it. */
const IMPURE: readonly (readonly [string, string, string, readonly (string | RegExp)[]])[] = [
  [
    'a switch that every query turns',
    'let count = 0;',
    "a: () => (count++ % 2 === 0 ? 'us' : 'eu')",
    [`Host "a" answers differently for ${FIRST} ${AGAIN}: first ${US}, then ${EU}${ALL}`],
  ],
  [
    'a counter of three',
    'let count = 0;',
    "a: () => (count++ % 3 === 0 ? 'us' : 'eu')",
    [/^Host "a" answers differently for /],
  ],
  [
    'a counter of as many as there are samples',
    'let count = 0;',
    "a: () => (count++ % 16 === 0 ? 'us' : 'eu')",
    [/^Host "a" answers differently for /],
  ],
  [
    'a value that the first client decides for all',
    'let pool: string | undefined;',
    "a: (query) => (pool ??= query.client.country === 'DE' ? 'eu' : 'us')",
    [
      /^Host "a" answers differently for .*loaded afresh/,
      `Host "a" reads something else for ${FIRST} ${AGAIN}: first client.country="DE", then nothing; and likewise for 1 of the other samples`,
    ],
  ],
  [
    'a cache by country that spares the look at health',
    'const pools = new Map<string | undefined, string>();',
    `a: ({ client: { country } }) => {
      const pool = pools.get(country) ?? (health('us') === 'up' ? 'us' : 'eu');
      pools.set(country, pool);
      return pool;
    }`,
    [
      'Host "a" reads something else for a client in DE (IPv4) asking for A when it is asked again: ' +
        'first client.country="DE", health.us="up", then client.country="DE"; and likewise for 7 of the other samples',
    ],
  ],
  [
    'a global variable',
    'const shared = globalThis as { turn?: boolean };',
    "a: () => ((shared.turn = shared.turn !== true) ? 'us' : 'eu')",
    [`Host "a" answers differently for ${FIRST} ${AGAIN}: first ${US}, then ${EU}${ALL}`],
  ],
  [
    'an array of a snippet that grows',
    '',
    "a: (query) => ({ A: '192.0.2.' + (COUNTRIES.push(query.client.country ?? '') % 200) })",
    [/^Host "a" answers differently for .*"192\.0\.2\.2".*"192\.0\.2\.33"/],
  ],
  [
    'a generator',
    "const turns = (function* () { for (;;) { yield 'us'; yield 'eu'; } })();",
    'a: () => turns.next().value as string',
    [`Host "a" answers differently for ${FIRST} ${AGAIN}: first ${US}, then ${EU}${ALL}`],
  ],
  [
    'reads that depend on what was asked before',
    "let last = '';",
    `a: ({ type, client }) => {
      const isOther = type !== last;
      last = type;
      return isOther && client.continent === 'EU' ? 'us' : 'us';
    }`,
    [
      /^Host "a" reads something else for .*: first query\.type="A", client\.continent="\w\w", then query\.type="A"/,
    ],
  ],
  [
    'chance at the top level',
    'const site = Math.random();',
    'a: () => ({ TXT: String(site) })',
    [/^Host "a" answers differently for .* loaded afresh .*"TXT":\["0\.\d+"\]/],
  ],
  [
    'chance that the first query takes for all',
    'let site: number | undefined;',
    'a: () => ({ TXT: String((site ??= Math.random())) })',
    [
      `Host "a" uses chance or the clock for ${FIRST} in one run and not in another; and likewise for 1 of the other samples`,
      new RegExp(`^Host "a" answers differently for .* ${AFRESH}: `),
    ],
  ],
  [
    'a failure once there have been too many queries',
    'let count = 0;',
    "a: () => { if (++count > 20) throw new Error('Enough'); return 'us'; }",
    [/^Host "a" fails for .* in one run and not in another: .*Enough; and likewise for \d+ of/],
  ],
  [
    'an endless loop once there have been too many queries',
    'let count = 0;',
    "a: () => { while (count > 20); count += 1; return 'us'; }",
    [/^Host "a" fails for .* in one run and not in another: The policy ran longer than 250 ms/],
  ],
];

for (const [name, topLevel, host, expected] of IMPURE) {
  test(`Found, at its host: ${name}`, async (context) => {
    const { told, lines } = await found(context, topLevel, `steady: () => 'us',\n    ${host}`);
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [at, text] of expected.entries()) {
      if (typeof text === 'string') assert.equal(told[at], text);
      else assert.match(told[at] ?? '', text);
    }
    // What throws or hangs does so in that line too.
    for (const line of lines) assert.equal(line, 13);
  });
}

const PURE: readonly (readonly [string, string, string])[] = [
  [
    'a table that is made when it is needed',
    'let table: ReadonlyMap<string, string> | undefined;',
    `a: (query) => {
      table ??= new Map([['DE', 'eu']]);
      return table.get(query.client.country ?? '') ?? 'us';
    }`,
  ],
  [
    'a cache of what follows from its key',
    'const pools = new Map<string | undefined, string>();',
    `a: ({ client: { country } }) => {
      const pool = pools.get(country) ?? (country === 'DE' ? 'eu' : 'us');
      pools.set(country, pool);
      return pool;
    }`,
  ],
  ['chance', '', "a: () => ({ A: '192.0.2.' + Math.floor(Math.random() * 250) })"],
  [
    'chance that decides what is read',
    '',
    "a: (query) => (Math.random() < 0.5 && query.client.country === 'DE' ? 'eu' : 'us')",
  ],
  ['the clock of JavaScript', '', "a: () => (new Date().getHours() < 12 ? 'eu' : 'us')"],
  ['the moment and the address', '', "a: ({ client, time }) => ({ TXT: client.ip + ' ' + time.unix })"],
  [
    'local time, pools and weights',
    '',
    "a: ({ time }) => weighted({ us: time.in('Asia/Tokyo').hour, eu: 1 })",
  ],
];

for (const [name, topLevel, host] of PURE) {
  test(`Not blamed: ${name}`, async (context) => {
    assert.deepEqual((await found(context, topLevel, host)).told, []);
  });
}

test('State that one host leaves to another is found', async (context) => {
  const { told, lines } = await found(
    context,
    "let last = 'us';",
    `a: (query) => (last = query.client.continent === 'EU' ? 'eu' : 'us'),
    b: () => last`,
  );
  assert.match(told.join('\n'), /^Host "b" answers differently for .*$/);
  assert.deepEqual(lines, [13]);
});

test('Every host is told of, once for each kind of difference', async (context) => {
  const host = "(q) => (count++ % 2 === 0 ? q.client.country === 'DE' ? 'eu' : 'us' : 'eu')";
  const { told, lines } = await found(context, 'let count = 0;', `a: ${host},\n    '*.b': ${host}`);
  assert.equal(told.length, 4);
  assert.deepEqual(
    new Set(told.map((message) => message.split(' for ')[0])),
    new Set([
      'Host "a" answers differently',
      'Host "a" reads something else',
      'Host "*.b" answers differently',
      'Host "*.b" reads something else',
    ]),
  );
  assert.deepEqual(lines, [12, 12, 13, 13]);
});

test('A declaration that is another at each load is found where it stands', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: {
    us: { A: '192.0.2.1', at: [Math.random(), 8] },
  },
  fallback: 'us',
  hosts: { www: 'us' },
});
`,
  });
  const [first, ...others] = await foundIn('example.com.ts', root);
  assert.equal(first?.message, 'Declares another pools.us.at[0] each time it is loaded');
  assert.deepEqual([first.line, others], [4, []]);
});

test('A long answer is shown where it differs', async (context) => {
  const { told } = await found(
    context,
    'let count = 0;',
    "a: () => ({ TXT: ['x'.repeat(200), 'turn ' + (count++ % 2), 'y'.repeat(200)] })",
  );
  assert.match(told[0] ?? '', /: first …x+","turn 0","y+…, then …x+","turn 1","y+…;/);
});

for (const file of globSync('{policies,examples}/**/*.{com,example}.{ts,js}', { cwd: ROOT })) {
  test(`Ours are pure: ${file}`, async () => {
    const root = path.join(
      ROOT,
      file.startsWith('policies') ? 'policies' : file.split(path.sep, 2).join('/'),
    );
    assert.deepEqual(await foundIn(path.relative(root, path.join(ROOT, file)), root), []);
  });
}
