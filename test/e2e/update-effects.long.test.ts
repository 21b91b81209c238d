/** What follows an update on a whole server: signatures, serial, NOTIFY, IXFR; and what bounds updates. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { RCODE } from '../../runtime/wire/iana/rcode.ts';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { until } from '../support/until.ts';
import { updateKey, updateMessage } from '../support/update-message.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const KEY = updateKey('acme.example', SECRET);
const BUSY = updateKey('busy.example', SECRET);
const MOST_RECORDS = 5;
const PER_MINUTE = 30;
/** Large enough for one change to be shorter than the zone. */
const HOSTS = Array.from({ length: 50 }, (_, index) => `host${index} A 192.0.2.1\n`).join('');
const FILE = `$TTL 60\n@ SOA ns1 host 7 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.1\n${HOSTS}`;

let server: TestServer;
let secondary: Socket;
/** Zones that the secondary was told of. */
const notified: string[] = [];

before(async () => {
  secondary = createSocket('udp4').bind(0, '127.0.0.1');
  await once(secondary, 'listening');
  secondary.on('message', (message, { port, address }) => {
    const end = message.indexOf(0, 12);
    notified.push(
      message
        .subarray(13, end)
        .toString('latin1')
        .replace(/[^a-z]/g, '.'),
    );
    const reply = Buffer.from(message);
    reply[2] = (reply[2] ?? 0) | 0x80;
    secondary.send(reply, port, address);
  });
  server = await startServer({
    processes: 2,
    policies: { 'zone.test.zone': FILE, 'signed.test.zone': FILE, 'full.test.zone': FILE },
    config: `
dnssec: { zones: [signed.test] }
transfer: { allow: [127.0.0.0/8], notify: ['127.0.0.1:${secondary.address().port}'] }
keys:
  acme.example: { secret: ${SECRET} }
  busy.example: { secret: ${SECRET} }
update:
  records: ${MOST_RECORDS}
  perMinute: ${PER_MINUTE}
  grants: [{ key: acme.example }, { key: busy.example }]
`,
  });
});

after(async () => {
  secondary.close();
  await server.stop();
});

let lastId = 0;

function added(zone: string, label: string, key = KEY): Uint8Array {
  lastId += 1;
  return updateMessage({ id: lastId, zone, name: `_acme-challenge.${label}.${zone}`, text: label }, key);
}

/** Sends a message; returns the response code. */
async function send(message: Uint8Array): Promise<number> {
  const peer = await UdpPeer.open(server.port);
  try {
    const [reply] = await peer.exchange(message);
    return (reply?.[3] ?? 0xff) & 0x0f;
  } finally {
    peer.close();
  }
}

async function serialOf(zone: string): Promise<number> {
  const [soa = ''] = await digShort(server.port, zone, 'SOA');
  return Number(soa.split(' ')[2]);
}

test('Serial, NOTIFY and IXFR follow an update', { skip: missing('dig') }, async () => {
  const first = await serialOf('zone.test');
  notified.length = 0;
  assert.equal(await send(added('zone.test', 'moved')), RCODE.NOERROR);
  assert.equal(await serialOf('zone.test'), first + 1);
  await until(
    () => Promise.resolve(notified.includes('zone.test')),
    (isTold) => isTold,
  );
  const text = await until(
    () => dig(server.port, 'zone.test', `IXFR=${first}`, '+nocomments', '+nocmd', '+nostats'),
    (got) => /"moved"/.test(got) && !/\sNS\s/.test(got),
  );
  const serials = [...text.matchAll(/\sSOA\s+\S+\s\S+\s(\d+)/g)].map(([, serial]) => Number(serial));
  assert.deepEqual(serials, [first + 1, first, first + 1, first + 1]);
});

test('explain tells the records of clients from those of files', async () => {
  assert.equal(await send(added('zone.test', 'told')), RCODE.NOERROR);
  const originOf = async (name: string, type: string): Promise<unknown> => {
    const told = await fetch(`${server.adminUrl}/api/explain?name=${name}&type=${type}`);
    const { origins } = (await told.json()) as { origins: readonly object[] };
    assert.equal(origins.length, 1);
    return origins[0];
  };
  const { since = '', ...rest } = (await originOf('_acme-challenge.told.zone.test', 'TXT')) as Record<
    string,
    string
  >;
  assert.deepEqual(rest, { from: 'dynamic', by: 'acme.example' });
  assert.ok(Math.abs(Date.now() - Date.parse(since)) < 60_000, since);
  assert.deepEqual(await originOf('host3.zone.test', 'A'), {
    from: 'zone-file',
    file: 'policies/zone.test.zone',
  });
  assert.deepEqual(await originOf('signed.test', 'DNSKEY'), { from: 'settings' });
});

test('A signed zone signs what was added', { skip: missing('delv') }, async () => {
  const keys = path.join(server.folder, 'keys');
  const file = readdirSync(keys).find((name) => name.startsWith('Ksigned.test') && name.endsWith('.key'));
  const [, dnskey = ''] =
    /DNSKEY\s+(257 3 13 .+)$/m.exec(readFileSync(path.join(keys, file ?? ''), 'utf8')) ?? [];
  const [flags, protocol, algorithm, ...parts] = dnskey.split(' ');
  const anchors = path.join(server.folder, 'anchors');
  const anchor = `signed.test. static-key ${flags} ${protocol} ${algorithm} "${parts.join('')}";`;
  writeFileSync(anchors, `trust-anchors { ${anchor} };\n`);
  const delv = (name: string): string => {
    const args = [
      '@127.0.0.1',
      '-p',
      String(server.port),
      '-a',
      anchors,
      '+root=signed.test.',
      '-4',
      name,
      'TXT',
    ];
    const { stdout, stderr } = spawnSync('delv', args, { encoding: 'utf8', timeout: 20_000 });
    return stdout + stderr;
  };
  const name = '_acme-challenge.proven.signed.test';
  assert.match(delv(name), /; negative response, fully validated/);
  assert.equal(await send(added('signed.test', 'proven')), RCODE.NOERROR);
  const proven = delv(name);
  assert.match(proven, /; fully validated/);
  assert.match(proven, /TXT\s+"proven"/);
});

test('The same message is carried out once', { skip: missing('dig') }, async () => {
  const message = added('zone.test', 'once');
  assert.equal(await send(message), RCODE.NOERROR);
  assert.deepEqual(await digShort(server.port, '_acme-challenge.once.zone.test', 'TXT'), ['"once"']);
  lastId += 1;
  const removal = { id: lastId, zone: 'zone.test', name: '_acme-challenge.once.zone.test' };
  assert.equal(await send(updateMessage(removal, KEY)), RCODE.NOERROR);
  const serial = await serialOf('zone.test');
  for (let time = 0; time < 3; time += 1) assert.equal(await send(message), RCODE.NOERROR);
  assert.equal(await serialOf('zone.test'), serial);
  assert.deepEqual(await digShort(server.port, '_acme-challenge.once.zone.test', 'TXT'), []);
});

test('A zone has no more dynamic records than update.records', async () => {
  for (let index = 0; index < MOST_RECORDS; index += 1) {
    assert.equal(await send(added('full.test', `n${index}`)), RCODE.NOERROR);
  }
  assert.equal(await send(added('full.test', 'excess')), RCODE.REFUSED);
  const { zones } = await server.status();
  assert.equal(zones.find(({ zone }) => zone === 'full.test')?.dynamicRecords, MOST_RECORDS);
});

test('A key has no more updates than update.perMinute, and others are not concerned', async () => {
  const before = Date.now();
  const rcodes: number[] = [];
  for (let index = 0; index < PER_MINUTE + 20; index += 1) {
    rcodes.push(await send(added('zone.test', 'busy', BUSY)));
  }
  const brought = ((Date.now() - before) / 60_000) * PER_MINUTE;
  const taken = rcodes.filter((rcode) => rcode === RCODE.NOERROR).length;
  assert.ok(taken >= PER_MINUTE && taken <= PER_MINUTE + brought + 1, `${taken} were taken`);
  assert.equal(rcodes.filter((rcode) => rcode === RCODE.REFUSED).length, rcodes.length - taken);
  assert.equal(await send(added('zone.test', 'calm')), RCODE.NOERROR);
});
