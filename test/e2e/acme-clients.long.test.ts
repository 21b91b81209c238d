/** ACME clients that we did not write have certificates issued by DNS challenges: certbot over DNS UPDATE, lego over HTTP. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createAuthority } from '../support/certificates.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';

const run = promisify(execFile);

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const FILE = '$TTL 60\n@ SOA ns1 host 7 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.1\n';
const PATIENCE_MS = 60_000;

interface Place {
  readonly folder: string;
  readonly server: TestServer;
  readonly http: number;
  /** Of the certificate authority, over HTTPS. */
  readonly directory: string;
  readonly roots: string;
}

/** Runs `work` beside a server and pebble, a certificate authority that looks challenges up at that server. */
async function withAuthority(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-acme-'));
  const [http, port, management] = [await freePort(), await freePort(), await freePort()];
  let pebble: ChildProcess | undefined;
  const server = await startServer({
    policies: { 'zone.test.zone': FILE },
    config: `
keys:
  acme.example: { secret: ${SECRET} }
update:
  listen: 127.0.0.1:${http}
  grants: [{ key: acme.example }]
`,
  });
  try {
    const at = (file: string): string => path.join(folder, file);
    const authority = createAuthority();
    const { cert, key } = authority.issue('IP:127.0.0.1');
    for (const [file, text] of Object.entries({ 'root.pem': authority.ca, 'cert.pem': cert, 'key.pem': key }))
      writeFileSync(at(file), text);
    const settings = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: at('cert.pem'),
      privateKey: at('key.pem'),
      httpPort: 5002,
      tlsPort: 5001,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
    };
    writeFileSync(at('pebble.json'), JSON.stringify({ pebble: settings }));
    const args = ['-config', at('pebble.json'), '-dnsserver', `127.0.0.1:${server.port}`];
    const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };
    pebble = spawn('pebble', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    await listens(pebble);
    const directory = `https://127.0.0.1:${port}/dir`;
    await work({ folder, server, http, directory, roots: at('root.pem') });
  } finally {
    if (pebble !== undefined && pebble.exitCode === null) {
      pebble.kill();
      await once(pebble, 'exit');
    }
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function listens(pebble: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    for (const stream of [pebble.stdout, pebble.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (/ACME directory available/.test(printed)) resolve();
      });
    }
    pebble.once('error', reject);
    pebble.once('exit', () => reject(new Error(`pebble ended: ${printed}`)));
  });
}

/** That an update was carried out for the challenge, and that the challenge is gone. */
async function isCleanedUp(server: TestServer): Promise<void> {
  assert.equal(server.output().split('Zone was updated').length - 1, 2);
  const { zones } = await server.status();
  assert.equal(zones.find(({ zone }) => zone === 'zone.test')?.dynamicRecords, 0);
}

describe('Certificates', { skip: missing('pebble') }, () => {
  test('certbot with dns-rfc2136', { skip: missing('certbot') }, async (t) => {
    const { stdout: plugins } = await run('certbot', ['plugins']).catch(() => ({ stdout: '' }));
    if (!plugins.includes('dns-rfc2136')) return t.skip('dns-rfc2136 of certbot is not installed');
    await withAuthority(async ({ folder, server, directory, roots }) => {
      const credentials = path.join(folder, 'credentials.ini');
      const lines = [
        'server = 127.0.0.1',
        `port = ${server.port}`,
        'name = acme.example',
        `secret = ${SECRET}`,
        'algorithm = HMAC-SHA256',
      ];
      writeFileSync(credentials, lines.map((line) => `dns_rfc2136_${line}\n`).join(''), { mode: 0o600 });
      const folders = ['config', 'work', 'logs'].flatMap((one) => [`--${one}-dir`, path.join(folder, one)]);
      const plugin = ['--dns-rfc2136', '--dns-rfc2136-credentials', credentials];
      const silent = ['--non-interactive', '--agree-tos', '--register-unsafely-without-email'];
      const args = [...folders, ...plugin, ...silent, '--dns-rfc2136-propagation-seconds', '0'];
      await run('certbot', ['certonly', '--server', directory, '-d', 'www.zone.test', ...args], {
        env: { ...process.env, REQUESTS_CA_BUNDLE: roots },
        timeout: PATIENCE_MS,
      });
      assert.ok(existsSync(path.join(folder, 'config', 'live', 'www.zone.test', 'fullchain.pem')));
      await isCleanedUp(server);
    });
  });

  test('lego with httpreq', { skip: missing('lego') }, async () => {
    await withAuthority(async ({ folder, server, http, directory, roots }) => {
      const dns = ['--dns', 'httpreq', '--dns.disable-cp', '--dns.resolvers', `127.0.0.1:${server.port}`];
      const args = ['--server', directory, '--accept-tos', '--email', 'host@zone.test', '--path', folder];
      await run('lego', [...args, ...dns, '-d', 'www.zone.test', 'run'], {
        env: {
          ...process.env,
          LEGO_CA_CERTIFICATES: roots,
          HTTPREQ_ENDPOINT: `http://127.0.0.1:${http}`,
          HTTPREQ_USERNAME: 'acme.example',
          HTTPREQ_PASSWORD: SECRET,
        },
        timeout: PATIENCE_MS,
      });
      assert.ok(existsSync(path.join(folder, 'certificates', 'www.zone.test.crt')));
      await isCleanedUp(server);
    });
  });
});
