/**
 * CPU time of the answering process per query (user and system, from /proc; the sandbox apart) under
 * saturation by dnsperf, beside a plain dgram echo in the same run.
 * Run: node test/bench/cpu.ts [seconds per row]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { cpuMicros, load, pidsOf, status, table } from './measure.ts';

const SECONDS = Number(process.argv[2] ?? 8);
const ROUNDS = 3;

const POLICY = `import { definePolicy, firstHealthy, health } from 'dnsteer';
  export default definePolicy({
    pools: { us: { A: ['192.0.2.1', '192.0.2.2'] }, eu: { A: ['198.51.100.1', '198.51.100.2'] } },
    fallback: 'us',
    records: { static: { A: ['192.0.2.1', '192.0.2.2'] } },
    hosts: {
      plan: firstHealthy('eu', 'us'),
      geo: (query) => (query.client.country === 'DE' && health('eu') === 'up' ? firstHealthy('eu', 'us') : 'us'),
      always: (query) => (query.client.ip === '192.0.2.1' ? 'eu' : 'us'),
    },
  });`;

const echoPort = await freePort();
const echo = fork(path.join(import.meta.dirname, 'echo.ts'), [String(echoPort)]);
await once(echo, 'message');
const server = await startServer({ cities: true, policies: { 'bench.example.ts': POLICY } });
const [answer] = await pidsOf(server.adminUrl, 'answer');
// The one that serves the answer process, not the one for trials.
const sandbox = (await status(server.adminUrl)).processes.find(
  ({ kind, index }) => kind === 'sandbox' && index === 0,
)?.pid;

const cases = [
  { name: 'dgram echo', port: echoPort, pid: echo.pid ?? 0, question: 'static.bench.example A' },
  { name: 'static record', port: server.port, pid: answer ?? 0, question: 'static.bench.example A' },
  { name: 'constant plan', port: server.port, pid: answer ?? 0, question: 'plan.bench.example A' },
  { name: 'policy, remembered', port: server.port, pid: answer ?? 0, question: 'geo.bench.example A' },
  { name: 'policy, run each time', port: server.port, pid: answer ?? 0, question: 'always.bench.example A' },
];
const rows: (string | number)[][] = [
  ['', 'µs CPU/query', '÷ echo', 'µs sandbox/query', 'queries/s', 'lost %'],
];
const best = new Map<string, (string | number)[]>();
for (let round = 0; round < ROUNDS; round += 1) {
  let echoCost = Number.NaN;
  for (const { name, port, pid, question } of cases) {
    const before = [cpuMicros(pid), cpuMicros(sandbox ?? 0)] as const;
    const { sent, completed, perSecond, lost } = await load(
      port,
      [question],
      SECONDS,
      '-q',
      '200',
      '-c',
      '8',
      '-t',
      '1',
    );
    const cost = (cpuMicros(pid) - before[0]) / completed;
    if (name === 'dgram echo') echoCost = cost;
    const apart = name.startsWith('policy, run') ? (cpuMicros(sandbox ?? 0) - before[1]) / completed : 0;
    const row = [name, cost, cost / echoCost, apart, perSecond, (100 * lost) / sent];
    if (cost < Number(best.get(name)?.[1] ?? Number.POSITIVE_INFINITY)) best.set(name, row);
  }
}
echo.kill();
await server.stop();
rows.push(...best.values());
table(rows);
