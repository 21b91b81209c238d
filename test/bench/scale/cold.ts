/** What a query costs whose decision is not remembered: how many a sandbox takes, and how much later they are answered. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer, UNHURRIED } from '../../support/dnsteer.ts';
import { dnsperf, dnsperfText, quantile, status, table } from '../measure.ts';
import { networks, writeQuestions } from '../questions.ts';

/** Queries a second: few enough for none to wait for another. */
const CALM = 500;

const POLICY = `import { definePolicy } from 'dnsteer';
  export default definePolicy({
    fallback: { A: '192.0.2.9' },
    hosts: {
      cold: (query) => ({ A: query.client.subnet === '192.0.2.0/24' ? '192.0.2.1' : '192.0.2.2' }),
      known: (query) => ({ A: query.client.country === 'DE' ? '192.0.2.1' : '192.0.2.2' }),
    },
  });`;

export async function measureCold(seconds: number): Promise<void> {
  const policies = { 'cold.example.ts': POLICY };
  const server = await startServer({ geo: 'city', policies, env: UNHURRIED });
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-cold-'));
  const all = networks(1 << 20);
  const files = ['known', 'cold'].map((host) => {
    const file = path.join(folder, host);
    writeQuestions(file, [`${host}.cold.example`], all, all.length / 2);
    return file;
  });
  const [known = '', cold = ''] = files;
  const calm = (file: string): Promise<number[]> => latencies(server.port, file, seconds);
  const [remembered, decided] = [await calm(known), await calm(cold)];
  // Others than those that were just asked for.
  writeQuestions(cold, ['cold.cold.example'], all.slice(all.length / 2));
  const before = (await status(server.adminUrl)).totals;
  const { perSecond } = await dnsperf(server.port, [
    '-B',
    '-d',
    cold,
    '-l',
    String(seconds),
    '-q',
    '20',
    '-c',
    '8',
  ]);
  const after = (await status(server.adminUrl)).totals;
  await server.stop();
  const runs = (after.policyRuns - before.policyRuns) / (after.queries - before.queries);
  console.log(
    `${(runs * perSecond).toFixed(0)} decisions a second by one sandbox, of ${perSecond.toFixed(0)} queries`,
  );
  const micros = (values: readonly number[], share: number): string => quantile(values, share).toFixed(0);
  table([
    [`µs to an answer, ${CALM} a second`, 'p50', 'p99'],
    ['remembered', micros(remembered, 0.5), micros(remembered, 0.99)],
    ['decided', micros(decided, 0.5), micros(decided, 0.99)],
    [
      'more',
      ...[0.5, 0.99].map((share) => (quantile(decided, share) - quantile(remembered, share)).toFixed(0)),
    ],
  ]);
}

/** Microseconds of each answer. */
async function latencies(port: number, file: string, seconds: number): Promise<number[]> {
  const options = ['-v', '-B', '-d', file, '-l', String(seconds), '-Q', String(CALM), '-q', '20', '-c', '4'];
  const { stdout } = await dnsperfText(port, options);
  return [...stdout.matchAll(/^> NOERROR .*?([\d.]+)$/gm)].map(([, text]) => 1e6 * Number(text));
}
