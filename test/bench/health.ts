/**
 * What many targets cost control, which probes them: its share of one core, user and system apart, and its memory, beside
 * a server whose pools are the same and have no checks. All targets are on loopback, and accept.
 * Run: node test/bench/health.ts [targets] [seconds between two probes of one] [seconds measured]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FlippingServer } from '../abuse/flipping.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { residentMiB, table } from './measure.ts';

const TARGETS = Number(process.argv[2] ?? 10_000);
const INTERVAL_S = Number(process.argv[3] ?? 10);
const SECONDS = Number(process.argv[4] ?? 20);
const OF_POOL = 10;
const OF_ZONE = 1000;
const TICKS_PER_SECOND = 100;

const flipping = await FlippingServer.start();
const rows: (string | number)[][] = [
  ['checks', 'control % user', '% system', 'MiB', 'KB per target', 'µs per probe'],
];
const without = await measure('none', '');
await measure(
  'tcp',
  `check: { type: 'tcp', port: ${flipping.port}, interval: ${INTERVAL_S}, timeout: 2 },`,
  without,
);
flipping.stop();
console.log(`${TARGETS} targets every ${INTERVAL_S} s`);
table(rows);

interface Measured {
  readonly cpu: number;
  readonly mebibytes: number;
}

async function measure(name: string, check: string, beside?: Measured): Promise<Measured> {
  const server = await startServer({ policies: policies(check), patienceMs: 60_000 });
  // All have been probed, and what came of it has been told and kept.
  await pause(1000 * (INTERVAL_S + 5));
  const before = ticksOf(server);
  await pause(1000 * SECONDS);
  const after = ticksOf(server);
  const mebibytes = residentMiB(server.process.pid ?? 0);
  await server.stop();
  const [user, system] = [after.user - before.user, after.system - before.system].map(
    (ticks) => ticks / TICKS_PER_SECOND / SECONDS,
  ) as [number, number];
  const cpu = user + system;
  rows.push([
    name,
    (100 * user).toFixed(1),
    (100 * system).toFixed(1),
    mebibytes.toFixed(0),
    beside === undefined ? '' : ((1024 * (mebibytes - beside.mebibytes)) / TARGETS).toFixed(2),
    beside === undefined ? '' : ((1e6 * (cpu - beside.cpu)) / (TARGETS / INTERVAL_S)).toFixed(0),
  ]);
  return { cpu, mebibytes };
}

function policies(check: string): Record<string, string> {
  const zones = Array.from({ length: Math.ceil(TARGETS / OF_ZONE) }, (_, zone) => zone);
  return Object.fromEntries(
    zones.map((zone) => [
      `zone${zone}.example.ts`,
      `import * as dnsteer from 'dnsteer';
const pools: any = {};
for (let pool = 0; pool < ${OF_ZONE / OF_POOL}; pool += 1)
  pools['p' + pool] = { A: Array.from({ length: ${OF_POOL} }, (_, n) => '127.${16 + zone}.' + pool + '.' + (n + 1)), ${check} };
export default dnsteer.definePolicy({ pools, fallback: 'p0', hosts: { www: dnsteer.firstHealthy('p0', 'p1') } } as any);
`,
    ]),
  );
}

/** Time of the processor that control has had (proc_pid_stat(5), fields 14 and 15). */
function ticksOf(server: TestServer): { readonly user: number; readonly system: number } {
  const fields = readFileSync(`/proc/${server.process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return { user: Number(fields[11]), system: Number(fields[12]) };
}
