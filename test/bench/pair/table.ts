/** The table of pairs: what a query costs where two processes answer, and which share of them each has. */
import path from 'node:path';
import { startServer, type TestServer } from '../../support/dnsteer.ts';
import { ZONE } from '../cases.ts';
import { cpuMicros, dnsperf, median, pidsOf, table } from '../measure.ts';
import { writeQuestions } from '../questions.ts';

export interface PairOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly sockets: number;
  readonly folder: string;
  readonly processor: number | undefined;
  readonly progress: (text: string) => void;
}

export interface PairFigures {
  readonly round: number;
  readonly row: string;
  readonly processes: number;
  readonly perSecond: number;
  /** Microseconds of CPU time for each query, of all answer processes together. */
  readonly micros: number;
  /** Of that time, by process. */
  readonly shares: readonly number[];
}

const POLICY = `import { definePolicy } from 'dnsteer';
  export default definePolicy({
    pools: { us: { A: ['192.0.2.1', '192.0.2.2'] }, eu: { A: ['198.51.100.1', '198.51.100.2'] } },
    fallback: 'us',
    records: { static: { A: ['192.0.2.1', '192.0.2.2'] } },
    hosts: { geo: (query) => (query.client.continent === 'EU' ? 'eu' : 'us') },
  });`;
const ROWS = ['static', 'geo'];
const WARM_UP_SECONDS = 1;
/** For the start, where both are kept to one processor. */
const PATIENCE_MS = 60_000;

export async function measurePair(options: PairOptions): Promise<PairFigures[]> {
  const { rounds, progress } = options;
  const servers: { readonly server: TestServer; readonly pids: readonly number[] }[] = [];
  try {
    for (const processes of [1, 2]) {
      progress(`Starting dnsteer, ${processes} answering`);
      const server = await startServer({
        processes,
        geo: 'city',
        policies: { [`${ZONE}.ts`]: POLICY },
        patienceMs: PATIENCE_MS,
      });
      servers.push({ server, pids: await pidsOf(server.adminUrl, 'answer') });
    }
    const cells = ROWS.flatMap((row) =>
      servers.map(({ server, pids }) => ({ row, port: server.port, pids })),
    );
    for (const cell of cells) await measureOne(cell, { ...options, seconds: WARM_UP_SECONDS });
    const figures: PairFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const cell of cells) {
        progress(`Round ${round} of ${rounds}: ${cell.row}, ${cell.pids.length} answering`);
        figures.push({ round, ...(await measureOne(cell, options)) });
      }
    }
    return figures;
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()));
  }
}

async function measureOne(
  { row, port, pids }: { readonly row: string; readonly port: number; readonly pids: readonly number[] },
  { folder, seconds, sockets, processor }: PairOptions,
): Promise<Omit<PairFigures, 'round'>> {
  const file = path.join(folder, `pair-${row}`);
  writeQuestions(file, [`${row}.${ZONE}`]);
  const before = pids.map(cpuMicros);
  const load = { '-d': file, '-l': seconds, '-q': 200, '-c': sockets, '-T': 1 };
  const { completed, perSecond } = await dnsperf(
    port,
    ['-B', ...Object.entries(load).flat().map(String)],
    processor,
  );
  const took = pids.map((pid, index) => cpuMicros(pid) - (before[index] ?? 0));
  const sum = took.reduce((total, each) => total + each, 0);
  return {
    row,
    processes: pids.length,
    perSecond,
    micros: sum / completed,
    shares: took.map((each) => each / sum),
  };
}

export function reportPair(figures: readonly PairFigures[]): void {
  console.log(
    '\ndnsteer with one process that answers, and with two that have one processor together: microseconds of CPU',
  );
  console.log(
    'time for each query, and the larger share of that time that one of the two has; median of the rounds.',
  );
  const of = (row: string, processes: number, what: (one: PairFigures) => number): number =>
    median(figures.filter((one) => one.row === row && one.processes === processes).map(what));
  table([
    ['', 'one', 'two', 'two ÷ one', 'larger share', 'q/s, one', 'q/s, two'],
    ...ROWS.map((row) => {
      const [one, two] = [1, 2].map((processes) => of(row, processes, ({ micros }) => micros)) as [
        number,
        number,
      ];
      const share = of(row, 2, ({ shares }) => Math.max(...shares));
      const perSecond = [1, 2].map((processes) =>
        of(row, processes, (figure) => figure.perSecond).toFixed(0),
      );
      return [row, one, two, two / one, `${(100 * share).toFixed(1)} %`, ...perSecond];
    }),
  ]);
}
