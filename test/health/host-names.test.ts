/** Names of checks: from files as the system reads them, and from resolvers that answer, stall, or are away. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { HostNames } from '../../runtime/health/names/host-names.ts';
import { parseHosts } from '../../runtime/health/names/hosts-file.ts';
import { candidates, parseResolvConf } from '../../runtime/health/names/resolv-conf.ts';
import { Resolvers } from '../../runtime/health/names/resolvers.ts';
import { atEnd } from '../support/at-end.ts';
import type { Scope } from '../support/servers.ts';

const forever = new AbortController().signal;

test('/etc/hosts: addresses by names in any case, aliases and comments', () => {
  const hosts = parseHosts(
    '127.0.0.1 localhost # here\n192.0.2.1\tApp.test app\n2001:db8::1 app.test\nno.address x\n',
  );
  assert.deepEqual(Object.fromEntries(hosts), {
    localhost: ['127.0.0.1'],
    'app.test': ['192.0.2.1', '2001:db8::1'],
    app: ['192.0.2.1'],
  });
});

test('/etc/resolv.conf: servers, the last search list, ndots; without a server the one on this machine', () => {
  const text =
    'nameserver 192.0.2.53 # first\nnameserver ::1\ndomain a.test\nsearch b.test c.test\noptions rotate ndots:2\n';
  assert.deepEqual(parseResolvConf(text), {
    servers: [
      { address: '192.0.2.53', port: 53 },
      { address: '::1', port: 53 },
    ],
    search: ['b.test', 'c.test'],
    ndots: 2,
  });
  assert.deepEqual(parseResolvConf('; nothing\n').servers, [{ address: '127.0.0.1', port: 53 }]);
});

test('A name of few dots is looked for in the search domains first, and one with a final dot nowhere else', () => {
  const conf = parseResolvConf('search b.test\n');
  assert.deepEqual(candidates('app', conf), ['app.b.test.', 'app.']);
  assert.deepEqual(candidates('app.x', conf), ['app.x.', 'app.x.b.test.']);
  assert.deepEqual(candidates('app.', conf), ['app.']);
});

test('Names come from the files as they are now', async (t) => {
  const folder = folderOf(t);
  const hosts = path.join(folder, 'hosts');
  writeFileSync(hosts, '192.0.2.1 app.test\n');
  let now = 0;
  const names = new HostNames({ hosts, resolvConf: path.join(folder, 'absent'), now: () => now });
  const limits = { timeoutMs: 500, signal: forever };
  assert.deepEqual(await names.find('APP.test.', limits), ['192.0.2.1']);
  assert.deepEqual(await names.find('a.localhost', limits), ['127.0.0.1', '::1']);
  writeFileSync(hosts, '192.0.2.22 app.test\n');
  now += 2000;
  assert.deepEqual(await names.find('app.test', limits), ['192.0.2.22']);
});

test('A resolver that is away costs a share of the time, once; the next one is asked', async (t) => {
  const asked: string[] = [];
  const silent = await resolver(t, () => undefined);
  const good = await resolver(t, (query) => {
    asked.push('good');
    return answered(query, 60);
  });
  const resolvers = new Resolvers();
  const ask = () =>
    resolvers.ask([silent, good], 'app.test.', 1, { deadline: performance.now() + 400, signal: forever });
  const expected = { kind: 'found', addresses: ['192.0.2.7'], ttl: 60 };
  assert.deepEqual(await ask(), expected);
  const began = performance.now();
  assert.deepEqual(await ask(), expected);
  assert.ok(performance.now() - began < 190, 'the one that knew is asked first');
  assert.equal(asked.length, 2);
});

test('A resolver that refuses, or lies about who it is, is passed over; a name that is not there is none', async (t) => {
  const refuses = await resolver(t, (query) => header(query, 5, 0));
  const lies = await resolver(t, (query) => {
    const reply = answered(query, 60);
    reply[0] = (reply[0] ?? 0) ^ 0xff;
    return reply;
  });
  const denies = await resolver(t, (query) => header(query, 3, 0));
  const ask = (...servers: { address: string; port: number }[]) =>
    new Resolvers().ask(servers, 'app.test.', 1, { deadline: performance.now() + 300, signal: forever });
  assert.deepEqual(await ask(refuses, denies), { kind: 'none' });
  assert.deepEqual(await ask(lies, denies), { kind: 'none' });
  assert.deepEqual(await ask(refuses), { kind: 'failed' });
});

test('A look-up that is called off ends at once', async (t) => {
  const silent = await resolver(t, () => undefined);
  const controller = new AbortController();
  const limits = { deadline: performance.now() + 60_000, signal: controller.signal };
  const result = new Resolvers().ask([silent], 'app.test.', 1, limits);
  controller.abort();
  assert.deepEqual(await result, { kind: 'failed' });
});

test('A silent resolver is told of before the time of the probe is over', async (t) => {
  const silent = await resolver(t, () => undefined);
  const names = new HostNames({ hosts: '/absent', servers: [silent] });
  const began = performance.now();
  assert.equal(await names.find('app.test', { timeoutMs: 300, signal: forever }), 'EAI_AGAIN');
  assert.ok(performance.now() - began < 295);
});

test('Addresses are kept for their TTL, and a family that says nothing is not waited for', async (t) => {
  let asked = 0;
  const server = await resolver(t, (query) => {
    if (typeOf(query) !== 1) return undefined;
    asked += 1;
    return answered(query, 60);
  });
  let now = 0;
  const names = new HostNames({ hosts: '/absent', servers: [server], now: () => now });
  const limits = { timeoutMs: 5000, signal: forever };
  const began = performance.now();
  for (let round = 0; round < 3; round++)
    assert.deepEqual(await names.find('app.test', limits), ['192.0.2.7']);
  assert.equal(asked, 1);
  assert.ok(performance.now() - began < 2000);
  now = 60_001;
  await names.find('app.test', limits);
  assert.equal(asked, 2);
});

test('A denial is kept for its negative TTL, up to five minutes; one without an SOA is not', async (t) => {
  let asked = 0;
  let seconds: number | undefined = 20;
  const server = await resolver(t, (query) => {
    if (typeOf(query) === 1) asked += 1;
    return seconds === undefined ? header(query, 3, 0) : denied(query, seconds);
  });
  let now = 0;
  const names = new HostNames({ hosts: '/absent', resolvConf: '/absent', servers: [server], now: () => now });
  const find = async (): Promise<number> => {
    assert.equal(await names.find('no.test', { timeoutMs: 5000, signal: forever }), 'ENOTFOUND');
    return asked;
  };
  assert.deepEqual([await find(), await find()], [1, 1]);
  now = 20_001;
  seconds = 3600;
  assert.deepEqual([await find(), await find()], [2, 2]);
  now += 300_001;
  seconds = undefined;
  assert.deepEqual([await find(), await find()], [3, 4]);
});

test('Look-ups of one name at one time are one; who gives up keeps nobody else from the answer', async (t) => {
  const held: { readonly query: Buffer; readonly answer: () => void }[] = [];
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  atEnd(t, () => socket.close());
  await once(socket, 'listening');
  const both = new Promise<void>((resolve) => {
    socket.on('message', (query, { port, address }) => {
      held.push({ query, answer: () => socket.send(answered(query, 60), port, address) });
      if (held.length === 2) resolve();
    });
  });
  const server = { address: '127.0.0.1', port: socket.address().port };
  const names = new HostNames({ hosts: '/absent', resolvConf: '/absent', servers: [server] });
  const leaver = new AbortController();
  const found = [leaver.signal, forever, forever].map((signal) =>
    names.find('app.test', { timeoutMs: 8000, signal }),
  );
  await both;
  leaver.abort();
  assert.equal(await found[0], 'EAI_AGAIN');
  for (const { query, answer } of held) if (typeOf(query) === 1) answer();
  assert.deepEqual(await Promise.all(found.slice(1)), [['192.0.2.7'], ['192.0.2.7']]);
  assert.equal(held.length, 2, 'one question for each family');
});

test('A look-up with much more or much less time does not join', async (t) => {
  /** By id: a question that gets no answer may be sent again. */
  const asked = new Set<number>();
  const server = await resolver(t, (query) => {
    asked.add(query.readUInt16BE(0));
    return undefined;
  });
  const names = new HostNames({ hosts: '/absent', resolvConf: '/absent', servers: [server] });
  const slow = new AbortController();
  const long = names.find('app.test', { timeoutMs: 60_000, signal: slow.signal });
  assert.equal(await names.find('app.test', { timeoutMs: 200, signal: forever }), 'EAI_AGAIN');
  slow.abort();
  assert.equal(await long, 'EAI_AGAIN');
  assert.ok(asked.size >= 4, `${asked.size} questions`);
});

function folderOf(t: Scope): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-names-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return folder;
}

/** A resolver on loopback that replies what it is told. */
async function resolver(t: Scope, reply: (query: Buffer) => Uint8Array | undefined) {
  const socket = createSocket('udp4');
  atEnd(t, () => socket.close());
  socket.on('message', (query, { port, address }) => {
    const octets = reply(query);
    if (octets !== undefined) socket.send(octets, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: '127.0.0.1', port: socket.address().port };
}

function typeOf(query: Buffer): number {
  return query.readUInt16BE(query.length - 4);
}

function header(query: Buffer, rcode: number, answers: number): Buffer {
  const reply = Buffer.from(query);
  reply.writeUInt16BE(0x8180 | rcode, 2);
  reply.writeUInt16BE(answers, 6);
  return reply;
}

function answered(query: Buffer, ttl: number): Buffer {
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, ttl, 0, 4, 192, 0, 2, 7]);
  return Buffer.concat([header(query, 0, 1), record]);
}

/** NXDOMAIN with the SOA of test. */
function denied(query: Buffer, seconds: number): Buffer {
  const reply = header(query, 3, 0);
  reply.writeUInt16BE(1, 8);
  const soa = Buffer.alloc(22);
  soa.writeUInt32BE(seconds, 18);
  const record = Buffer.from([0, 0, 6, 0, 1, 0, 0, 0, 0, 0, soa.length]);
  record.writeUInt32BE(86_400, 5);
  return Buffer.concat([reply, record, soa]);
}
