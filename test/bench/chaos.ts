/**
 * dnsperf for a minute at half the saturation rate, first while policies are reloaded, then while
 * every child process is killed with SIGKILL in turn. Says how many queries were lost, and how long
 * each killed process was away.
 * Run: node test/bench/chaos.ts [seconds]
 */
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { load, pidsOf, quantile, table } from './measure.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const RELOAD_EVERY_MS = 250;
const KILL_EVERY_MS = 5000;

function policy(generation: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
    export default definePolicy({
      pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } },
      fallback: firstHealthy('us', 'eu'),
      records: { static: { A: '192.0.2.3' } },
      hosts: {
        geo: (query) => (query.client.country === 'DE' ? 'eu' : 'us'),
        always: (query) => (query.client.ip === '192.0.2.1' ? 'eu' : 'us'),
        is: () => ({ TXT: '${generation}' }),
      },
    });`;
}

const QUESTIONS = [
  'static.chaos.example A',
  'geo.chaos.example A',
  'always.chaos.example A',
  'is.chaos.example TXT',
];

const server = await startServer({ geo: 'city', policies: { 'chaos.example.ts': policy(0) }, processes: 2 });
const saturation = (await load(server.port, QUESTIONS, 10, '-q', '200', '-c', '16')).perSecond;
const rate = Math.floor(saturation / 2);
console.log(`Saturation ${saturation.toFixed(0)} queries/s; load ${rate} queries/s for ${SECONDS} s`);

const reloads = await under(rate, async (stopped) => {
  let count = 0;
  while (!stopped()) {
    count += 1;
    server.write('chaos.example.ts', policy(count));
    await pause(RELOAD_EVERY_MS);
  }
  return count;
});
table([
  ['during reloads', 'sent', 'lost', 'not NOERROR'],
  [`${reloads.value} reloads`, ...reloads.figures],
]);

const outages: number[] = [];
const kills = await under(rate, async (stopped) => {
  const killed: string[] = [];
  while (!stopped()) {
    for (const kind of ['answer', 'sandbox'] as const) {
      for (let index = 0; index < 2 && !stopped(); index += 1) {
        const pid = (await pidsOf(server.adminUrl, kind))[index];
        if (pid === undefined || pid === 0) continue;
        process.kill(pid, 'SIGKILL');
        killed.push(kind);
        outages.push(await replaced(server, kind, pid));
        await pause(KILL_EVERY_MS);
      }
    }
  }
  return killed;
});
table([
  ['during kill -9', 'sent', 'lost', 'not NOERROR'],
  [kills.value.join(' '), ...kills.figures],
]);
table([
  ['until replaced', 'ms'],
  ['median', quantile(outages, 0.5)],
  ['longest', quantile(outages, 1)],
]);
await server.stop();

/** Runs `work` while dnsperf asks at a steady rate. */
async function under<T>(
  queriesPerSecond: number,
  work: (stopped: () => boolean) => Promise<T>,
): Promise<{ value: T; figures: string[] }> {
  let over = false;
  const working = work(() => over);
  const result = await load(
    server.port,
    QUESTIONS,
    SECONDS,
    '-Q',
    String(queriesPerSecond),
    '-c',
    '16',
    '-q',
    '2000',
    '-t',
    '2',
  );
  over = true;
  const value = await working;
  const odd = result.completed - (result.rcodes.NOERROR ?? 0);
  return { value, figures: [String(result.sent), String(result.lost), String(odd)] };
}

/** Milliseconds until the successor is there and answers. */
async function replaced(running: TestServer, kind: 'answer' | 'sandbox', pid: number): Promise<number> {
  const killed = performance.now();
  const count = kind === 'answer' ? 2 : 3;
  for (;;) {
    const pids = await pidsOf(running.adminUrl, kind);
    if (pids.length === count && !pids.includes(pid) && !pids.includes(0)) break;
    await pause(10);
  }
  const client = await Client.open(running.port);
  await client.ask('always.chaos.example', 'A');
  client.close();
  return performance.now() - killed;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
