/** `dnsteer diff` with versions that a server has served before. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startServer } from '../support/dnsteer.ts';
import { dnsteer } from './dnsteer.ts';

function policy(address: string): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: '192.0.2.9' }, hosts: { www: { A: '${address}' } } });
`;
}

test('What a server served before is compared by how far back it is, or by its version', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-versions-'));
  const policies = { 'shop.example.ts': policy('192.0.2.1'), 'other.example.ts': policy('192.0.2.99') };
  const server = await startServer({ folder, policies, patienceMs: 60_000 });
  try {
    const versionNow = async (): Promise<string> =>
      (await server.status()).zones.find(({ zone }) => zone === 'shop.example')?.version ?? '';
    const versions = [await versionNow()];
    for (const address of ['192.0.2.2', '192.0.2.3']) {
      const from = server.output().length;
      server.replace('shop.example.ts', policy(address));
      await server.printed(/shop\.example[^\n]* live/, from);
      versions.unshift(await versionNow());
    }
    await server.stop();
    const run = (...args: string[]) => dnsteer(['diff', ...args], { cwd: folder });
    const listed = JSON.parse((await run('--versions', '--json')).stdout) as Record<string, unknown>[];
    const shop = listed.filter(({ zone }) => zone === 'shop.example');
    assert.deepEqual(
      shop.map(({ version, name }) => [version, name]),
      versions.map((version, back) => [version, back === 0 ? 'live' : `live~${back}`]),
    );
    const { stdout } = await run('--versions');
    assert.match(
      stdout,
      /^ZONE +VERSION +LIVE SINCE +NAME\nother\.example +[0-9a-f]{8} +2\d{3}-\S+Z +live\nshop\.example /,
    );

    const last = await run('live~1', 'live');
    assert.equal(last.code, 1, last.stderr);
    assert.match(last.stdout, /- 192\.0\.2\.2 .*\n +\+ 192\.0\.2\.3 /);
    assert.match(last.stdout, /Zones: 1 changed, 1 the same/);
    const first = await run(`shop.example@${versions[2]}`, 'live~9');
    assert.deepEqual([first.code, first.stderr], [0, '']);
    const both = await run(`shop.example@${versions[2]}`, `shop.example@${versions[0]}`);
    assert.match(both.stdout, /- 192\.0\.2\.1 .*\n +\+ 192\.0\.2\.3 /);

    const none = await run('shop.example@00000000');
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      new RegExp(`No version 00000000 of shop\\.example is kept; there is ${versions.join(', ')}`),
    );
    rmSync(path.join(folder, '.dnsteer'), { recursive: true });
    const nothing = await run('live~1', 'live');
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /There is no live~1: no server has served a zone with the state folder /);
    const nowhere = await run('nowhere.example@00000000');
    assert.match(nowhere.stderr, /There is no zone nowhere\.example/);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
