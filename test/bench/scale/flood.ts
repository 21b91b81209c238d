/**
 * A hundred client networks for each of thousands of policies ask, one query from each network, as fast as two cores go, again and
 * again: by pass how many decisions were remembered and how many were fallbacks, what a query cost, and the memory.
 */
import path from 'node:path';
import type { ServerTotals } from '../../../runtime/admin/server-totals.ts';
import type { TestServer } from '../../support/dnsteer.ts';
import { cpuMicros, dnsperf, memoryOf, pidsOf, table } from '../measure.ts';
import { networks, writeQuestions } from '../questions.ts';
import { hostsOf, makeFolder } from './policies.ts';
import { startOver } from './start.ts';

/** Of each policy: a million of ten thousand. */
const CLIENT_NETWORKS = 100;
const PASSES = 4;

export async function measureFlood(count: number): Promise<void> {
  const folder = makeFolder(count);
  const server = await startOver(folder);
  const questions = path.join(folder, 'flood');
  writeQuestions(questions, hostsOf(count), networks(CLIENT_NETWORKS * count), CLIENT_NETWORKS * count);
  const rows = [
    [
      'pass',
      'q/s',
      'µs answering',
      'µs in sandbox',
      'remembered %',
      'fallback %',
      'runs %',
      'leaves',
      'MB of memo',
      'lost',
      'fallbacks by reason',
    ],
  ];
  for (let pass = 1; pass <= PASSES; pass += 1)
    rows.push([String(pass), ...(await onePass(server, questions))]);
  table(rows);
  console.log(await memoryOf(server.adminUrl));
  await server.stop();
}

async function onePass(server: TestServer, questions: string): Promise<string[]> {
  const pageBefore = await metrics(server);
  const [before, cpuBefore] = [(await server.status()).totals, await cpu(server)];
  const { perSecond, lost } = await dnsperf(server.port, [
    '-B',
    '-d',
    questions,
    '-n',
    '1',
    '-c',
    '8',
    '-q',
    '200',
  ]);
  const [after, cpuAfter] = [(await server.status()).totals, await cpu(server)];
  const queries = after.queries - before.queries;
  const share = (what: keyof ServerTotals): string =>
    ((100 * (after[what] - before[what])) / queries).toFixed(2);
  return [
    perSecond.toFixed(0),
    ((cpuAfter.answer - cpuBefore.answer) / queries).toFixed(1),
    ((cpuAfter.sandbox - cpuBefore.sandbox) / queries).toFixed(1),
    share('memoHits'),
    share('fallbacks'),
    share('policyRuns'),
    String(after.memoLeaves),
    await memoMegabytes(server),
    String(lost),
    reasons(pageBefore, await metrics(server)),
  ];
}

async function metrics({ adminUrl }: TestServer): Promise<string> {
  return await (await fetch(`${adminUrl}/metrics`)).text();
}

async function memoMegabytes(server: TestServer): Promise<string> {
  return (Number(/^dnsteer_memo_bytes (\S+)/m.exec(await metrics(server))?.[1]) / 1e6).toFixed(1);
}

/** `deadline 120, sandbox 3`. */
function reasons(before: string, after: string): string {
  const [past, now] = [fallbacksIn(before), fallbacksIn(after)];
  const more = [...now].map(([reason, count]) => [reason, count - (past.get(reason) ?? 0)] as const);
  return more.flatMap(([reason, count]) => (count > 0 ? [`${reason} ${count}`] : [])).join(', ');
}

function fallbacksIn(page: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, reason = '', count] of page.matchAll(
    /^dnsteer_fallbacks_total\{[^}]*reason="(\w+)"[^}]*\} (\d+)/gm,
  ))
    counts.set(reason, (counts.get(reason) ?? 0) + Number(count));
  return counts;
}

/** Microseconds of processors so far. */
async function cpu({ adminUrl }: TestServer): Promise<{ readonly answer: number; readonly sandbox: number }> {
  const sum = async (kind: 'answer' | 'sandbox'): Promise<number> =>
    (await pidsOf(adminUrl, kind)).filter((pid) => pid > 0).reduce((total, pid) => total + cpuMicros(pid), 0);
  return { answer: await sum('answer'), sandbox: await sum('sandbox') };
}
