/** Members of pools as they are now, asked of a server that runs, and in a file that it keeps. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { BIN } from '../../support/bin.ts';
import { startServer, type TestServer } from '../../support/dnsteer.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
let server: TestServer;

before(async () => {
  server = await startServer({
    policies: {
      'shop.example.ts': `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: {
    eu: { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] },
    us: { A: ['192.0.2.9'], check: { type: 'push', name: 'us', expires: 600 } },
  },
  fallback: firstHealthy('eu', 'us'),
  hosts: { '@': () => firstHealthy('eu', 'us') },
});
`,
    },
    config: `emit:
  - kind: nginx
    file: kept.conf
    pools: [shop.example/eu]
    port: 8080
    check: [sh, -c, 'grep -q upstream "$1"', sh, '{file}']
    reload: [sh, -c, 'echo read >> reloads']
`,
    patienceMs: 60_000,
  });
});
after(() => server.stop());

function dnsteer(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [BIN, ...args, '--admin', new URL(server.adminUrl).host], {
    cwd: server.folder,
  });
}

test('A file is written at the start, when an operator says something, and when the settings are read again', async () => {
  const kept = path.join(server.folder, 'kept.conf');
  const textWhen = (isRight: (text: string) => boolean): Promise<string> =>
    until(async () => (existsSync(kept) ? readFileSync(kept, 'utf8') : ''), isRight);
  await textWhen((text) => text.includes('server 192.0.2.1:8080 weight=100;'));
  await dnsteer('drain', 'shop.example/eu/192.0.2.1');
  await textWhen((text) => text.includes('server 192.0.2.1:8080 weight=1 down;'));
  await dnsteer('undrain', 'shop.example/eu/192.0.2.1');
  await textWhen((text) => text.includes('server 192.0.2.1:8080 weight=100;'));
  const { emitted = [] } = await server.status();
  assert.equal(emitted[0]?.file, kept);
  assert.ok(emitted[0].writtenAt !== undefined);
  writeFileSync(kept, 'written by hand');
  server.process.kill('SIGHUP');
  await textWhen((text) => text.includes('upstream'));
  assert.match((await dnsteer('status')).stdout, /kept\.conf \(nginx\): written at /);
});

test('Addresses of pools, and what operators have said of them', async () => {
  await dnsteer('drain', 'shop.example/eu/192.0.2.2');
  const { stdout } = await dnsteer('emit', 'nginx', 'shop.example/eu', 'shop.example/us', '--port', '8080');
  assert.equal(
    stdout,
    `# Written by dnsteer.
upstream shop.example_2feu {
    server 192.0.2.1:8080 weight=100;
    server 192.0.2.2:8080 weight=1 down;
    server [2001:db8::1]:8080 weight=100;
}
upstream shop.example_2fus {
    server 192.0.2.9:8080 weight=100;
}
`,
  );
});

test('A pool that there is not', async () => {
  await assert.rejects(
    dnsteer('emit', 'caddy', 'shop.example/ue'),
    /No pool "shop\.example\/ue" is served; did you mean/,
  );
  await assert.rejects(
    dnsteer('emit', 'apache', 'shop.example/eu'),
    /Allowed choices are nginx, haproxy, caddy/,
  );
});

test('Without prefixes nothing is announced, and nothing can be drained', async () => {
  await assert.rejects(dnsteer('announce', 'drain'), /No prefixes are announced here \(announce\.prefixes\)/);
  assert.match((await dnsteer('announce', 'status')).stdout, /^No prefixes are announced here/);
});
