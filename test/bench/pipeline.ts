/**
 * Nanoseconds that answering takes without any socket: from a packet to the response in its buffer. What a
 * profiler is to look at: `node --cpu-prof test/bench/pipeline.ts`.
 * The second table is of answers to clients that set DO, by a zone that is not signed and by one that is.
 * Where it is limited, response rate limiting looks at each and lets it pass.
 * Run: node test/bench/pipeline.ts [seconds per row] [replies kept]
 */
import { createGeoipLiteSource } from '../../runtime/geo/geoip-lite.ts';
import { Latencies, LatencyTable } from '../../runtime/geo/latency/latency-table.ts';
import { readLatencies } from '../../runtime/geo/latency/read-latencies.ts';
import type { RateLimitSettings } from '../../runtime/rpc/answer-settings.ts';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { type Ask, packetOf } from '../answer/packet.ts';
import { Server, type ServerOptions } from '../answer/server.ts';
import { table } from './measure.ts';

const SECONDS = Number(process.argv[2] ?? 1);
const GENEROUS: RateLimitSettings = {
  perSecond: 1e8,
  windowSeconds: 15,
  slip: 2,
  leak: 0,
  ipv4Bits: 24,
  ipv6Bits: 56,
  exempt: ['127.0.0.0/8', '::1/128'],
  isTrial: false,
};
const ROUNDS = 5;
/** Between two looks at the clock. */
const BATCH = 10_000;
const NETWORKS = 4096;
/** Of the zones that are signed, or not. */
const NAMES = 1000;
const DO = 0x8000;
/** As in a server that nobody has told otherwise. */
const PACKETS = Number(process.argv[3] ?? 65_536);

const pool = (name: string): PlanData => ({ kind: 'pool', pool: name });
const either = [pool('us'), pool('eu')];
const fenced: PlanData = { kind: 'fence', of: pool('eu') };
const shares = either.map((plan) => ({ plan, weight: 1 }));

const sixteen = Array.from({ length: 16 }, (_, index) => `sixteen A 192.0.2.${index}`);

const latencies = new Latencies();
latencies.table = latencyTable();
const geo = { ...createGeoipLiteSource({ detail: 'city' }), latencies };
const [plain, limited] = [{}, { rateLimit: GENEROUS }].map((options) => serving(options)) as [Server, Server];

const rows: (string | number)[][] = [['', 'ns, one client', 'ns, limited', 'ns, many networks']];
for (const host of [
  'static',
  'sixteen',
  'plan',
  'weighted',
  'nearest',
  'table',
  'fenced',
  'sticky',
  'named',
  'bounded',
  'byLoad',
  'shed',
  'byLatency',
  'geo',
]) {
  const question = `${host}.example.com A`;
  const one = [packetOf({ question })];
  rows.push([host, measure(plain, one), measure(limited, one), measure(plain, networks(question))]);
}
table(rows);
console.log();
table(signedRows());

function signedRows(): (string | number)[][] {
  const server = new Server({ packetSlots: PACKETS });
  const names = Array.from({ length: NAMES }, (_, index) => `h${index} A 192.0.2.1`);
  const records = [...names, '*.wild A 192.0.2.1'].join('\n');
  const policy = { pools: { us: { records: { A: ['192.0.2.1'] } } }, hosts: { '*.host': pool('us') } };
  server.put({ zone: 'unsigned.example', records, policy });
  server.put({ zone: 'signed.example', records, policy, signing: {} });
  const questions: Readonly<Record<string, (zone: string) => string[]>> = {
    static: (zone) => [`h1.${zone} A`],
    'no such type': (zone) => [`h1.${zone} TXT`],
    'no such name': (zone) =>
      Array.from({ length: NETWORKS }, (_, index) => `h${index % NAMES}x${index}.${zone} A`),
    'wildcard, static': (zone) => belowOf(`wild.${zone}`),
    'wildcard, of a plan': (zone) => belowOf(`host.${zone}`),
  };
  const costs = Object.entries(questions).map(([what, asked]) => {
    const packets = (zone: string) =>
      asked(zone).map((question) => packetOf({ question, edns: { flags: DO } }));
    return [what, ...['unsigned.example', 'signed.example'].map((zone) => measure(server, packets(zone)))];
  });
  return [['', 'ns, unsigned', 'ns, signed'], ...costs];
}

function belowOf(name: string): string[] {
  return Array.from({ length: NETWORKS }, (_, index) => `h${index}.${name} A`);
}

function serving(options: ServerOptions): Server {
  const server = new Server({ geo, packetSlots: PACKETS, ...options });
  server.sandbox.script = (read) => {
    const isEuropean = read('client.country') === 'DE' && read('health.eu') === 'up';
    return { kind: 'firstHealthy', of: isEuropean ? either.toReversed() : either };
  };
  server.put({
    records: ['static A 192.0.2.1', 'static A 192.0.2.2', ...sixteen].join('\n'),
    policy: {
      pools: {
        us: { records: { A: ['192.0.2.1', '192.0.2.2'] }, at: [39, -77.5] },
        usLarge: { records: { A: ['192.0.2.1', '192.0.2.2'] }, capacity: 1e9 },
        euLarge: { records: { A: ['198.51.100.1', '198.51.100.2'] }, capacity: 1e9 },
        eu: { records: { A: ['198.51.100.1', '198.51.100.2'] }, at: [50.1, 8.7] },
      },
      hosts: {
        plan: { kind: 'firstHealthy', of: either },
        weighted: { kind: 'weighted', of: shares },
        nearest: { kind: 'nearest', of: either },
        table: {
          kind: 'geo',
          of: either,
          places: [
            ['US-CA', 'US', 'default'],
            ['DE', 'EU'],
          ],
        },
        fenced: { kind: 'geo', of: [fenced, pool('us')], places: [['european-union'], ['default']] },
        sticky: { kind: 'sticky', of: shares },
        named: { kind: 'sticky', of: shares, by: 'name' },
        bounded: { kind: 'bounded', of: [pool('usLarge'), pool('euLarge')] },
        byLoad: { kind: 'weighted', of: shares, by: 'load' },
        shed: { kind: 'shed', of: either, low: 0.5, high: 1 },
        byLatency: { kind: 'closestByLatency', of: either },
        geo: null,
      },
    },
  });

  return server;
}

/** Half of the networks that ask, and some countries. */
function latencyTable(): LatencyTable {
  const rows = Array.from(
    { length: 110 * 256 },
    (_, index) => `${1 + 2 * (index >> 8)}.${index & 255}.0.0/16,${index % 90},${index % 70}`,
  );
  const read = readLatencies(Buffer.from(['network,us,eu', ...rows, 'DE,90,10', 'US,10,90'].join('\n')));
  if (!read.ok) throw new Error(read.problem.problem);
  return new LatencyTable(read.value);
}

function networks(question: string): Buffer[] {
  const ask = (index: number): Ask => ({
    question,
    ecs: `${1 + ((index * 7) % 220)}.${(index * 13) % 256}.${index % 256}.0/24`,
  });
  return Array.from({ length: NETWORKS }, (_, index) => packetOf(ask(index)));
}

/** The best round: everything else is other processes. */
function measure({ responder }: Server, packets: readonly Buffer[]): number {
  let octets = 0;
  const requester = {
    transport: 'udp' as const,
    // As batched sockets have it.
    address: Uint8Array.of(192, 0, 2, 53),
    reply: (response: Uint8Array) => {
      octets += response.length;
    },
  };
  let best = Number.POSITIVE_INFINITY;
  let next = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = performance.now();
    let count = 0;
    for (; performance.now() - from < (1000 * SECONDS) / ROUNDS; count += BATCH) {
      for (let index = 0; index < BATCH; index += 1) {
        responder.respond(packets[next] ?? Buffer.alloc(0), requester);
        next = next + 1 === packets.length ? 0 : next + 1;
      }
    }
    best = Math.min(best, (1e6 * (performance.now() - from)) / count);
  }
  if (octets === 0) throw new Error('Nothing was answered');
  return best;
}
