/**
 * Mutated messages of every kind, most of them to a responder in this process, the rest to a running server over
 * each transport: how many were answered with what, violations of the laws in test/fuzz/responder/judge.ts, and
 * memory early in the run and at its end. Exits with 1 if there is a violation, or memory grows.
 * Run: node test/bench/fuzz.ts [seed] [messages]
 */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InProcess, Mutations } from '../fuzz/responder/in-process.ts';
import { OverHttps } from '../fuzz/responder/over-https.ts';
import { connected, OverStream } from '../fuzz/responder/over-streams.ts';
import { OverUdp } from '../fuzz/responder/over-udp.ts';
import { Tally } from '../fuzz/responder/tally.ts';
import { RICH_FOLDER } from '../interop/rich-zone.ts';
import { startServer } from '../support/dnsteer.ts';
import { encrypted } from '../support/encrypted.ts';
import { SECRET } from '../transfer/keys.ts';
import { pidsOf, residentMiB, table } from './measure.ts';

const SEED = Number(process.argv[2] ?? 1);
const MESSAGES = Number(process.argv[3] ?? 1_000_000);
const ROUND = 10_000;
/** Of a round. */
const SHARES = { process: 8000, udp: 1200, tcp: 500, tls: 200, https: 100 } as const;
/** Caches are full by then, and code is compiled. */
const EARLY = 0.3;
/** MiB that memory may grow by after that. */
const MOST_HEAP = 4;
const MOST_RESIDENT = 16;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const secure = await encrypted();
const keys = `keys: { transfer.example.com: { algorithm: hmac-sha256, secret: '${SECRET}' } }\n`;
const server = await startServer({
  geo: 'country',
  from: RICH_FOLDER,
  // So that garbage is collected soon, and memory that goes on growing is kept by somebody.
  env: { NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=1' },
  config: `${secure.config}${keys}identity: { name: fuzzed }\n`,
});
const [pid = 0] = await pidsOf(server.adminUrl, 'answer');

const tallies = {
  process: new Tally(),
  udp: new Tally(),
  tcp: new Tally(),
  tls: new Tally(),
  https: new Tally(),
};
const ways = {
  process: new InProcess(SEED, tallies.process),
  udp: await OverUdp.open(server.port, new Mutations(SEED + 1), tallies.udp),
  tcp: new OverStream(
    'tcp',
    () => connected(connect(server.port, '127.0.0.1'), 'connect'),
    new Mutations(SEED + 2),
    tallies.tcp,
  ),
  tls: new OverStream(
    'tls',
    () => connected(connectTls({ port: secure.tlsPort, host: '127.0.0.1', ca: secure.ca }), 'secureConnect'),
    new Mutations(SEED + 3),
    tallies.tls,
  ),
  https: new OverHttps(secure.httpsPort, secure.ca, new Mutations(SEED + 4), tallies.https),
};

const began = performance.now();
const rounds = Math.ceil(MESSAGES / ROUND);
let early = { heap: 0, resident: 0 };
for (let round = 1; round <= rounds; round += 1) {
  for (const way of ['process', 'udp', 'tcp', 'tls', 'https'] as const) await ways[way].run(SHARES[way]);
  if (round === Math.ceil(EARLY * rounds)) early = memory();
  if (round % Math.ceil(rounds / 10) === 0) progress(round * ROUND);
}
const late = memory();
const isAlive = (await pidsOf(server.adminUrl, 'answer'))[0] === pid;
for (const way of ['udp', 'tcp', 'tls', 'https'] as const) ways[way].close();
await server.stop();
secure.remove();

for (const { told } of Object.values(tallies)) for (const text of told) console.log(text);
const columns = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'NOTAUTH'];
table([
  [`seed ${SEED}`, 'messages', 'violations', 'silence', 'replies', ...columns],
  ...Object.entries(tallies).map(([way, { messages, violations, silent, replies, rcodes }]) => [
    way,
    ...[messages, violations, silent, replies, ...columns.map((rcode) => rcodes[rcode] ?? 0)].map(String),
  ]),
]);
table([
  ['MiB', 'early', 'late'],
  ['heap of this process', early.heap, late.heap],
  ['resident, answer process', early.resident, late.resident],
]);
const isSound =
  Object.values(tallies).every(({ violations }) => violations === 0) &&
  isAlive &&
  late.heap - early.heap < MOST_HEAP &&
  late.resident - early.resident < MOST_RESIDENT;
if (!isAlive) console.log('The answer process has ended');
process.exitCode = isSound ? 0 : 1;

function progress(messages: number): void {
  const violations = Object.values(tallies).reduce((sum, tally) => sum + tally.violations, 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const { heap, resident } = memory();
  const memories = `heap ${heap.toFixed(1)} MiB, server ${resident.toFixed(0)} MiB`;
  console.log(`${messages} messages in ${seconds} s: ${violations} violations, ${memories}`);
}

function memory(): { heap: number; resident: number } {
  collectGarbage();
  return { heap: process.memoryUsage().heapUsed / 2 ** 20, resident: residentMiB(pid) };
}
