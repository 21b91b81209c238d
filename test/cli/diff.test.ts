/** `dnsteer diff`: the working folder beside the last commit. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: firstHealthy('us', 'eu'),
  hosts: { www: (query) => (query.client.country === 'DE' ? 'eu' : 'us'), api: 'us' },
});
`;
const ZONE = 'mail 300 IN A 192.0.2.25\n';

function git(cwd: string, ...args: string[]): void {
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  execFileSync('git', [...who, ...args], { cwd, stdio: 'ignore' });
}

test('The answers that differ from the last commit are told, with the clients that get them', async () => {
  const cwd = testFolder({ 'policies/shop.example.ts': POLICY, 'policies/shop.example.zone': ZONE });
  git(cwd, 'init', '-q');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-q', '-m', 'one');
  writeFileSync(path.join(cwd, 'policies/shop.example.ts'), POLICY.replace("'DE'", "'FR'"));
  writeFileSync(path.join(cwd, 'policies/shop.example.zone'), ZONE.replace('.25', '.26'));
  const { code, stdout, stderr } = await dnsteer(['diff'], { cwd });
  assert.equal(stderr, '');
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^shop\.example\n {2}- mail\.shop\.example A 300 192\.0\.2\.25\n {2}\+ mail\.shop\.example A 300 192\.0\.2\.26\n {2}www\.shop\.example A, country DE\n {4}- eu 198\.51\.100\.20 \(TTL 30\)\n {4}\+ us 192\.0\.2\.10 \(TTL 30\)\n {6}such as: www\.shop\.example A from DE \(IPv4\)\n {2}www\.shop\.example A, country FR\n {4}- us 192\.0\.2\.10 \(TTL 30\)\n {4}\+ eu 198\.51\.100\.20 \(TTL 30\)\n {6}such as: www\.shop\.example A from FR \(IPv4\)\n\nZones: 1 changed, 0 the same\. To accept just this: --accept [0-9a-f]{12}\n$/,
  );
  rmSync(path.join(cwd, '.git'), { recursive: true });
  const without = await dnsteer(['diff'], { cwd });
  assert.equal(without.code, 2);
  assert.match(without.stderr, /HEAD is no folder, and .* is in no git repository/);
});

test('A list of networks that holds others is told, and its policy differs in nothing else', async () => {
  const listed = POLICY.replace('import {', "import staff from './staff.txt';\nimport {").replace(
    "query.client.country === 'DE'",
    'query.client.in(staff)',
  );
  const cwd = testFolder({ 'policies/shop.example.ts': listed, 'policies/staff.txt': '192.0.2.0/24\n' });
  git(cwd, 'init', '-q');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-q', '-m', 'one');
  writeFileSync(path.join(cwd, 'policies/staff.txt'), '# the same\n192.0.2.0/25\n192.0.2.128/25\n');
  const same = await dnsteer(['diff'], { cwd });
  assert.deepEqual([same.code, same.stdout], [0, 'No answer is different (zones: 1)\n']);
  const of = async (networks: string): Promise<string> => {
    writeFileSync(path.join(cwd, 'policies/staff.txt'), networks);
    const { code, stdout } = await dnsteer(['diff'], { cwd });
    assert.equal(code, 1);
    const told =
      /^shop\.example\n {2}staff\.txt: the list holds other networks\n\nZones: 1 changed, .* --accept (.*)\n$/;
    return told.exec(stdout)?.[1] ?? assert.fail(stdout);
  };
  assert.notEqual(await of('192.0.3.0/24\n'), await of('192.0.4.0/24\n'));
  writeFileSync(path.join(cwd, 'policies/shop.example.ts'), listed.replace("? 'eu' : 'us'", "? 'us' : 'eu'"));
  const { stdout } = await dnsteer(['diff'], { cwd });
  assert.match(stdout, /\n {2}www\.shop\.example A, in staff\.txt\n/);
});
