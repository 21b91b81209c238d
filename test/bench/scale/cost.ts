/**
 * What a remembered decision costs among ten and among ten thousand policies; then, with the most of
 * them, a million client networks, one query from each: how many decisions are remembered, and what
 * memory it all takes.
 */
import path from 'node:path';
import type { ServerTotals } from '../../../runtime/admin/server-totals.ts';
import type { TestServer } from '../../support/dnsteer.ts';
import { cpuMicros, dnsperf, type Load, median, memoryOf, pidsOf, table } from '../measure.ts';
import { networks, writeQuestions } from '../questions.ts';
import { hostsOf, makeFolder } from './policies.ts';
import { startOver } from './start.ts';

const ROUNDS = 3;
const CLIENT_NETWORKS = 1_000_000;

export async function measureCost(counts: readonly number[], seconds: number): Promise<void> {
  const rows = [
    [
      'policies',
      'µs CPU/query',
      '÷ first',
      'q/s',
      'remembered %',
      'fallback %',
      'lost',
      'MiB of each process',
    ],
  ];
  let first: number | undefined;
  for (const count of counts) {
    const folder = makeFolder(count);
    const server = await startOver(folder);
    const questions = path.join(folder, 'questions');
    writeQuestions(questions, hostsOf(count));
    // Slowly at first: each of them has to be decided once.
    await ask(server, questions, '-n', '3', '-q', '10');
    const known = await measure(server, ROUNDS, () => ask(server, questions, '-l', String(seconds)));
    first ??= known.cost;
    rows.push([String(count), known.cost.toFixed(1), (known.cost / first).toFixed(2), ...known.rest]);
    if (count === Math.max(...counts)) {
      writeQuestions(questions, hostsOf(count), networks(CLIENT_NETWORKS), CLIENT_NETWORKS);
      const all = await measure(server, 1, () => ask(server, questions, '-n', '1', '-q', '100'));
      rows.push([`${count}, a million networks`, all.cost.toFixed(1), '–', ...all.rest]);
    }
    await server.stop();
  }
  table(rows);
}

function ask({ port }: TestServer, questions: string, ...more: string[]): Promise<Load> {
  return dnsperf(port, ['-B', '-d', questions, '-c', '8', '-q', '200', ...more], 1);
}

/** Median cost, and what there is to tell beside it. */
async function measure(
  server: TestServer,
  rounds: number,
  load: () => Promise<Load>,
): Promise<{ readonly cost: number; readonly rest: readonly string[] }> {
  const [pid = 0] = await pidsOf(server.adminUrl, 'answer');
  const costs: number[] = [];
  const loads: Load[] = [];
  const before = (await server.status()).totals;
  for (let round = 0; round < rounds; round += 1) {
    const cpu = cpuMicros(pid);
    const one = await load();
    costs.push((cpuMicros(pid) - cpu) / one.completed);
    loads.push(one);
  }
  const after = (await server.status()).totals;
  const share = (what: 'memoHits' | 'fallbacks'): string => percent(what, before, after);
  const lost = loads.reduce((sum, one) => sum + one.lost, 0);
  const rate = median(loads.map(({ perSecond }) => perSecond));
  const memory = await memoryOf(server.adminUrl);
  const rest = [rate.toFixed(0), share('memoHits'), share('fallbacks'), String(lost), memory];
  return { cost: median(costs), rest };
}

/** Of all queries. */
function percent(what: 'memoHits' | 'fallbacks', before: ServerTotals, after: ServerTotals): string {
  return ((100 * (after[what] - before[what])) / (after.queries - before.queries)).toFixed(1);
}
