/**
 * A newcomer's policy, broken in ten ways: README.md says whether the editor, `check`, `test` or `diff` tells, and so they do.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { dnsteer, type Ran, testFolder } from '../cli/dnsteer.ts';
import { Editor } from '../support/editor.ts';

interface Break {
  /** The row of the table in README.md. */
  readonly row: string;
  /** What is written in place of what. */
  readonly from: string;
  readonly to: string;
  /** In what is told, by whoever tells. */
  readonly told: Partial<Record<Teller, RegExp>>;
}

type Teller = 'editor' | 'check' | 'test' | 'diff';
const TELLERS: readonly Teller[] = ['editor', 'check', 'test', 'diff'];

const WWW =
  "www: (query) => (query.client.continent === 'EU' ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),";

const BREAKS: readonly Break[] = [
  {
    row: "a pool is misspelt in a plan: `firstHealthy('ue', 'us')`",
    from: "? firstHealthy('eu', 'us')",
    to: "? firstHealthy('ue', 'us')",
    told: {
      editor: /^'ue': /m,
      check: /shop\.example\.ts:\d+:\d+/,
      test: /Unknown pool "ue"; declared are us, eu/,
    },
  },
  {
    row: 'a bracket is missing',
    from: '  // Records that never change.',
    to: '  hosts2: {',
    told: {},
  },
  {
    row: "a country that there is not: `client.country === 'UK'`",
    from: "query.client.continent === 'EU'",
    to: "query.client.continent === 'EU' || query.client.country === 'UK'",
    told: { editor: /no overlap/, check: /write "GB"/ },
  },
  {
    row: "a pool is misspelt where types do not look, for one country: `health('ue')`",
    from: WWW,
    to: `www: ({ client }) => {
      const near: string = client.country === 'FR' ? 'ue' : 'us';
      return health(near) === 'down' ? 'us' : 'eu';
    },`,
    told: { check: /country FR: RangeError: Unknown pool "ue"/ },
  },
  {
    row: 'a handler never ends, for one country',
    from: WWW,
    to: `www: ({ client }) => {
      while (client.country === 'BR');
      return client.continent === 'EU' ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu');
    },`,
    told: { check: /country BR/ },
  },
  {
    row: 'an address that is none: `192.0.2.310`',
    from: "A: ['192.0.2.10']",
    to: "A: ['192.0.2.310']",
    told: { check: /192\.0\.2\.310/ },
  },
  {
    row: 'a comparison is turned round',
    from: "query.client.continent === 'EU'",
    to: "query.client.continent !== 'EU'",
    told: { test: /expected {2}"eu"\n +actual {4}"us"/, diff: /www\.shop\.example A/ },
  },
  {
    row: '`client.eu` in place of the continent',
    from: "query.client.continent === 'EU'",
    to: 'query.client.eu',
    told: { test: /reads is not as expected/, diff: /www\.shop\.example A/ },
  },
  {
    row: 'another address, which nobody tests',
    from: "A: ['198.51.100.20']",
    to: "A: ['198.51.100.21']",
    told: { diff: /198\.51\.100\.21/ },
  },
  {
    row: 'a name is gone',
    from: WWW,
    to: '',
    told: { test: /pool is not as expected/, diff: /www\.shop\.example/ },
  },
];

const cwd = testFolder();
const file = path.join(cwd, 'policies/shop.example.ts');
let policy = '';

before(async () => {
  const made = await dnsteer(['new', 'shop.example'], { cwd });
  assert.equal(made.code, 0, made.stderr);
  policy = readFileSync(file, 'utf8').replace(
    '{ definePolicy, firstHealthy }',
    '{ definePolicy, firstHealthy, health }',
  );
  writeFileSync(file, policy);
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...who, 'commit', '-q', '-m', 'one'],
  ])
    execFileSync('git', args, { cwd, stdio: 'ignore' });
});

/** What each of them tells; nothing where nothing is wrong for it. */
async function toldBy(): Promise<Record<Teller, string | undefined>> {
  const told = async (args: readonly string[]): Promise<string | undefined> => {
    const { code, stdout, stderr }: Ran = await dnsteer(args, { cwd });
    const isQuiet = code === 0 && !/ warning/.test(stdout + stderr);
    return isQuiet ? undefined : stdout + stderr;
  };
  using editor = new Editor(path.join(cwd, 'policies/tsconfig.json'));
  const lines = editor.underlined(file).map(({ text, message }) => `${text}: ${message}`);
  return {
    editor: lines.length === 0 ? undefined : lines.join('\n'),
    check: await told(['check']),
    test: await told(['test']),
    diff: await told(['diff']),
  };
}

test('Unbroken, nobody tells of anything', async () => {
  assert.deepEqual(await toldBy(), { editor: undefined, check: undefined, test: undefined, diff: undefined });
});

/** The rows of the table: break → whose column is marked. */
function tableRows(): Map<string, readonly Teller[]> {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const [, table = ''] = /\n\| break +\| editor .*\n\|[- |]+\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const rows = table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(
    rows.map(([row = '', ...marks]) => [row, TELLERS.filter((_, index) => marks[index] === '✓')]),
  );
}

test('README.md has these rows', () => {
  assert.deepEqual(
    [...tableRows().keys()],
    BREAKS.map(({ row }) => row),
  );
  assert.ok([...tableRows().values()].every((tellers) => tellers.length > 0));
});

for (const { row, from, to, told } of BREAKS)
  test(`Told: ${row}`, async () => {
    assert.ok(policy.includes(from));
    writeFileSync(
      file,
      policy.replace(from, () => to),
    );
    const said = await toldBy();
    assert.deepEqual(
      TELLERS.filter((teller) => said[teller] !== undefined),
      tableRows().get(row),
      JSON.stringify(said, undefined, 1),
    );
    for (const teller of TELLERS)
      if (told[teller] !== undefined) assert.match(said[teller] ?? '', told[teller]);
  });
