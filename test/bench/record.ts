/**
 * What recording costs: CPU time of the answering process per query, by the scheduler's account, while it records none of its
 * queries, one in a hundred, and each; and what control takes to write the last. It is one process, whose setting is changed
 * from moment to moment, as two processes differ by more than what is looked for. "None" has two turns in each round, which
 * say how much to believe. Ratios are those of one round, and of all rounds the median.
 * Run: node test/bench/record.ts [seconds a moment] [rounds] [hosts, such as static,plan,geo]
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { computedMsOfAll } from '../../runtime/base/process/process-usage.ts';
import { startServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { load, median, pidsOf, status, table } from './measure.ts';
import { USUAL_POLICY } from './usual-policy.ts';

const SECONDS = Number(process.argv[2] ?? 0.5);
const ROUNDS = Number(process.argv[3] ?? 20);
const HOSTS = process.argv[4]?.split(',') ?? ['static', 'plan', 'geo'];
const LOAD = ['-q', '200', '-c', '8', '-t', '1'] as const;
/** Those to compare with are before and behind the one that counts. */
const SAMPLES = [0, 0.01, 0, 1] as const;

/** Microseconds of a query: of the answering process, and of control. */
type Cost = readonly [number, number];

const configOf = (sample: number) => `record: { sample: ${sample}, files: 2 }\n`;
const server = await startServer({
  patienceMs: 60_000,
  policies: { 'bench.example.ts': USUAL_POLICY },
  config: configOf(0),
});
const [answering = 0] = await pidsOf(server.adminUrl, 'answer');

async function use(sample: number): Promise<void> {
  const { lastReload } = await server.status();
  writeFileSync(path.join(server.folder, 'dnsteer.yaml'), configOf(sample));
  server.process.kill('SIGHUP');
  const number = (lastReload?.number ?? 0) + 1;
  await until(
    () => server.status(),
    (now) => (now.lastReload?.number ?? 0) >= number,
  );
}

async function measure(host: string): Promise<Cost> {
  const used = () => [answering, server.process.pid ?? 0].map((one) => 1000 * (computedMsOfAll(one) ?? 0));
  const before = used();
  const { completed } = await load(server.port, [`${host}.bench.example A`], SECONDS, ...LOAD);
  const after = used();
  const [own = 0, control = 0] = after.map((now, index) => (now - (before[index] ?? 0)) / completed);
  return [own, control];
}

async function measureHost(host: string): Promise<(string | number)[]> {
  const rounds: Cost[][] = [];
  // The first is to warm up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const costs: Cost[] = [];
    for (const sample of SAMPLES) {
      await use(sample);
      costs.push(await measure(host));
    }
    if (round > 0) rounds.push(costs);
  }
  const own = SAMPLES.map((_, index) => median(rounds.map((costs) => costs[index]?.[0] ?? 0)));
  const ratios = [1, 2, 3].map((index) =>
    median(
      rounds.map((costs) => {
        const [first = 0, , second = 0] = costs.map(([micros]) => micros);
        return (costs[index]?.[0] ?? 0) / (index === 2 ? first : (first + second) / 2);
      }),
    ),
  );
  return [host, ...own, ...ratios, median(rounds.map((costs) => costs[3]?.[1] ?? 0))];
}

try {
  const rows: (string | number)[][] = [];
  for (const host of HOSTS) rows.push(await measureHost(host));
  const names = SAMPLES.map((sample) => `µs, ${sample}`);
  table([['', ...names, '0.01 to 0', '0 to 0', '1 to 0', 'µs control, 1'], ...rows]);
  console.log((await status(server.adminUrl)).recording);
} finally {
  await server.stop();
}
