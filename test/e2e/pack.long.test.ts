/** What `npm pack` makes runs after `npm i -g` in an empty folder, on every line of Node we support. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isBuilt } from '../support/bin.ts';
import { Client } from '../support/client.ts';
import { freePort } from '../support/ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Exact, so that a run today and a run next year test the same thing. */
const OLDER_NODE = '24.21.0';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-pack-'));
const bin = path.join(folder, 'installed', 'bin');
after(() => rmSync(folder, { recursive: true, force: true }));

function npm(...args: string[]): void {
  execFileSync('npm', [...args, ...NPM_OPTIONS], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A registry that stalls is asked again: npm itself would wait for five minutes. */
const NPM_OPTIONS = [
  '--prefer-offline',
  '--fetch-timeout=15000',
  '--fetch-retry-mintimeout=1000',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

before(() => {
  // Where it has been built, others run what is in there, and building it empties the folder first.
  npm('pack', '--pack-destination', folder, ...(isBuilt ? ['--ignore-scripts'] : []));
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  assert.ok(tarball !== undefined);
  const prefix = path.dirname(bin);
  npm('install', '--global', '--prefix', prefix, path.join(folder, tarball), `node@${OLDER_NODE}`);
});

for (const [version, node] of [
  [`v${OLDER_NODE}`, path.join(bin, 'node')],
  [process.version, process.execPath],
] as const) {
  test(`The package answers a query on Node ${version}`, async () => {
    const work = path.join(folder, version);
    mkdirSync(path.join(work, 'policies'), { recursive: true });
    writeFileSync(
      path.join(work, 'policies', 'packed.example.ts'),
      `import { definePolicy } from 'dnsteer';
       export default definePolicy({ fallback: { TXT: 'fallback' }, hosts: { www: (query) => ({ TXT: query.name }) } });`,
    );
    const [port, adminPort] = [await freePort(), await freePort()];
    const server = spawn(node, [path.join(bin, 'dnsteer'), 'start'], {
      cwd: work,
      env: {
        ...process.env,
        DNSTEER_LISTEN: `127.0.0.1:${port}`,
        DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
        DNSTEER_PROCESSES: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    for await (const text of server.stdout.setEncoding('utf8')) {
      printed += text;
      if (printed.includes('dig @127')) break;
    }
    const client = await Client.open(port);
    const reply = await client.ask('www.packed.example', 'TXT');
    client.close();
    server.kill('SIGTERM');
    const [code] = await once(server, 'exit');
    assert.deepEqual(reply?.answers, ['TXT www.packed.example']);
    assert.equal(code, 0);
  });
}
