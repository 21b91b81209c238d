/** What `npm pack` makes runs after `npm i -g` in an empty folder, on every Node we support. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '../support/client.ts';
import { freePort } from '../support/ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Exact, so that a run today and a run next year test the same thing. */
const NODES = ['24.21.0', '26.10.0'];

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-pack-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function npm(...args: string[]): void {
  execFileSync('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

before(() => {
  npm('pack', '--pack-destination', folder);
});

for (const version of NODES) {
  test(`The package answers a query on Node ${version}`, async () => {
    const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    assert.ok(tarball !== undefined);
    const prefix = path.join(folder, `node-${version}`);
    npm('install', '--global', '--prefix', prefix, path.join(folder, tarball), `node@${version}`);

    const work = path.join(prefix, 'work');
    mkdirSync(path.join(work, 'policies'), { recursive: true });
    writeFileSync(
      path.join(work, 'policies', 'packed.example.ts'),
      `import { definePolicy } from 'dnsteer';
       export default definePolicy({ fallback: { TXT: 'fallback' }, hosts: { www: (query) => ({ TXT: query.name }) } });`,
    );
    const [port, adminPort] = [await freePort(), await freePort()];
    const bin = path.join(prefix, 'bin');
    const server = spawn(path.join(bin, 'dnsteer'), ['start'], {
      cwd: work,
      env: {
        ...process.env,
        PATH: `${bin}:${process.env.PATH}`,
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
