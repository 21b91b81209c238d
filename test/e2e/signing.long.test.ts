/** A zone that is declared to be signed gets its keys, and publishes them; what is private stays so. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { atEnd } from '../support/at-end.ts';
import { BIN } from '../support/bin.ts';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: ['192.0.2.1'] } },
  fallback: 'us',
  hosts: { '@': () => 'us', '*': ({ name }) => ({ TXT: name }) },
});
`;
const CONFIG =
  "dnssec:\n  zones: ['shop.example', '*.test']\nlog: { level: debug }\nzone: { nameServers: [ns.example.net] }\n";

function keyFiles(server: TestServer): string[] {
  return readdirSync(path.join(server.folder, 'keys')).filter((file) => file.endsWith('.private'));
}

/** Lines of a private key: each of them would be a secret told. */
function secretsOf(server: TestServer): string[] {
  return keyFiles(server).flatMap((file) => {
    const text = readFileSync(path.join(server.folder, 'keys', file), 'utf8');
    const [, secret] = /^PrivateKey: (\S+)$/m.exec(text) ?? [];
    assert.ok(secret !== undefined && secret.length > 40);
    return [secret, secret.replace(/=+$/, ''), Buffer.from(secret, 'base64').toString('hex')];
  });
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('A signed zone', { skip: missing('dig') }, () => {
  test('has a key after the first start, and publishes DNSKEY; CDS wait until all servers show it', async (context) => {
    const server = await startServer({
      config: CONFIG,
      policies: {
        'shop.example.ts': POLICY,
        'a.test.zone': '@ 60 IN SOA ns hostmaster 7 1 1 9 1\n',
        'plain.example.ts': POLICY,
      },
    });
    atEnd(context, () => server.stop());
    const files = keyFiles(server);
    assert.equal(files.length, 2);
    for (const file of files) {
      assert.match(file, /^K(shop\.example|a\.test)\.\+013\+\d{5}\.private$/);
      assert.equal(statSync(path.join(server.folder, 'keys', file)).mode & 0o777, 0o600);
    }
    const shop = files.find((file) => file.includes('shop'));
    const open = readFileSync(
      path.join(server.folder, 'keys', shop?.replace('.private', '.key') ?? ''),
      'utf8',
    );
    const [, rdata = ''] = /DNSKEY (257 3 13 .+)$/m.exec(open) ?? [];
    const plain = (text: string | undefined) => text?.replaceAll(/\s/g, '');
    const [dnskey, ...more] = await digShort(server.port, 'shop.example', 'DNSKEY');
    assert.deepEqual([plain(dnskey), more], [plain(rdata), []]);
    for (const type of ['CDS', 'CDNSKEY'])
      assert.deepEqual(await digShort(server.port, 'shop.example', type), []);
    // The TTL is that of the SOA.
    assert.match(
      await dig(server.port, 'a.test', 'DNSKEY', '+noall', '+answer'),
      /^a\.test\.\s+60\s+IN\s+DNSKEY/,
    );
    assert.deepEqual(await digShort(server.port, 'plain.example', 'DNSKEY'), []);
    const { zones } = await server.status();
    const signing = zones.map(({ zone, signing }) => [
      zone,
      signing?.keys.map(({ role }) => role),
      signing?.denial,
    ]);
    assert.deepEqual(signing, [
      ['a.test', ['csk'], 'chain'],
      ['plain.example', undefined, undefined],
      ['shop.example', ['csk'], 'chain'],
    ]);
    assert.match(server.output(), /DNSSEC 2 zones signed/);
    const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
    assert.match(metrics, /dnsteer_zone_signed\{zone="shop.example"\} 1/);
    const [, end = ''] =
      /dnsteer_signatures_expire_timestamp_seconds\{zone="a.test"\} (\d+)/.exec(metrics) ?? [];
    // The metrics that the README tells of are there.
    const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
    const [, table = ''] = /^\| `dnsteer_…` \| tells of signing \|$([\s\S]*?)^$/m.exec(readme) ?? [];
    const told = [...table.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => `dnsteer_${name}`);
    assert.ok(told.length > 8 && told.every((name) => metrics.includes(`# TYPE ${name} `)), told.join());
    const day = 86_400;
    assert.ok(Number(end) > Date.now() / 1000 + 4 * day && Number(end) < Date.now() / 1000 + 15 * day, end);
    assert.ok(!metrics.includes('expire_timestamp_seconds{zone="plain.example"}'));
    await until(
      async () => (await server.status()).totals,
      ({ signaturesMade, signatureOctets, signingWaiting }) =>
        signaturesMade > 6 && signatureOctets > 1000 && signingWaiting === 0,
    );
  });

  test('tells its private key to nobody', async (context) => {
    const server = await startServer({ config: CONFIG, policies: { 'shop.example.ts': POLICY } });
    atEnd(context, () => server.stop());
    const secrets = secretsOf(server);
    await digShort(server.port, 'shop.example', 'DNSKEY', '+dnssec');
    await digShort(server.port, 'x.shop.example', 'TXT', '+dnssec');
    // The zone is made anew, and so is an answer process.
    server.write('shop.example.ts', POLICY.replace('192.0.2.1', '192.0.2.9'));
    await until(
      () => digShort(server.port, 'shop.example', 'A'),
      ([address]) => address === '192.0.2.9',
    );
    const child = (await server.status()).processes.find(({ kind }) => kind === 'answer');
    process.kill(child?.pid ?? 0, 'SIGKILL');
    await server.printed(/Answer process ended/);
    await until(
      () => digShort(server.port, 'shop.example', 'A').catch(() => []),
      ([address]) => address === '192.0.2.9',
    );
    // The process that took its place has the keys as well.
    assert.match(await dig(server.port, 'shop.example', 'A', '+dnssec'), /\bRRSIG\s+A 13 2\b/);
    const told: Record<string, string> = { log: server.output() };
    for (const page of ['/api/status', '/metrics', '/', '/api/explain?name=x.shop.example&type=TXT&dnssec=1'])
      told[page] = await (await fetch(`${server.adminUrl}${page}`)).text();
    const env = { ...process.env, DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
    for (const args of [
      ['config'],
      ['config', '--json'],
      ['status', '--json'],
      ['explain', 'x.shop.example', 'TXT', '--json'],
      ['explain', 'x.shop.example', 'TXT', '--dnssec'],
      ['dnssec', '--json'],
      ['dnssec', 'keys'],
      ['dnssec', 'ds', 'shop.example', '--json'],
      ['dnssec', 'status', '--json'],
    ]) {
      const { stdout, stderr } = await run(process.execPath, [BIN, ...args], { cwd: server.folder, env });
      told[args.join(' ')] = stdout + stderr;
    }
    for (const file of everyFile(path.join(server.folder, '.dnsteer')))
      told[file] = readFileSync(file, 'latin1');
    assert.match(
      told['explain x.shop.example TXT --dnssec'] ?? '',
      /^Signed +x\.shop\.example\. TXT +by key \d+/m,
    );
    assert.ok(Object.keys(told).length > 14);
    for (const [where, text] of Object.entries(told))
      for (const secret of secrets) assert.ok(!text.includes(secret), `${where} tells the private key`);
  });

  test('is served without signatures to nobody who wants them, if its only key cannot be used at the start', async (context) => {
    const first = await startServer({ config: CONFIG, policies: { 'shop.example.ts': POLICY } });
    const { folder } = first;
    const [file = ''] = keyFiles(first);
    // The folder goes with the first server, so the second has a copy of what matters.
    const secret = readFileSync(path.join(folder, 'keys', file));
    const open = readFileSync(path.join(folder, 'keys', file.replace('.private', '.key')));
    await first.stop();
    mkdirSync(path.join(folder, 'keys'), { recursive: true });
    writeFileSync(path.join(folder, 'keys', file), secret, { mode: 0o640 });
    chmodSync(path.join(folder, 'keys', file), 0o640);
    writeFileSync(path.join(folder, 'keys', file.replace('.private', '.key')), open);
    const server = await startServer({
      config: CONFIG,
      folder,
      env: UNHURRIED,
      policies: { 'shop.example.ts': POLICY },
    });
    atEnd(context, () => server.stop());
    const { zones } = await server.status();
    assert.equal(zones[0]?.signing?.isFailing, true);
    assert.match(server.output(), /Others than its owner may use the file/);
    assert.deepEqual(
      readdirSync(path.join(folder, 'keys')).filter((name) => name.endsWith('.private')),
      [file],
    );
    assert.match(await dig(server.port, 'shop.example', 'A', '+dnssec'), /status: SERVFAIL.*EDE: 9\b/s);
    // Resolvers that know nothing of DNSSEC are answered.
    assert.deepEqual(await digShort(server.port, 'shop.example', 'A'), ['192.0.2.1']);
    chmodSync(path.join(folder, 'keys', file), 0o600);
    process.kill(server.process.pid ?? 0, 'SIGHUP');
    await until(
      () => digShort(server.port, 'shop.example', 'DNSKEY'),
      ({ length }) => length === 1,
    );
  });
});
