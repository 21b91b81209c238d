/**
 * What recording costs: CPU time of the answering process per query, from the kernel's account, and that of control, while
 * the same server records none of its queries, one in a hundred, and each. Reloads switch it, in turn, so that all is
 * measured in one run; a server that records nothing stands beside them twice, which says how much to believe.
 * Run: node test/bench/record.ts [seconds per row] [rounds]
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startServer } from '../support/dnsteer.ts';
import { cpuMicros, load, median, pidsOf, status, table } from './measure.ts';

const SECONDS = Number(process.argv[2] ?? 4);
const ROUNDS = Number(process.argv[3] ?? 5);
const LOAD = ['-q', '200', '-c', '8', '-t', '1'] as const;
const SAMPLES = [0, 0.01, 0, 1] as const;
const HOSTS = ['static', 'plan', 'geo'] as const;

const POLICY = `import { definePolicy, firstHealthy, health } from 'dnsteer';
  export default definePolicy({
    pools: { us: { A: ['192.0.2.1', '192.0.2.2'] }, eu: { A: ['198.51.100.1', '198.51.100.2'] } },
    fallback: 'us',
    records: { static: { A: ['192.0.2.1', '192.0.2.2'] } },
    hosts: {
      plan: firstHealthy('eu', 'us'),
      geo: (query) => (query.client.country === 'DE' && health('eu') === 'up' ? firstHealthy('eu', 'us') : 'us'),
    },
  });`;

const server = await startServer({ geo: 'city', policies: { 'bench.example.ts': POLICY } });
const settings = path.join(server.folder, 'dnsteer.yaml');

async function use(sample: number): Promise<void> {
  const { lastReload } = await status(server.adminUrl);
  writeFileSync(settings, `record: { sample: ${sample}, files: 2 }\n`);
  server.process.kill('SIGHUP');
  for (;;) {
    const { lastReload: last } = await status(server.adminUrl);
    if (last !== undefined && last.number !== lastReload?.number) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const [pid = 0] = await pidsOf(server.adminUrl, 'answer');
const control = server.process.pid ?? 0;
const rows = HOSTS.map((host) => ({
  host,
  costs: SAMPLES.map(() => ({ own: [] as number[], control: [] as number[] })),
}));
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { host, costs } of rows) {
      for (const [index, sample] of SAMPLES.entries()) {
        await use(sample);
        // What a reload forgets is there again.
        await load(server.port, [`${host}.bench.example A`], 0.5, ...LOAD);
        const before = [cpuMicros(pid), cpuMicros(control)] as const;
        const { completed } = await load(server.port, [`${host}.bench.example A`], SECONDS, ...LOAD);
        costs[index]?.own.push((cpuMicros(pid) - before[0]) / completed);
        costs[index]?.control.push((cpuMicros(control) - before[1]) / completed);
      }
    }
  }
  table([
    ['', ...SAMPLES.map((sample) => `µs, sample ${sample}`), '0.01 to 0', '1 to 0', 'µs control, sample 1'],
    ...rows.map(({ host, costs }) => {
      const own = costs.map((cost) => median(cost.own));
      const none = ((own[0] ?? 0) + (own[2] ?? 0)) / 2;
      return [host, ...own, (own[1] ?? 0) / none, (own[3] ?? 0) / none, median(costs[3]?.control ?? [])];
    }),
  ]);
  console.log((await status(server.adminUrl)).recording);
} finally {
  await server.stop();
}
