import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Context, createContext, runInContext } from 'node:vm';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { type Compiled, compilePolicy } from '../../runtime/build/compile.ts';
import { MAX_SOURCE_OCTETS } from '../../runtime/build/import-rules.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { mapStack } from '../../runtime/build/source-map.ts';
import { decodeNetworkLists } from '../../runtime/rpc/facts/network-lists.ts';
import { childrenRunning } from '../support/children.ts';
import { makeFolder } from '../support/policies-folder.ts';

const { script: prelude } = await preludeBundle();
const NO_PROC = existsSync('/proc/self/task') ? false : 'no /proc here';

const MINIMAL = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: ['192.0.2.1'] } });
`;

/** All diagnostics as the operator reads them, with paths below the folder. */
function told(compiled: Compiled, root: string): string {
  assert.ok(!compiled.ok, 'compiles, and should not');
  return compiled.diagnostics.map(formatDiagnostic).join('\n').replaceAll(root, 'policies');
}

/** A policy that imports so many files of one text. */
function importing(count: number, text: string): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `data${index}`);
  const imports = names.map((name) => `import ${name} from './${name}.json';\n`).join('');
  const files = names.map((name) => [`${name}.json`, JSON.stringify(text)]);
  return { 'example.com.ts': `${imports}export default [${names.join()}];`, ...Object.fromEntries(files) };
}

/** Where scripts of policies run; the prelude is called what the sandbox calls it. */
function afterPrelude(world: object): Context {
  const context = createContext(world);
  runInContext(prelude, context, { filename: 'dnsteer:prelude' });
  return context;
}

/** What the policy that exports a text as its default makes of itself; these scripts are our own. */
function evaluate(script: string): { stack: string } {
  try {
    runInContext(script, afterPrelude({}), { filename: 'example.com@00000000' });
  } catch (error) {
    return error as { stack: string };
  }
  throw new Error('The script did not throw');
}

test('A policy and its snippets become one script that sets what the sandbox calls', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
import { PLACES } from './snippets/places.ts';
import data from './snippets/data.json' with { type: 'json' };
import type { Nothing } from './not-there.ts';
export default definePolicy({ fallback: { A: PLACES }, ttl: data.ttl as Nothing });
`,
    'snippets/places.ts': "export const PLACES: string[] = ['192.0.2.7'];\n",
    'snippets/data.json': '{ "ttl": 77 }',
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  assert.deepEqual([...compiled.inputs].sort(), [
    'example.com.ts',
    'snippets/data.json',
    'snippets/places.ts',
  ]);
  const world: Record<string, () => string> = {};
  runInContext(compiled.script, afterPrelude(world));
  const manifest = JSON.parse(world.__dnsteer_manifest?.() ?? '') as Record<string, unknown>;
  assert.deepEqual(manifest.fallback, { kind: 'records', records: { A: ['192.0.2.7'] } });
  assert.equal(manifest.ttl, 77);
});

test('The same sources give the same script wherever the folder is', async (context) => {
  const here = makeFolder(context, { 'example.com.ts': MINIMAL });
  const there = makeFolder(context, { 'example.com.ts': MINIMAL });
  const [a, b] = await Promise.all(
    [here, there].map(({ root }) => compilePolicy('example.com.ts', { root })),
  );
  assert.ok(a?.ok && b?.ok);
  assert.equal(a.script, b.script);
});

test('A position in the script leads back to the line of the author', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': "import { decide } from './snippets/decide.ts';\n\nexport default decide('x');\n",
    'snippets/decide.ts': `interface Unused { readonly a: string }

export function decide(value: string): never {
  throw new Error('no ' + value);
}
`,
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  const position = mapStack(evaluate(compiled.script).stack, compiled.sourceMap);
  assert.deepEqual(position, {
    file: path.join(root, 'snippets/decide.ts'),
    line: 4,
    column: 9,
    text: "  throw new Error('no ' + value);",
  });
});

test('Frames of the prelude are skipped on the way to the author', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts':
      "import { firstHealthy } from 'dnsteer';\nexport default firstHealthy({ get A(): string { throw new Error('mine'); } });\n",
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  const { stack } = evaluate(compiled.script);
  const withoutFirst = stack.replace(/\n\s+at [^\n]*/, '');
  assert.equal(mapStack(stack, compiled.sourceMap)?.line, 2);
  assert.equal(mapStack(withoutFirst, compiled.sourceMap)?.line, 2);
  assert.equal(mapStack('Error: far away\n    at node:internal:1:1', compiled.sourceMap), undefined);
});

const REFUSED: readonly (readonly [specifier: string, expected: RegExp])[] = [
  ['node:fs', /may not import "node:fs": policies have no access to the system\n/],
  ['fs', /may not import "fs": policies have no access to the system\n/],
  ['lodash', /may not import "lodash": packages are not available to policies\n/],
  ['dnster', /Did you mean "dnsteer"\?/],
  ['snippets/places.ts', /Write "\.\/snippets\/places\.ts"/],
  ['https://example.net/x.js', /nothing is loaded from elsewhere/],
  ['data:text/javascript,1', /nothing is loaded from elsewhere/],
  ['/etc/passwd', /paths are relative to the importing file/],
  ['../outside.ts', /lies outside the policies folder/],
  ['./snippets/../../outside.ts', /lies outside the policies folder/],
  ['./link.ts', /symbolic link that leads out of the policies folder/],
  ['./linked/outside.ts', /symbolic link that leads out of the policies folder/],
  ['./snippets/plces.ts', /there is no such file\n.*\n.*\n {2}Did you mean "\.\/snippets\/places\.ts"\?/],
  ['./snippets', /it is a folder/],
  ['./notes.md', /only \.ts, \.js and \.json files/],
  ['./.hidden/x.ts', /are not looked into/],
  ['./node_modules/x/index.js', /are not looked into/],
];

for (const [specifier, expected] of REFUSED) {
  test(`An import of "${specifier}" is refused, with position and remedy`, async (context) => {
    const folder = makeFolder(context, {
      'example.com.ts': `// A comment before.\nimport x from '${specifier}';\n${MINIMAL.replace('fallback', 'x, fallback')}`,
      'snippets/places.ts': 'export default 1;',
      'notes.md': 'x',
      '.hidden/x.ts': 'export default 1;',
      'node_modules/x/index.js': 'module.exports = 1;',
    });
    mkdirSync(path.join(folder.parent, 'elsewhere'));
    writeFileSync(path.join(folder.parent, 'outside.ts'), 'export default 1;');
    writeFileSync(path.join(folder.parent, 'elsewhere/outside.ts'), 'export default 1;');
    symlinkSync('../outside.ts', path.join(folder.root, 'link.ts'));
    symlinkSync('../elsewhere', path.join(folder.root, 'linked'));
    const text = told(await compilePolicy('example.com.ts', folder), folder.root);
    assert.match(text, expected);
    assert.match(text, /^policies\/example\.com\.ts:2:15: error: /);
    assert.match(text, /\n {4}import x from .*\n {4} {14}\^/);
  });
}

test('An import that nothing uses is held to the rules, and may bring types without saying so', async (context) => {
  const folder = makeFolder(context, {
    'example.com.ts': `import fs from 'node:fs';\n${MINIMAL}`,
    'example.net.ts': `import { type Client, Query } from 'dnsteer';\nimport { Site } from './types.ts';\n${MINIMAL}`,
    'types.ts': 'export interface Site { name: string }',
  });
  assert.match(told(await compilePolicy('example.com.ts', folder), folder.root), /may not import "node:fs"/);
  const typed = await compilePolicy('example.net.ts', folder);
  assert.ok(typed.ok);
  assert.deepEqual([...typed.inputs].sort(), ['example.net.ts', 'types.ts']);
});

test('All that is wrong with a file is told at once', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
import fs from 'node:fs';
const where = import.meta.url;
const what = await where;
const später = import('./snippets/places.ts'), more = import(what), again = require(what);
export default definePolicy({ fs, später, more, again });
`,
    'snippets/places.ts': 'export const a = 1;',
  });
  const text = told(await compilePolicy('example.com.ts', { root }), root);
  assert.match(text, /ts:2:16: error: .* may not import "node:fs"/);
  assert.match(text, /ts:3:15: error: A policy has no import\.meta/);
  assert.match(text, /ts:4:14: error: A policy cannot wait/);
  assert.match(
    text,
    /ts:5:23: error: A policy cannot import\(\) at run time/,
    'columns count characters, not octets',
  );
  assert.match(text, /ts:5:55: error: A policy cannot import\(\) at run time/);
  assert.match(text, /ts:5:77: error: A policy can require\(\) only a file or module named by a string/);
});

test('A name that a module does not export is told, with the one that was meant', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': `import { definePolicyy } from 'dnsteer';
import { place } from './snippets/places.ts';
export default definePolicyy({ place });
`,
    'snippets/places.ts': 'export const places = 1;',
  });
  const text = told(await compilePolicy('example.com.ts', { root }), root);
  assert.match(text, /ts:1:10: error: "dnsteer" exports no "definePolicyy"/);
  assert.match(
    text,
    /ts:2:10: error: policies\/snippets\/places\.ts exports no "place"\n.*\n.*\n {2}Did you mean .*"places"/,
  );
});

test('A syntax error is told with its line and a caret', async (context) => {
  const { root } = makeFolder(context, { 'example.com.ts': "export default { a: 'b }\n" });
  const text = told(await compilePolicy('example.com.ts', { root }), root);
  assert.equal(
    text,
    "policies/example.com.ts:1:25: error: Unterminated string literal\n    export default { a: 'b }\n                            ^",
  );
});

test('An error in a snippet is told in the snippet', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': "import './snippets/bad.ts';\n",
    'snippets/bad.ts': "\nimport './gone.ts';",
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.match(
    told(compiled, root),
    /^policies\/snippets\/bad\.ts:2:8: error: policies\/snippets\/bad\.ts may not import/,
  );
  assert.ok(compiled.inputs.includes('snippets/gone.ts'), 'the missing file is waited for');
});

test('Neither a tsconfig.json nor a package.json in the folder has a say', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': `import './snippets/effect.ts';\n${MINIMAL}`,
    'snippets/effect.ts': "throw new Error('here');",
    'tsconfig.json': '{ not json',
    'package.json': '{ "sideEffects": false }',
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  assert.match(evaluate(compiled.script).stack, /here/);
});

test('A file of a size that no one writes by hand is refused', async (context) => {
  const { root } = makeFolder(context, { 'example.com.ts': `${MINIMAL}// ${'x'.repeat(MAX_SOURCE_OCTETS)}` });
  assert.match(told(await compilePolicy('example.com.ts', { root }), root), /larger than 1048576 octets/);
});

test('A script of a size that would burden every process is refused', async (context) => {
  // In a script, this character takes twice the octets.
  const { root } = makeFolder(context, importing(3, '\u2028'.repeat(333_000)));
  assert.match(told(await compilePolicy('example.com.ts', { root }), root), /over 4194304 octets/);
});

for (const [count, text] of [
  [5, 'x'.repeat(1_000_000)],
  [257, 'x'],
] as const) {
  test(`Imports of ${count} files of ${text.length} octets are too many`, async (context) => {
    const { root } = makeFolder(context, importing(count, text));
    const message = told(await compilePolicy('example.com.ts', { root }), root);
    assert.match(message, /data\d+\.json is not compiled: .* may have 4194304 octets in 256 files/);
  });
}

test('A handler file of old, with require(), compiles', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.js': `const dns = require('dnssec-server');
const geoip = require('geoip-lite');
const { address } = require('./snippets/address');
dns.createServer({}, (req, res) => { res.answers.push({ address, geoip }); res.send(); });
`,
    'snippets/address.js': "exports.address = '192.0.2.1';",
  });
  const compiled = await compilePolicy('example.com.js', { root });
  assert.ok(compiled.ok, compiled.ok ? '' : told(compiled, root));
});

test('Imports follow the names in the folder, not where its links lead', async (context) => {
  const folder = makeFolder(context, {
    '..2026_11_23/example.com.ts': `import './places.ts';\n${MINIMAL}`,
    '..2026_11_23/places.ts': 'export const a = 1;',
  });
  symlinkSync('..2026_11_23', path.join(folder.root, '..data'));
  for (const name of ['example.com.ts', 'places.ts'])
    symlinkSync(`..data/${name}`, path.join(folder.root, name));
  const compiled = await compilePolicy('example.com.ts', folder);
  assert.ok(compiled.ok, compiled.ok ? '' : told(compiled, folder.root));
  assert.deepEqual([...compiled.inputs].sort(), ['example.com.ts', 'places.ts']);
});

test('A compiler process that dies is replaced, and builds under way are done over', {
  skip: NO_PROC,
}, async (context) => {
  const { root } = makeFolder(context, { 'example.com.ts': MINIMAL });
  await compilePolicy('example.com.ts', { root });
  const [compiler] = childrenRunning('esbuild', process.pid);
  assert.ok(compiler);
  const builds = Array.from({ length: 5 }, () => compilePolicy('example.com.ts', { root }));
  process.kill(compiler, 'SIGKILL');
  builds.push(...Array.from({ length: 5 }, () => compilePolicy('example.com.ts', { root })));
  for (const compiled of await Promise.all(builds)) assert.ok(compiled.ok);
});

test('A policies folder that has just been moved away is no more than a missing file', async (context) => {
  const { root } = makeFolder(context);
  const compiled = await compilePolicy('example.com.ts', { root: path.join(root, 'gone') });
  assert.match(told(compiled, root), /there is no such file/);
});

test('Of a list of networks the script has the name, and the networks go beside it', async (context) => {
  const { root } = makeFolder(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
import partners from './lists/partners.txt';
import sites from './lists/sites.networks.json';
export default definePolicy({ fallback: { A: '192.0.2.1' }, hosts: { www: ({ client }) => ({ TXT: String(client.in(partners, sites)) }) } });
`,
    'lists/partners.txt': '192.0.2.0/24 # theirs\n',
    'lists/sites.networks.json': '["10.0.0.0/8"]',
    'other.example.ts': MINIMAL,
  });
  const [compiled, other] = await Promise.all([
    compilePolicy('example.com.ts', { root }),
    compilePolicy('other.example.ts', { root }),
  ]);
  assert.ok(compiled.ok && other.ok);
  const lists = decodeNetworkLists(compiled.lists);
  assert.deepEqual([...lists.keys()].sort(), ['lists/partners.txt', 'lists/sites.networks.json']);
  assert.equal(lists.get('lists/partners.txt')?.has({ family: 4, bytes: Uint8Array.of(192, 0, 2, 9) }), true);
  assert.match(compiled.script, /"@lists\/partners\.txt"/);
  assert.doesNotMatch(compiled.script, /192\.0\.2\.0|10\.0\.0\.0/);
  assert.ok(compiled.inputs.includes('lists/partners.txt'));
  assert.equal(other.lists.length, 0);
});

test('What is wrong with a list is told at its line, and where it is no list at the import', async (context) => {
  const importing = (file: string) => `import list from '${file}';\n${MINIMAL}void list;\n`;
  const { root } = makeFolder(context, {
    'line.example.ts': importing('./partners.txt'),
    'partners.txt': '192.0.2.0/24\n192.0.2.300\n',
    'none.example.ts': importing('./partner.txt'),
    'kind.example.ts': importing('./partners.md'),
    'partners.md': '192.0.2.0/24\n',
  });
  const of = async (file: string) => told(await compilePolicy(file, { root }), root);
  assert.equal(
    await of('line.example.ts'),
    `policies/partners.txt:2:1: error: policies/partners.txt is no list of networks: "192.0.2.300" is no network
    192.0.2.300
    ^
  Write networks as in 10.0.0.0/8 or 2001:db8::/32`,
  );
  assert.match(
    await of('none.example.ts'),
    /may not import "\.\/partner\.txt": there is no such file\n.*\n.*\n.*Did you mean "\.\/partners\.txt"\?/,
  );
  assert.match(
    await of('kind.example.ts'),
    /only \.ts, \.js and \.json files can be imported, and lists of networks: \.txt and \.csv/,
  );
});
