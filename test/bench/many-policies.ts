/**
 * What a remembered decision costs among ten and among ten thousand policies, without sockets: as many
 * names are asked each time, one after the other, so that what has to be read of memory differs by what the
 * policies themselves add. Rounds take turns, so that other work on the machine is the same for all.
 * Run: node test/bench/many-policies.ts [names] [seconds per cell] [replies kept]
 */
import { performance } from 'node:perf_hooks';
import { packetOf } from '../answer/packet.ts';
import { Server } from '../answer/server.ts';
import { table } from './measure.ts';

const NAMES = Number(process.argv[2] ?? 10_000);
const SECONDS = Number(process.argv[3] ?? 2);
const COUNTS = [10, 100, 1000, 10_000];
const ROUNDS = 10;
const SLOTS = Number(process.argv[4] ?? 65_536);
const ROOM = { leaves: NAMES, policyOctets: 2 ** 30, octets: 2 ** 30 };

const requester = { transport: 'udp' as const, address: Uint8Array.of(192, 0, 2, 53), reply: () => {} };

const cells = COUNTS.map((count) => ({
  count,
  server: serving(count),
  packets: questions(count),
  best: Infinity,
}));
for (const { server, packets } of cells)
  for (const packet of packets) server.responder.respond(packet, requester);
for (let round = 0; round < ROUNDS; round += 1)
  for (const cell of cells) cell.best = Math.min(cell.best, once(cell));

const [first] = cells;
table([
  ['policies', 'ns a query', '÷ first'],
  ...cells.map(({ count, best }) => [
    String(count),
    best.toFixed(0),
    (best / (first?.best ?? best)).toFixed(2),
  ]),
]);

function serving(count: number): Server {
  const server = new Server({ memory: ROOM, packetSlots: SLOTS });
  server.sandbox.script = (read) => {
    const isUp = read('health.us') === 'up';
    return { kind: 'pool', pool: isUp ? 'us' : 'eu' };
  };
  const pools = { us: { records: { A: ['192.0.2.1'] } }, eu: { records: { A: ['198.51.100.1'] } } };
  for (let index = 0; index < count; index += 1)
    server.put({ zone: zoneName(index), policy: { pools, hosts: { '*': null } } });
  return server;
}

/** As many names whatever the number of zones, in an order without a pattern. */
function questions(count: number): Buffer[] {
  return Array.from({ length: NAMES }, (_, index) => {
    const at = (index * 7919) % NAMES;
    return packetOf({ question: `host${at}.${zoneName(at % count)} A` });
  });
}

function zoneName(index: number): string {
  return `zone${index}.example`;
}

/** Nanoseconds for a query. */
function once({ server, packets }: { readonly server: Server; readonly packets: readonly Buffer[] }): number {
  const from = performance.now();
  let asked = 0;
  while (performance.now() - from < (1000 * SECONDS) / ROUNDS) {
    for (const packet of packets) server.responder.respond(packet, requester);
    asked += packets.length;
  }
  return (1e6 * (performance.now() - from)) / asked;
}
