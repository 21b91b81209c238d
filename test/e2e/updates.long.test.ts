/** Dynamic records on a whole server: by nsupdate, knsupdate and HTTP, beside broken files, across a crash. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { RecordsReply } from '../../runtime/admin/list-records.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const KEY = `hmac-sha256:acme.example:${SECRET}`;
const FILE = '$TTL 60\n@ SOA ns1 host 7 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.1\nstated TXT "file"\n';
const MEDIA_TYPE = 'application/external.dns.webhook+json;version=1';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
let server: TestServer;
let http: number;

async function start(): Promise<void> {
  server = await startServer({
    folder,
    processes: 2,
    policies: { 'zone.test.zone': FILE, 'copy.test.ts': 'export default { hosts: {} }' },
    config: `
keys:
  acme.example: { secret: ${SECRET} }
  all.example: { secret: ${SECRET} }
update:
  listen: 127.0.0.1:${http}
  grants: [{ key: acme.example }, { key: all.example, zones: [zone.test], names: ['**'], types: ['*'] }]
`,
  });
}

before(async () => {
  http = await freePort();
  await start();
});

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const hasTool = (tool: string): false | string =>
  spawnSync(tool, ['-V']).error === undefined ? false : `${tool} is not here`;

function ask(name: string, type: string): string {
  return execFileSync('dig', ['@127.0.0.1', '-p', String(server.port), name, type, '+short'], {
    encoding: 'utf8',
  }).trim();
}

/** Sends commands of nsupdate; returns what it complains of. */
function update(lines: readonly string[], args: readonly string[] = ['-y', KEY], tool = 'nsupdate'): string {
  const input = [`server 127.0.0.1 ${server.port}`, 'zone zone.test', ...lines, 'send', ''].join('\n');
  const file = path.join(folder, 'commands');
  writeFileSync(file, input);
  const { stdout, stderr } = spawnSync(tool, [...args, file], { encoding: 'utf8', timeout: 20_000 });
  return (stdout + stderr).trim();
}

function serial(): number {
  return Number(ask('zone.test', 'SOA').split(' ')[2]);
}

const without = { skip: hasTool('nsupdate') };

test(
  'nsupdate: what it adds is served as soon as it ends, by all processes, under a later serial',
  without,
  () => {
    const first = serial();
    for (const args of [
      ['-y', KEY],
      ['-v', '-y', KEY],
    ]) {
      const name = `_acme-challenge.${args.length}.zone.test`;
      assert.equal(update([`update add ${name} 60 TXT hello`], args), '');
      for (let turn = 0; turn < 8; turn++) assert.equal(ask(name, 'TXT'), '"hello"');
    }
    assert.equal(serial(), first + 2);
    assert.equal(update(['update delete _acme-challenge.2.zone.test TXT']), '');
    assert.equal(ask('_acme-challenge.2.zone.test', 'TXT'), '');
  },
);

test('nsupdate: what is not allowed changes nothing', without, () => {
  const before = serial();
  assert.match(update(['update add www.zone.test 60 A 192.0.2.9']), /REFUSED/);
  assert.match(update(['update add _acme-challenge.zone.test 60 TXT x'], []), /REFUSED/);
  assert.match(
    update(['zone elsewhere.test', 'update add _acme-challenge.elsewhere.test 60 TXT x']),
    /NOTAUTH/,
  );
  assert.match(
    update(['prereq yxdomain no.zone.test', 'update add _acme-challenge.zone.test 60 TXT x']),
    /NXDOMAIN/,
  );
  assert.match(
    update(['prereq nxrrset stated.zone.test TXT', 'update add _acme-challenge.zone.test 60 TXT x']),
    /YXRRSET/,
  );
  assert.equal(serial(), before);
});

test('knsupdate', { skip: hasTool('knsupdate') }, () => {
  assert.equal(update(['update add _acme-challenge.knot.zone.test 60 TXT k'], ['-y', KEY], 'knsupdate'), '');
  assert.equal(ask('_acme-challenge.knot.zone.test', 'TXT'), '"k"');
});

test('records are changed and stay beside a broken file, and after a crash', without, async () => {
  server.write('zone.test.zone', `${FILE}broken (\n`);
  await server.printed(/Parenthesis is not closed/);
  assert.equal(update(['update add _acme-challenge.late.zone.test 60 TXT late']), '');
  assert.equal(ask('_acme-challenge.late.zone.test', 'TXT'), '"late"');
  const last = serial();
  server.process.kill('SIGKILL');
  await once(server.process, 'exit');
  await start();
  assert.equal(ask('_acme-challenge.late.zone.test', 'TXT'), '"late"');
  assert.ok(serial() >= last, `${serial()} is not before ${last}`);
});

test('records, status and metrics show them apart from the files', without, async () => {
  assert.equal(update(['update add _acme-challenge.shown.zone.test 60 TXT shown']), '');
  const { records } = (await (
    await fetch(`${server.adminUrl}/api/records?zone=zone.test`)
  ).json()) as RecordsReply;
  const shown = records.find(({ name }) => name === '_acme-challenge.shown.zone.test.');
  const { since = '', ...rest } = shown ?? {};
  assert.deepEqual(rest, {
    zone: 'zone.test',
    name: '_acme-challenge.shown.zone.test.',
    type: 'TXT',
    ttl: 60,
    data: '"shown"',
    by: 'acme.example',
  });
  assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000, since);
  assert.ok(records.every(({ data }) => data !== '"file"'));
  const zone = (await server.status()).zones.find((one) => one.zone === 'zone.test');
  assert.equal(zone?.dynamicRecords, records.length);
  const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
  assert.match(metrics, new RegExp(`^dnsteer_dynamic_records\\{zone="zone.test"\\} ${records.length}$`, 'm'));
});

test('what cannot be remembered is SERVFAIL, and serves nothing', without, () => {
  const state = path.join(folder, '.dnsteer', 'dynamic');
  const files = readdirSync(state);
  renameSync(state, `${state}.away`);
  writeFileSync(state, 'no folder');
  try {
    assert.match(update(['update add _acme-challenge.full.zone.test 60 TXT x']), /SERVFAIL/);
    assert.equal(ask('_acme-challenge.full.zone.test', 'TXT'), '');
    assert.equal(ask('stated.zone.test', 'TXT'), '"file"');
  } finally {
    rmSync(state);
    renameSync(`${state}.away`, state);
  }
  assert.deepEqual(readdirSync(state), files);
  assert.equal(update(['update add _acme-challenge.full.zone.test 60 TXT x']), '');
  assert.equal(ask('_acme-challenge.full.zone.test', 'TXT'), '"x"');
});

async function request(pathname: string, body?: unknown, user = 'all.example') {
  return await fetch(`http://127.0.0.1:${http}${pathname}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: MEDIA_TYPE,
      authorization: `Basic ${Buffer.from(`${user}:${SECRET}`).toString('base64')}`,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

test("lego's httpreq: default and RAW mode", async () => {
  const fqdn = '_acme-challenge.lego.zone.test.';
  const raw = { domain: 'raw.zone.test', token: 't', keyAuth: 'key.authorization' };
  assert.equal((await request('/present', { fqdn, value: 'abc' }, 'acme.example')).status, 200);
  assert.equal(ask(fqdn, 'TXT'), '"abc"');
  assert.equal((await request('/present', raw, 'acme.example')).status, 200);
  assert.match(ask('_acme-challenge.raw.zone.test', 'TXT'), /^"[\w-]{43}"$/);
  for (const body of [{ fqdn, value: 'abc' }, raw]) {
    assert.equal((await request('/cleanup', body, 'acme.example')).status, 200);
  }
  assert.equal(ask(fqdn, 'TXT') + ask('_acme-challenge.raw.zone.test', 'TXT'), '');
  assert.equal(
    (await request('/present', { fqdn: 'www.zone.test.', value: 'x' }, 'acme.example')).status,
    403,
  );
  assert.equal((await request('/present', { fqdn, value: 'abc' }, 'nobody')).status, 401);
});

test("external-dns's webhook: negotiation, records, changes", async () => {
  const negotiated = await request('/');
  assert.equal(negotiated.headers.get('content-type'), MEDIA_TYPE);
  assert.equal(negotiated.headers.get('vary'), 'Content-Type');
  assert.deepEqual(await negotiated.json(), { include: ['zone.test'] });
  const app = {
    dnsName: 'app.zone.test',
    recordType: 'A',
    recordTTL: 120,
    targets: ['192.0.2.7', '192.0.2.8'],
  };
  const own = { dnsName: 'a-app.zone.test', recordType: 'TXT', targets: ['"heritage=external-dns"'] };
  assert.deepEqual(await (await request('/adjustendpoints', [app])).json(), [app]);
  assert.equal((await request('/records', { create: [app, own] })).status, 204);
  const listed = (await (await request('/records')).json()) as { dnsName: string }[];
  assert.deepEqual(
    listed.find(({ dnsName }) => dnsName === app.dnsName),
    app,
  );
  const moved = { ...app, targets: ['192.0.2.9'] };
  assert.equal(
    (await request('/records', { UpdateOld: [app], UpdateNew: [moved], Delete: [own] })).status,
    204,
  );
  assert.equal(ask('app.zone.test', 'A') + ask('a-app.zone.test', 'TXT'), '192.0.2.9');
  assert.equal((await request('/records', { create: [{ ...app, targets: ['no address'] }] })).status, 400);
});
