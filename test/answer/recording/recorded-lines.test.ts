/** What is recorded of a query: what its answer rested on, wherever that came from, and no more of its client than is due. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OverriddenPool } from '../../../runtime/answer/steering/overridden-pool.ts';
import { atOnce } from '../../../runtime/base/loop/steps.ts';
import type { ManifestData } from '../../../runtime/rpc/plan.ts';
import type { RecordedLine } from '../../../runtime/rpc/recorded-line.ts';
import { tcpTarget } from '../../support/target-number.ts';
import { name } from '../../support/wire.ts';
import type { Ask } from '../packet.ts';
import { failure, type Script } from '../scripted-sandbox.ts';
import { Server, type ServerOptions } from '../server.ts';
import { firstHealthy, pool, records, rotate, weighted } from '../world.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const POLICY: Partial<ManifestData> = {
  pools: {
    us: { records: { A: ['192.0.2.1', '192.0.2.2'] }, check: { type: 'tcp', port: 80 } },
    eu: { records: { A: ['198.51.100.1'] }, check: { type: 'tcp', port: 80 } },
    cdn: {
      records: { A: ['203.0.113.1', '203.0.113.2'] },
      check: { type: 'http', url: 'http://192.0.2.7/' },
    },
  },
  hosts: {
    www: null,
    alias: { kind: 'cname', target: 'www.example.com.', ttl: 30 },
    fixed: firstHealthy('us', 'eu'),
    split: weighted({ us: 3, eu: 1 }),
    turned: rotate('us'),
    '*.any': null,
  },
};

function recording(script: Script, options: ServerOptions = {}): Server {
  const server = new Server({ record: { sample: 1, full: false }, clock: () => NOON, ...options });
  server.sandbox.script = script;
  server.put({
    policy: POLICY,
    records: 'static TXT "one" "two"\nto-static CNAME static\ncut NS ns.example.net.\n',
  });
  return server;
}

const byCountry: Script = (read) => pool(read('client.country') === 'DE' ? 'eu' : 'us');

/** The line of a question, without what differs each time. */
function lineOf(server: Server, question: string | Ask): Omit<RecordedLine, 'id'> {
  server.ask(question);
  const { id, ...line } = server.recorded().at(-1) ?? assert.fail('nothing is recorded');
  assert.match(id, /^[\w-]{8}\.[0-9a-z]+$/);
  return line;
}

const WWW = {
  at: '2026-11-30T12:00:00.000Z',
  name: 'www.example.com',
  type: 'A',
  transport: 'udp',
  client: '198.51.100.0/24',
  zone: 'example.com',
  version: '00000001',
  host: 'www',
  source: 'policy',
  reads: [['client.country', 'DE']],
  rcode: 'NOERROR',
  answer: ['www.example.com. 30 IN A 198.51.100.1'],
  scope: 24,
} as const;

test('A decision is recorded alike when it is made and when it is remembered', () => {
  const server = recording(byCountry);
  const ask = { question: 'WWW.example.com A', from: '198.51.100.77' };
  assert.deepEqual(lineOf(server, ask), WWW);
  assert.deepEqual(lineOf(server, ask), WWW);
  assert.deepEqual([server.sandbox.asked.length, server.counters.steps.memoHits], [1, 1]);
  const ids = server.recorded().map(({ id }) => id);
  assert.equal(new Set(ids).size, 2);
});

test('What a policy only compares is recorded with its value, as are the name and the type', () => {
  const server = recording((read) => {
    const isNear = read('client.country~FR|DE') === 'DE';
    const name = String(read('query.name'));
    return records(
      isNear && read('query.type') === 'A' && name.startsWith('a.') ? '192.0.2.10' : '192.0.2.11',
    );
  });
  const ask = { question: 'a.any.example.com A', from: '198.51.100.77' };
  const reads = [
    ['client.country', 'DE'],
    ['query.name', 'a.any.example.com'],
    ['query.type', 'A'],
  ];
  assert.deepEqual(lineOf(server, ask).reads, reads);
  assert.deepEqual(lineOf(server, ask).reads, reads);
  assert.deepEqual(lineOf(server, { ...ask, from: '192.0.2.1' }).reads[0], ['client.country', 'US']);
});

test('Static records, delegations, constant plans and what is not ours rest on nothing that is read', () => {
  const server = recording(byCountry);
  const { host: _, ...rest } = WWW;
  const plain = { ...rest, client: '127.0.0.0/24', source: 'static', reads: [], scope: 0 };
  assert.deepEqual(lineOf(server, 'static.example.com TXT'), {
    ...plain,
    name: 'static.example.com',
    type: 'TXT',
    answer: ['static.example.com. 3600 IN TXT "one" "two"'],
  });
  const none = lineOf(server, 'none.example.com A');
  assert.deepEqual([none.source, none.rcode, none.answer], ['static', 'NXDOMAIN', []]);
  assert.equal(lineOf(server, 'x.cut.example.com A').source, 'delegation');
  const fixed = lineOf(server, 'fixed.example.com A');
  assert.deepEqual([fixed.source, fixed.host, fixed.reads, fixed.answer.length], ['policy', 'fixed', [], 2]);
  const foreign = lineOf(server, 'www.example.org A');
  assert.deepEqual([foreign.source, foreign.zone, foreign.rcode], ['none', undefined, 'REFUSED']);
});

test('A fallback is recorded with its reason, and its host', () => {
  const server = recording(() => failure('throw'));
  const { host, source, fallback, reads, answer } = lineOf(server, 'www.example.com A');
  assert.deepEqual([host, source, fallback, reads], ['www', 'fallback', 'throw', []]);
  assert.deepEqual(answer, ['www.example.com. 30 IN A 192.0.2.99']);
});

test('All of a chain of CNAMEs is recorded, with what was read for each of its names', () => {
  const server = recording((read, { name }) =>
    name === 'www.example.com' && read('client.country') === 'DE'
      ? { kind: 'cname', target: 'b.any.example.com.' }
      : records(read('client.family') === 4 ? '192.0.2.10' : '192.0.2.11'),
  );
  const line = lineOf(server, { question: 'alias.example.com A', from: '198.51.100.77' });
  assert.deepEqual(line.reads, [
    ['client.country', 'DE'],
    ['client.family', 4],
  ]);
  assert.deepEqual([line.name, line.host, line.answer.length], ['alias.example.com', '*.any', 3]);
  // From memory as well.
  const again = lineOf(server, { question: 'alias.example.com A', from: '198.51.100.77' });
  assert.deepEqual(again, line);
});

test('Numbers that were thrown are recorded, and lead to the same answer', () => {
  for (const [thrown, answer] of [
    [0.5, '192.0.2.1'],
    [0.8, '198.51.100.1'],
  ] as const) {
    const server = recording(byCountry, { random: () => thrown });
    for (let turn = 0; turn < 3; turn += 1) {
      const line = lineOf(server, 'split.example.com A');
      assert.deepEqual(line.chance, [thrown]);
      assert.match(line.answer[0] ?? '', new RegExp(`${answer}$`));
    }
  }
  const line = lineOf(recording(byCountry, { random: () => 0.5 }), 'turned.example.com A');
  assert.deepEqual([line.chance, line.answer[0]], [[0.5], 'turned.example.com. 30 IN A 192.0.2.2']);
  assert.equal(lineOf(recording(byCountry), 'fixed.example.com A').chance, undefined);
});

test('Targets that are down are named, each by itself or all by their pool, for who goes by pools', () => {
  const server = recording(byCountry);
  assert.equal(lineOf(server, 'www.example.com A').down, undefined);
  server.setHealth(tcpTarget('192.0.2.2:80'), 'down');
  assert.deepEqual(lineOf(server, 'www.example.com A').down, ['us/192.0.2.2']);
  assert.deepEqual(lineOf(server, 'static.example.com TXT').down, undefined);
  server.setHealth(tcpTarget('198.51.100.1:80'), 'down');
  server.setHealth('http://192.0.2.7:80/ every=10000 timeout=5000 rise=2 fall=3', 'down');
  const { down = [] } = lineOf(server, 'www.example.com A');
  assert.deepEqual(down.slice(0, 2), ['us/192.0.2.2', 'eu/198.51.100.1']);
  server.setHealth(tcpTarget('192.0.2.2:80'), 'up');
  assert.equal(lineOf(server, 'www.example.com A').down?.includes('us/192.0.2.2'), false);
});

test('What operators have overridden is in no file, and the line says so', () => {
  const server = recording(byCountry);
  assert.equal(lineOf(server, 'fixed.example.com A').unreplayable, undefined);
  const origin = name('example.com.');
  const pools = server.parts.zones.find(origin, origin.length)?.attachment.policy?.pools;
  const told = { pool: 'us', whole: 0 };
  const over = atOnce(OverriddenPool.inSteps(pools?.get('us') ?? assert.fail(), told, server.parts.health));
  const line = lineOf(server, 'fixed.example.com A');
  assert.deepEqual(line.answer, ['fixed.example.com. 30 IN A 198.51.100.1']);
  assert.equal(line.unreplayable, 'override');
  over.restore();
  assert.equal(lineOf(server, 'fixed.example.com A').unreplayable, undefined);
});

test('A client is recorded as its network, as far as that is known', () => {
  const server = recording(byCountry);
  const clientOf = (ask: Partial<Ask>) => lineOf(server, { question: 'www.example.com A', ...ask }).client;
  assert.equal(clientOf({ from: '192.0.2.77' }), '192.0.2.0/24');
  assert.equal(clientOf({ from: '2001:db8:1:2ff::7' }), '2001:db8:1:200::/56');
  assert.equal(clientOf({ ecs: '203.0.113.77/32' }), '203.0.113.0/24');
  assert.equal(clientOf({ ecs: '203.0.0.0/16' }), '203.0.0.0/16');
  assert.equal(clientOf({ from: '192.0.2.77', ecs: '0.0.0.0/0' }), '192.0.2.0/24');
});

test('Who has read the whole address leaves neither it nor the answer, which may tell it', () => {
  const whoAmI: Script = (read) => ({
    kind: 'records',
    records: { TXT: [`${String(read('client.ip'))} in ${String(read('client.country'))}`] },
  });
  const ask = { question: 'www.example.com TXT', from: '198.51.100.77' };
  const cut = recording(whoAmI);
  for (let turn = 0; turn < 2; turn += 1) {
    const line = lineOf(cut, ask);
    assert.deepEqual(line.reads, [
      ['client.ip', '198.51.100.0/24'],
      ['client.country', 'DE'],
    ]);
    assert.deepEqual([line.unreplayable, line.answer, line.rcode], ['address', [], 'NOERROR']);
  }
  assert.doesNotMatch(JSON.stringify(cut.recorded()), /198\.51\.100\.77/);
  const line = lineOf(recording(whoAmI, { record: { sample: 1, full: true } }), ask);
  assert.deepEqual(
    [line.client, line.reads[0], line.unreplayable],
    ['198.51.100.77', ['client.ip', '198.51.100.77'], undefined],
  );
  assert.deepEqual(line.answer, ['www.example.com. 30 IN TXT "198.51.100.77 in DE"']);
});

test('Whoever asks for networks that part the network of a client has read more of its address than is recorded', () => {
  const inOffice = (network: string) => (read: Parameters<Script>[0]) => ({
    kind: 'records',
    records: { TXT: [read(`client.in(${network})`) === true ? 'staff' : 'public'] },
  });
  const ask = { question: 'www.example.com TXT', from: '198.51.100.77' };
  for (const [network, value, unreplayable] of [
    ['198.51.0.0/16', true, undefined],
    ['203.0.113.64/26', false, undefined],
    ['198.51.100.64/26', null, 'address'],
  ] as const) {
    const server = recording(inOffice(network));
    for (let turn = 0; turn < 2; turn += 1) {
      const line = lineOf(server, ask);
      assert.deepEqual(line.reads, [[`client.in(${network})`, value]]);
      assert.equal(line.unreplayable, unreplayable);
      assert.equal(line.answer.length, unreplayable === undefined ? 1 : 0);
    }
  }
  const line = lineOf(recording(inOffice('198.51.100.64/26'), { record: { sample: 1, full: true } }), ask);
  assert.deepEqual(line.reads, [['client.in(198.51.100.64/26)', true]]);
  assert.deepEqual(line.answer, ['www.example.com. 30 IN TXT "staff"']);
});

test('The address of a resolver is not recorded either, and its country is', () => {
  const byResolver: Script = (read) => ({
    kind: 'records',
    records: {
      TXT: [
        `${String(read('client.resolver.address'))} in ${String(read('client.resolver.country'))} over ${String(read('query.transport'))}`,
      ],
    },
  });
  const ask = { question: 'www.example.com TXT', from: '198.51.100.77', ecs: '203.0.113.0/24' };
  const cut = recording(byResolver);
  for (let turn = 0; turn < 2; turn += 1) {
    const line = lineOf(cut, ask);
    assert.deepEqual(line.reads, [
      ['client.resolver.address', null],
      ['client.resolver.country', 'DE'],
      ['query.transport', 'udp'],
    ]);
    assert.deepEqual([line.unreplayable, line.answer, line.scope], ['address', [], 0]);
  }
  assert.doesNotMatch(JSON.stringify(cut.recorded()), /198\.51\.100\.77/);
  const line = lineOf(recording(byResolver, { record: { sample: 1, full: true } }), ask);
  assert.deepEqual(line.answer, ['www.example.com. 30 IN TXT "198.51.100.77 in DE over udp"']);
});

test('A full recording has no more of a client than its resolver told', () => {
  const server = recording(byCountry, { record: { sample: 1, full: true } });
  const clientOf = (ask: Partial<Ask>) => lineOf(server, { question: 'www.example.com A', ...ask }).client;
  assert.equal(clientOf({ from: '2001:db8:1:2ff::7' }), '2001:db8:1:2ff::7');
  assert.equal(clientOf({ ecs: '203.0.112.0/20' }), '203.0.112.0/20');
  assert.equal(clientOf({ ecs: '203.0.113.77/32' }), '203.0.113.77');
});

test('A query that waits is recorded once, for the moment it came', () => {
  let now = NOON;
  const server = recording((read) => records(`192.0.2.${String(read('time.hour'))}`), { clock: () => now });
  server.sandbox.isHeld = true;
  const { messages } = server.send('www.example.com A');
  const joined = server.send('www.example.com A');
  now += 3_600_000;
  while (server.sandbox.held > 0) server.sandbox.release();
  assert.deepEqual([messages.length, joined.messages.length], [1, 1]);
  const [first, ...others] = server.recorded();
  assert.deepEqual([first?.at, first?.reads], ['2026-11-30T12:00:00.000Z', [['time.hour', 12]]]);
  assert.equal(others.length, 1);
  assert.equal(others[0]?.at, '2026-11-30T12:00:00.000Z');
});

test('An answer that did not fit its datagram is recorded as it was decided', () => {
  const server = new Server({ record: { sample: 1, full: false } });
  const many = Array.from({ length: 120 }, (_, index) => `many A 192.0.2.${index}`);
  server.put({ records: many.join('\n') });
  server.ask('many.example.com A');
  assert.equal(server.recorded()[0]?.answer.length, 120);
});

test('What is over the rate, malformed, about the server or too large is not recorded', () => {
  const large = Array.from({ length: 50 }, (_, index) => `large TXT "${String(index).padEnd(250, 'x')}"`);
  const server = new Server({
    record: { sample: 1, full: false },
    rateLimit: {
      perSecond: 1,
      windowSeconds: 1,
      slip: 2,
      leak: 0,
      ipv4Bits: 24,
      ipv6Bits: 56,
      exempt: [],
      isTrial: false,
    },
  });
  server.put({ records: ['www A 192.0.2.1', ...large].join('\n') });
  for (let turn = 0; turn < 10; turn += 1) server.send('www.example.com A');
  const { dropped = 0, slipped = 0 } = server.answering.limited ?? {};
  assert.ok(dropped > 0 && slipped > 0);
  assert.equal(server.recorded().length, 10 - dropped - slipped);
  const before = server.recorded().length;
  server.send({ question: 'version.bind TXT CH', transport: 'tcp' });
  server.send({ question: 'www.example.com OPT', transport: 'tcp' });
  server.send(Buffer.alloc(12));
  assert.equal(server.recorded().length, before);
  assert.deepEqual(server.answering.recorder.outbox.counts, { written: before, dropped: 0 });
  server.send({ question: 'large.example.com TXT', transport: 'tcp' });
  assert.equal(server.recorded().length, before);
  assert.deepEqual(server.answering.recorder.outbox.counts, { written: before, dropped: 1 });
});

test('The share of queries that is recorded is the one that is set, and may change at any time', () => {
  const server = new Server({ record: { sample: 0.1, full: false } });
  server.put({ records: 'www A 192.0.2.1' });
  const ask = (times: number): number => {
    const before = server.recorded().length;
    for (let turn = 0; turn < times; turn += 1) server.ask('www.example.com A');
    return server.recorded().length - before;
  };
  // 200 are expected; eight standard deviations are 107.
  const recorded = ask(2000);
  assert.ok(recorded > 93 && recorded < 307, `${recorded} of 2000`);
  assert.ok(server.counters.steps.packetHits > 1600);
  const { responder } = server;
  const { recorder } = responder;
  responder.recorder = undefined;
  assert.equal(ask(100), 0);
  responder.recorder = recorder;
  recorder?.use({ sample: 1, full: false });
  assert.equal(ask(100), 100);
  recorder?.use({ sample: 1e-17, full: false });
  assert.equal(ask(100), 0);
});
