/**
 * Resident memory of each process after 100 policies and a million queries.
 * Run: node test/bench/memory.ts
 */
import { startServer } from '../support/dnsteer.ts';
import { load, residentMiB, status, table } from './measure.ts';

const POLICIES = 100;
const QUERIES = 1_000_000;

const zones = Array.from({ length: POLICIES }, (_, index) => `zone${index}.example`);
const policies = zones.map((zone) => [
  `${zone}.ts`,
  `import { definePolicy, firstHealthy } from 'dnsteer';
   export default definePolicy({
     pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } },
     fallback: firstHealthy('us', 'eu'),
     hosts: {
       www: (query) => (query.client.country === 'DE' ? firstHealthy('eu', 'us') : 'us'),
       always: (query) => (query.client.ip === '192.0.2.1' ? 'eu' : 'us'),
     },
   });`,
]);
const server = await startServer({ geo: 'city', policies: Object.fromEntries(policies) });
const rows: (string | number)[][] = [['process', 'MiB at start', 'MiB after']];
const { processes } = await status(server.adminUrl);
const before = processes.map(({ pid }) => residentMiB(pid));
// One in ten asks the sandbox each time.
const questions = zones.flatMap((zone) => [
  ...Array.from({ length: 9 }, () => `www.${zone} A`),
  `always.${zone} A`,
]);
const { completed } = await load(
  server.port,
  questions,
  300,
  '-q',
  '200',
  '-c',
  '8',
  '-n',
  String(QUERIES / questions.length),
);
for (const [index, { kind, pid }] of processes.entries())
  rows.push([`${kind} ${pid}`, before[index] ?? 0, residentMiB(pid)]);
await server.stop();
console.log(`${completed} queries over ${POLICIES} policies`);
table(rows);
