/**
 * A day's worth of reloads under load: policies, zone files and a snippet of many policies are written anew in turn,
 * one in ten of them broken, while questions come at a steady rate. Prints what is resident in each kind of process as
 * it goes on, which has to stay flat, and what became of the questions.
 * Run: node test/bench/reload-memory.ts [reloads] [queries a second]
 */
import { setTimeout as after } from 'node:timers/promises';
import { startServer } from '../support/dnsteer.ts';
import { residentMiB, status, table } from './measure.ts';
import { type Question, SteadyLoad } from './steady-load.ts';

const RELOADS = Number(process.argv[2] ?? 2000);
const PER_SECOND = Number(process.argv[3] ?? 500);
const POLICIES = 50;
const LOOKS = 10;

const zones = Array.from({ length: POLICIES }, (_, index) => `zone${index}.example`);
const snippet = (generation: number) => `export const generation = ${generation};\n`;
const policy = (generation: number, isBroken = false) => `
  import { definePolicy, firstHealthy } from 'dnsteer';
  import { generation } from './snippets/generation.ts';
  export default definePolicy({
    pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } },
    fallback: firstHealthy('us', 'eu'),
    hosts: {
      www: (query) => (query.client.country === 'DE' ? 'eu' : '${isBroken ? 'nobody' : 'us'}'),
      is: () => ({ TXT: \`\${generation} ${generation}\` }),
      fresh: (query) => (query.client.ip === '203.0.113.1' ? 'eu' : 'us'),
    },
  });`;
const zoneFile = (generation: number) => `$ORIGIN static.example.
@ 300 SOA ns1 admin ${generation + 1} 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
www A 192.0.2.1
${Array.from({ length: 200 }, (_, index) => `h${index} TXT "${generation}"`).join('\n')}
`;

const server = await startServer({
  geo: 'city',
  policies: {
    'snippets/generation.ts': snippet(0),
    'static.example.zone': zoneFile(0),
    ...Object.fromEntries(zones.map((zone) => [`${zone}.ts`, policy(0)])),
  },
});
const isUs: Question['isRight'] = ({ answers }) => answers[0] === 'A 192.0.2.1';
let counted = 0;
const questions = ['static.example', ...zones].map(
  (zone): Question => ({ name: `www.${zone}`, type: 'A', isRight: isUs }),
);
const load = await SteadyLoad.start(server.port, questions, PER_SECOND);
const rows: string[][] = [];
try {
  for (let reload = 1; reload <= RELOADS; reload += 1) {
    write(reload);
    await taken(reload);
    if (reload % Math.ceil(RELOADS / LOOKS) === 0 || reload === 1) await look(reload);
  }
} finally {
  await load.stop();
  await server.stop();
}
table([
  ['reloads', 'control MiB', 'answer MiB', 'sandboxes MiB', 'refused', 'sent', 'lost', 'other'],
  ...rows,
]);
for (const [oddity, count] of load.oddities) console.log(`${count} × ${oddity}`);

/** What is written: a broken policy and its mending, the snippet of all, the zone file, or a policy. */
function write(reload: number): void {
  const zone = zones[reload % POLICIES] ?? '';
  if (reload % 50 === 0) server.write('snippets/generation.ts', snippet(reload));
  else if (reload % 10 === 5) server.write('static.example.zone', zoneFile(reload));
  else server.write(`${zone}.ts`, policy(reload, reload % 10 === 3));
}

/** Resolves once control has loaded or refused what was written: a reload is one of the files, not one of the zones. */
async function taken(reload: number): Promise<void> {
  const until = performance.now() + 10_000;
  const before = counted;
  for (;;) {
    const { totals } = await status(server.adminUrl);
    counted = totals.reloads + totals.reloadFailures;
    if (counted > before) return;
    if (performance.now() > until) throw new Error(`Reload ${reload} was not taken within 10 s`);
    await after(20);
  }
}

async function look(reload: number): Promise<void> {
  const { processes, totals } = await status(server.adminUrl);
  const resident = (kind: string) =>
    processes.filter((process) => process.kind === kind).map(({ pid }) => Math.round(residentMiB(pid)));
  const { sent, lost, other } = load.tally;
  rows.push([
    String(reload),
    resident('control').join(' '),
    resident('answer').join(' '),
    resident('sandbox').join(' '),
    String(totals.reloadFailures),
    String(sent),
    String(lost),
    String(other),
  ]);
  console.error(rows.at(-1)?.join('  '));
}
