/**
 * What a remembered decision costs among ten and among ten thousand policies; then a million client
 * networks, one query from each: how many decisions are remembered, and what memory it all takes.
 */
import path from 'node:path';
import { cpuMicros, dnsperf, median, memoryOf, pidsOf, status, table } from '../measure.ts';
import { networks, writeQuestions } from '../questions.ts';
import { hostsOf, makeFolder } from './policies.ts';
import { startOver } from './start.ts';

const ROUNDS = 3;
const CLIENT_NETWORKS = 1_000_000;

export async function measureCost(counts: readonly number[], seconds: number): Promise<void> {
  const rows = [['policies', 'µs CPU/query', '÷ first', 'q/s', 'remembered %', 'MiB']];
  const last = [['policies', 'queries', 'remembered %', 'fallback %', 'lost', 'MiB']];
  let first: number | undefined;
  for (const count of counts) {
    const folder = makeFolder(count);
    const server = await startOver(folder);
    const questions = path.join(folder, 'questions');
    writeQuestions(questions, hostsOf(count));
    const asks = (...more: string[]) => dnsperf(server.port, ['-B', '-d', questions, '-c', '8', ...more], 1);
    // Slowly at first: each of them has to be decided once.
    await asks('-n', '3', '-q', '10');
    const [pid = 0] = await pidsOf(server.adminUrl, 'answer');
    const costs: number[] = [];
    const rates: number[] = [];
    const before = (await status(server.adminUrl)).totals;
    for (let round = 0; round < ROUNDS; round += 1) {
      const cpu = cpuMicros(pid);
      const { completed, perSecond } = await asks('-l', String(seconds), '-q', '200');
      costs.push((cpuMicros(pid) - cpu) / completed);
      rates.push(perSecond);
    }
    const after = (await status(server.adminUrl)).totals;
    const cost = median(costs);
    first ??= cost;
    const hits = percent(after.memoHits - before.memoHits, after.queries - before.queries);
    const memory = await memoryOf(server.adminUrl);
    rows.push([
      String(count),
      cost.toFixed(1),
      (cost / first).toFixed(2),
      median(rates).toFixed(0),
      hits,
      memory,
    ]);

    writeQuestions(questions, hostsOf(count), networks(CLIENT_NETWORKS), CLIENT_NETWORKS);
    const { completed, lost } = await asks('-n', '1', '-q', '100');
    const { totals } = await status(server.adminUrl);
    last.push([
      String(count),
      String(completed),
      percent(totals.memoHits - after.memoHits, totals.queries - after.queries),
      percent(totals.fallbacks - after.fallbacks, totals.queries - after.queries),
      String(lost),
      await memoryOf(server.adminUrl),
    ]);
    await server.stop();
  }
  table(rows);
  console.log(`\n${CLIENT_NETWORKS} client networks, one query each`);
  table(last);
}

function percent(part: number, whole: number): string {
  return ((100 * part) / whole).toFixed(1);
}
