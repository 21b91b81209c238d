/**
 * CPU time of the answering process per query (user and system, from /proc; the sandbox apart) under
 * saturation by dnsperf, for either kind of UDP socket, beside echoes through the same sockets in the
 * same run; and how long an answer takes where nothing else is asked.
 * Run: node test/bench/cpu.ts [seconds per row] [rounds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { latency } from './latency.ts';
import { cpuMicros, load, median, pidsOf, status, table } from './measure.ts';
import { USUAL_POLICY } from './usual-policy.ts';

const SECONDS = Number(process.argv[2] ?? 4);
const ROUNDS = Number(process.argv[3] ?? 3);
const KINDS = ['dgram', 'batched'] as const;
/** Answers in a row for a latency. */
const ASKED_ALONE = 10_000;

/** What is measured: a question, and the process that answers it. */
interface Row {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly host: string;
  /** The one that serves the answer process, where it is asked each time. */
  readonly sandbox?: number;
  readonly costs: { own: number; sandbox: number; perSecond: number; lost: number }[];
  readonly latencies: { p50: number; p99: number }[];
}

const echoes: ChildProcess[] = [];
const servers: TestServer[] = [];
const rows: Row[] = [];
for (const kind of KINDS) rows.push(await echoRow(kind));
for (const kind of KINDS) rows.push(...(await serverRows(kind)));
for (let round = 0; round < ROUNDS; round += 1) for (const row of rows) await measure(row);
for (const echo of echoes) echo.kill();
for (const server of servers) await server.stop();

const echoed = rows
  .map((row) => row.costs)
  .slice(0, 1)
  .flat();
const echoCost = median(echoed.map(({ own }) => own));
table([
  ['', 'µs CPU/query', '÷ dgram echo', 'µs sandbox/query', 'queries/s', 'lost %', 'p50 µs', 'p99 µs'],
  ...rows.map(({ name, costs, latencies }) => {
    const own = median(costs.map((cost) => cost.own));
    const rest = (['sandbox', 'perSecond', 'lost'] as const).map((of) =>
      median(costs.map((cost) => cost[of])),
    );
    const alone = (['p50', 'p99'] as const).map((of) => median(latencies.map((each) => each[of])));
    return [name, own, own / echoCost, ...rest, ...alone];
  }),
]);

async function echoRow(kind: (typeof KINDS)[number]): Promise<Row> {
  const port = await freePort();
  const echo = fork(path.join(import.meta.dirname, 'echo.ts'), [String(port), kind]);
  echoes.push(echo);
  await once(echo, 'message');
  return { name: `${kind} echo`, port, pid: echo.pid ?? 0, host: 'static', costs: [], latencies: [] };
}

async function serverRows(kind: (typeof KINDS)[number]): Promise<Row[]> {
  const server = await startServer({
    geo: 'city',
    policies: { 'bench.example.ts': USUAL_POLICY },
    env: { DNSTEER_UDP_SOCKETS: kind },
  });
  servers.push(server);
  const { port, adminUrl } = server;
  const [pid = 0] = await pidsOf(adminUrl, 'answer');
  const { processes } = await status(adminUrl);
  const sandbox = processes.find((each) => each.kind === 'sandbox' && each.index === 0)?.pid ?? 0;
  const row = (name: string, host: string): Row => ({
    name: `${kind}: ${name}`,
    port,
    pid,
    host,
    costs: [],
    latencies: [],
  });
  return [
    row('static record', 'static'),
    row('constant plan', 'plan'),
    row('policy, remembered', 'geo'),
    { ...row('policy, run each time', 'always'), sandbox },
  ];
}

async function measure({ port, pid, host, sandbox, costs, latencies }: Row): Promise<void> {
  const name = `${host}.bench.example`;
  latencies.push(await latency(port, `${name}. A`, ASKED_ALONE));
  const used = (): [number, number] => [cpuMicros(pid), sandbox === undefined ? 0 : cpuMicros(sandbox)];
  const before = used();
  const outcome = await load(port, [`${name} A`], SECONDS, '-q', '200', '-c', '8', '-t', '1');
  const [own, apart] = used().map((now, index) => (now - (before[index] ?? 0)) / outcome.completed);
  const { perSecond, lost, sent } = outcome;
  costs.push({ own: own ?? 0, sandbox: apart ?? 0, perSecond, lost: (100 * lost) / sent });
}
