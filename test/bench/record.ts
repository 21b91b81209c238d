/**
 * What recording costs: CPU time of the answering process per query, by the scheduler's account, of servers that record none
 * of their queries, one in a hundred, and each; and what control takes to write the last. They are asked in turn, for a
 * moment each, so that whatever else the machine does is the same for all; one that records nothing is there twice, which
 * says how much to believe. Ratios are those of one round, and of all rounds the median.
 * Run: node test/bench/record.ts [seconds a moment] [rounds] [hosts, such as static,plan,geo]
 */
import { computedMsOfAll } from '../../runtime/base/process/process-usage.ts';
import { startServer } from '../support/dnsteer.ts';
import { load, median, pidsOf, status, table } from './measure.ts';
import { USUAL_POLICY } from './usual-policy.ts';

const SECONDS = Number(process.argv[2] ?? 0.5);
const ROUNDS = Number(process.argv[3] ?? 20);
const LOAD = ['-q', '200', '-c', '8', '-t', '1'] as const;
const SAMPLES = [0, 0.01, 0, 1] as const;
const HOSTS = process.argv[4]?.split(',') ?? ['static', 'plan', 'geo'];

interface Recording {
  readonly sample: number;
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly pid: number;
}

const recordings: Recording[] = [];

/** Microseconds of a query: of the answering process, and of control. */
async function measure(host: string, { server, pid }: Recording): Promise<readonly [number, number]> {
  const used = () => [pid, server.process.pid ?? 0].map((one) => 1000 * (computedMsOfAll(one) ?? 0));
  const before = used();
  const { completed } = await load(server.port, [`${host}.bench.example A`], SECONDS, ...LOAD);
  const after = used();
  const [own = 0, control = 0] = after.map((now, index) => (now - (before[index] ?? 0)) / completed);
  return [own, control];
}

async function measureHost(host: string): Promise<(string | number)[]> {
  const rounds: (readonly [number, number])[][] = [];
  // The first is to warm up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const costs: (readonly [number, number])[] = [];
    // Each is the first in its turn.
    for (let turn = 0; turn < recordings.length; turn += 1) {
      const index = (round + turn) % recordings.length;
      const recording = recordings[index];
      if (recording !== undefined) costs[index] = await measure(host, recording);
    }
    if (round > 0) rounds.push(costs);
  }
  const own = SAMPLES.map((_, index) => median(rounds.map((costs) => costs[index]?.[0] ?? 0)));
  const ratios = [1, 2, 3].map((index) =>
    median(
      rounds.map((costs) => {
        const [first, , second] = costs.map(([micros]) => micros);
        // The other of the two that record nothing stands in where one of them is the one to compare.
        const none = index === 2 ? (first ?? 0) : ((first ?? 0) + (second ?? 0)) / 2;
        return (costs[index]?.[0] ?? 0) / none;
      }),
    ),
  );
  return [host, ...own, ...ratios, median(rounds.map((costs) => costs[3]?.[1] ?? 0))];
}

try {
  for (const sample of SAMPLES) {
    const server = await startServer({
      patienceMs: 60_000,
      policies: { 'bench.example.ts': USUAL_POLICY },
      config: `record: { sample: ${sample}, files: 2 }\n`,
    });
    const [pid = 0] = await pidsOf(server.adminUrl, 'answer');
    recordings.push({ sample, server, pid });
  }
  const rows: (string | number)[][] = [];
  for (const host of HOSTS) rows.push(await measureHost(host));
  const names = SAMPLES.map((sample) => `µs, ${sample}`);
  table([['', ...names, '0.01 to 0', '0 to 0', '1 to 0', 'µs control, 1'], ...rows]);
  for (const { server } of recordings) console.log((await status(server.adminUrl)).recording);
} finally {
  for (const { server } of recordings) await server.stop();
}
