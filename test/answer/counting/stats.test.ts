/** What control is told of an answer process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statsOf, zoneStatsOf } from '../../../runtime/answer/counting/stats.ts';
import { buildServedZone } from '../../../runtime/answer/zones/served-zone.ts';
import type { AnswerStats } from '../../../runtime/rpc/answer-stats.ts';
import { draftZone } from '../../../runtime/zone/zone-draft.ts';
import { parseZone } from '../../../runtime/zone/zone-file.ts';
import { imageOf } from '../../../runtime/zone/zone-image.ts';
import { name } from '../../support/wire.ts';
import { failure } from '../scripted-sandbox.ts';
import { Server } from '../server.ts';
import { pool } from '../world.ts';

const SANDBOX = { pid: 7, rssBytes: 1000, restarts: 2, pending: 3, quarantined: [] as readonly string[] };
const TRANSPORT = {
  datagrams: 9,
  sendErrors: 1,
  clients: 2,
  refused: 3,
  cut: 4,
  handshakes: 5,
  httpErrors: 6,
  unproxied: 7,
  displaced: 8,
};
const POLICY = { pools: { us: { records: { A: ['192.0.2.1'] } } }, hosts: { www: null } } as const;

function stats(server: Server, quarantined: readonly string[] = []): AnswerStats {
  const sandbox = { ...SANDBOX, quarantined, apart: undefined, heavy: undefined, offenders: [], spare: [] };
  const parts = [...zoneStatsOf(server.counters, server.zones, sandbox)];
  return {
    ...statsOf(server.counters, server.memory, sandbox, TRANSPORT),
    queries: parts.flatMap((part) => part.queries),
    zones: parts.flatMap((part) => part.zones),
  };
}

test('Everything counted is told', () => {
  const server = new Server();
  server.put({ policy: POLICY });
  server.sandbox.script = () => pool('us');
  for (let turn = 0; turn < 3; turn += 1) server.ask('www.example.com A');
  server.send(new Uint8Array(3));
  const { queries, zones, counts, sandbox } = stats(server);
  const { runSeconds, decisionSeconds, ...steps } = counts.steps;
  assert.deepEqual(queries, [
    { zone: 'example.com', type: 'A', rcode: 'NOERROR', transport: 'udp', count: 3 },
  ]);
  assert.deepEqual(zones, [
    {
      zone: 'example.com',
      version: '00000001',
      runs: 1,
      fallbacks: {},
      memoHits: 2,
      unremembered: {},
      contradictions: 0,
      signaturesEnd: 0,
      breaker: 'closed',
      leaves: 1,
    },
  ]);
  assert.deepEqual(counts.transport, TRANSPORT);
  assert.deepEqual(steps, {
    ignored: 1,
    memoHits: 2,
    packetHits: 1,
    memoMisses: 1,
    memoJoins: 0,
    memoRechecks: 0,
    memoAhead: 0,
  });
  assert.deepEqual(counts.memory, { evictions: 0, octets: server.memory.octets });
  assert.ok(server.memory.octets > 0);
  assert.deepEqual(sandbox, { pid: 7, rssBytes: 1000, restarts: 2, pending: 3 });
  assert.equal(runSeconds.sum, 0.0001);
  assert.equal(
    decisionSeconds.counts.reduce((sum, count) => sum + count),
    1,
  );
});

test('A policy that fails too often, or ended its sandbox, is told of', () => {
  const server = new Server();
  server.put({ policy: POLICY });
  server.sandbox.script = () => failure('throw');
  for (let turn = 0; turn < 5; turn += 1) server.ask('www.example.com A');
  assert.equal(stats(server).zones[0]?.breaker, 'open');
  assert.equal(stats(server, ['example.com@00000001']).zones[0]?.breaker, 'quarantined');
});

test('A policy that is not to be run at all is in quarantine', () => {
  const server = new Server();
  server.put({ policy: POLICY, quarantined: 'Hung its trial' });
  server.put({ zone: 'static.example', records: 'www 300 A 192.0.2.1\n' });
  assert.deepEqual(
    stats(server).zones.map(({ zone, breaker }) => [zone, breaker]),
    [
      ['example.com', 'quarantined'],
      ['static.example', 'closed'],
    ],
  );
});

test('Of thousands of zones asked for everything, no part is much to find or to tell, and nothing is told twice', () => {
  const server = new Server();
  const zones = 600;
  for (let index = 0; index < zones; index += 1) {
    const counters = server.put({ zone: `z${index}.example` }).attachment.counters;
    for (const type of [1, 28, 2, 6, 15, 16, 5, 12, 33, 257, 65, 64, 43, 48, 255, 999]) {
      for (const rcode of [0, 2, 3, 5]) server.counters.countQuery(counters, type, rcode, 'https');
    }
  }
  const parts = [...zoneStatsOf(server.counters, server.zones, { quarantined: [] })];
  for (const part of parts) assert.ok(JSON.stringify(part).length < 160_000);
  const told = parts.flatMap(({ queries }) => queries.map((query) => JSON.stringify(query)));
  assert.equal(told.length, zones * 16 * 4);
  assert.equal(new Set(told).size, told.length);
  assert.equal(new Set(parts.flatMap((part) => part.zones.map(({ zone }) => zone))).size, zones);
});

test('When signatures made elsewhere end is told of a zone that comes with them', () => {
  const server = new Server();
  const { records } = parseZone('@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns.example.net.\n', {
    origin: name('b.example.'),
  });
  const image = imageOf(draftZone(name('b.example.'), records, []).tables);
  const signing = { elsewhere: true, end: 1_900_000_000 } as const;
  const update = { zone: 'b.example', version: '00000001', image, signing };
  server.zones.put(buildServedZone(update, server));
  assert.equal(stats(server).zones.find(({ zone }) => zone === 'b.example')?.signaturesEnd, 1_900_000_000);
});
