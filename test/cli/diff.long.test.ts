/** `dnsteer diff`: folders, what is accepted, Markdown and JSON, and sides that cannot be understood. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { parse } from 'yaml';
import { BIN } from '../support/bin.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const WORKFLOW = path.resolve(import.meta.dirname, '../../examples/pull-request/dns-answers.yml');

function policy(hosts: string): string {
  return `import { definePolicy, firstHealthy, health } from 'dnsteer';
export default definePolicy({
  pools: {
    us: { A: '192.0.2.10', check: { type: 'tcp', port: 80 } },
    eu: { A: '198.51.100.20', AAAA: '2001:db8::1' },
  },
  fallback: firstHealthy('us', 'eu'),
  hosts: { ${hosts} },
});
void health;
`;
}

const cwd = testFolder({
  'policies/shop.example.ts': policy("www: () => 'us'"),
  'same/shop.example.ts': policy("www: () => firstHealthy('us')").replace("firstHealthy('us')", "'us'"),
  'renamed/shop.example.ts': policy("www: () => 'site'")
    .replace('    us:', '    site:')
    .replaceAll("'us'", "'site'"),
  'down/shop.example.ts': policy("www: () => (health('us') === 'down' ? 'eu' : 'us')"),
  'apart/other.example.ts': policy("www: () => 'us'"),
  'broken/shop.example.ts': 'export default {\n',
  'file.txt': 'no folder\n',
});
const diff = (...args: string[]) => dnsteer(['diff', ...args], { cwd });

test('Policies that answer the same are the same, whatever their pools are called', async () => {
  for (const folder of ['same', 'renamed']) {
    const { code, stdout } = await diff('policies', folder);
    assert.equal(stdout, 'No answer is different (zones: 1)\n');
    assert.equal(code, 0);
  }
});

test('What is accepted by its hash passes, and anything else does not', async () => {
  const { code, stdout } = await diff('policies', 'down', '--json');
  assert.equal(code, 1);
  const { hash, zones } = JSON.parse(stdout) as {
    hash: string;
    zones: { hosts: { cells: { when: object; types: string[] }[] }[] }[];
  };
  const cells = zones[0]?.hosts[0]?.cells.map(({ when, types }) => ({ when, types }));
  assert.deepEqual(cells, [
    { when: { 'health.us': ['down'] }, types: ['A'] },
    { when: { 'health.us': ['down'] }, types: ['AAAA'] },
  ]);
  assert.equal((await diff('policies', 'down', '--accept', hash)).code, 0);
  const other = await diff('policies', 'down', '--accept', '0123456789ab');
  assert.equal(other.code, 1);
  assert.match(other.stderr, new RegExp(`has the hash ${hash}, and 0123456789ab was accepted`));
});

test('Two folders without a zone in common are told as zones that are added and removed', async () => {
  const { code, stdout } = await diff('policies', 'apart', '--markdown');
  assert.equal(code, 1);
  assert.match(stdout, /^### DNS answers: policies → apart\n/);
  assert.match(stdout, /\*\*other\.example\*\* \(added, hosts: 1\)/);
  assert.match(stdout, /\*\*shop\.example\*\* \(removed, hosts: 1\)/);
});

test('A side that cannot be understood is told with its reason', async () => {
  const broken = await diff('policies', 'broken');
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /broken\/shop\.example\.ts:2:1: error/);
  const file = await diff('policies', 'file.txt');
  assert.equal(file.code, 2);
  assert.match(file.stderr, /file\.txt is no folder/);
  const ref = await diff('policies', 'no-such-branch');
  assert.equal(ref.code, 2);
  assert.match(ref.stderr, /no-such-branch/);
});

test('The workflow for pull requests writes what differs from the base, and passes', async () => {
  const repository = testFolder({ 'policies/shop.example.ts': policy("www: () => 'us'") });
  const shims = testFolder({ npx: `#!/bin/sh\nshift\nexec '${process.execPath}' '${BIN}' "$@"\n` });
  chmodSync(path.join(shims, 'npx'), 0o755);
  const git = (...args: string[]) => {
    const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
    execFileSync('git', [...who, ...args], { cwd: repository, stdio: 'ignore' });
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  writeFileSync(path.join(repository, 'policies/shop.example.ts'), policy("www: () => 'eu'"));
  const workflow = parse(readFileSync(WORKFLOW, 'utf8')) as {
    jobs: { answers: { steps: { id?: string; run?: string }[] } };
  };
  const { run = assert.fail('The step runs something') } =
    workflow.jobs.answers.steps.find(({ id }) => id === 'diff') ?? {};
  const env = { ...process.env, PATH: `${shims}:${process.env.PATH}`, BASE: 'main' };
  execFileSync('bash', ['-e', '-c', run], { cwd: repository, env });
  const answers = readFileSync(path.join(repository, 'answers.md'), 'utf8');
  assert.match(answers, /^### DNS answers: origin\/main → /);
  assert.match(answers, /\| `www\.shop\.example` \| A \| every client \| `us 192\.0\.2\.10 \(TTL 30\)` \|/);
});
