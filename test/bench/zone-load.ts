/**
 * A zone of a million records: how long until it is answered, how much memory it takes, how soon its
 * file's change is answered, and what queries and the admin server notice of that meanwhile.
 * Run: node test/bench/zone-load.ts [records]
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Client } from '../support/client.ts';
import { startServer } from '../support/dnsteer.ts';
import { load, quantile, residentMiB, status, table } from './measure.ts';

const RECORDS = Number(process.argv[2] ?? 1_000_000);
/** Of queries through the sockets, one after the other. */
const PROBE_MS = 2;

const [first, second] = [zoneText(1), zoneText(2)];
const begun = performance.now();
const server = await startServer({
  policies: { 'big.example.zone': first },
  config: 'log:\n  level: info\n',
  patienceMs: 120_000,
});
const client = await Client.open(server.port);
const loadedAt = await answered(1, begun);

const { processes } = await status(server.adminUrl);
const rows: (string | number)[][] = [[`zone of ${RECORDS} records`, '']];
rows.push(['start of the server to first answer, s', loadedAt / 1000]);
for (const { kind, pid } of processes) rows.push([`${kind}: MiB now, at most`, memoryOf(pid)]);

const waits = { query: [] as number[], admin: [] as number[] };
let isReloading = true;
const probes = [probe('query'), probe('admin')];
const written = performance.now();
server.write('big.example.zone', second);
const writing = performance.now() - written;
rows.push(['file written to new answer, s', (await answered(2, written + writing)) / 1000]);
isReloading = false;
await Promise.all(probes);
for (const [what, times] of Object.entries(waits)) {
  rows.push([
    `${what} meanwhile: ms, 50 %, 99 %, at most`,
    [0.5, 0.99, 1].map((q) => quantile(times, q).toFixed(1)).join(' · '),
  ]);
}
for (const { kind, pid } of processes) rows.push([`${kind}: MiB after, at most`, memoryOf(pid)]);

const questions = Array.from(
  { length: 50_000 },
  (_, index) => `host${(index * 7919) % (RECORDS / 3)}.big.example A`,
);
const one = ['host1.big.example A'];
for (const [what, asked] of [
  ['50,000 names', questions],
  ['one name', one],
] as const) {
  const [answer] = processes.filter(({ kind }) => kind === 'answer');
  const before = cpuSeconds(answer?.pid ?? 0);
  const { completed } = await load(server.port, asked, 3, '-q', '200', '-c', '4');
  rows.push([`µs of CPU a query, ${what}`, ((cpuSeconds(answer?.pid ?? 0) - before) * 1e6) / completed]);
}
client.close();
await server.stop();
table(rows);

/** As large zones are: names with addresses, mail, texts, aliases, and delegations with glue. */
function zoneText(generation: number): string {
  const lines = ['$TTL 1h', `@ SOA ns1 hostmaster ${generation} 1h 15m 1w 5m`, '@ NS ns1', 'ns1 A 192.0.2.1'];
  lines.push(`generation TXT ${generation}`);
  for (let host = 0; lines.length < RECORDS; host++) {
    lines.push(`host${host} A 10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`);
    if (host % 2 === 0)
      lines.push(
        `host${host} 300 IN AAAA 2001:db8::${(host >> 16).toString(16)}:${(host & 65535).toString(16)}`,
      );
    if (host % 4 === 0)
      lines.push(`  MX 10 mail${host % 1000}.example.net.`, `  TXT "v=spf1 -all" "host=${host}"`);
    if (host % 5 === 0) lines.push(`www.host${host} CNAME host${host}`);
    if (host % 50 === 0) lines.push(`sub${host} NS ns1.sub${host}`, `ns1.sub${host} A 192.0.2.${host & 255}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Milliseconds from `since` until that generation answers. */
async function answered(generation: number, since: number): Promise<number> {
  for (;;) {
    const reply = await client.ask('generation.big.example', 'TXT');
    if (reply?.answers[0] === `TXT ${generation}`) return performance.now() - since;
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
  }
}

async function probe(what: keyof typeof waits): Promise<void> {
  const own = await Client.open(server.port);
  while (isReloading) {
    const asked = performance.now();
    if (what === 'query') await own.ask('host1.big.example', 'A');
    else await fetch(`${server.adminUrl}/healthz`);
    waits[what].push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
  }
  own.close();
}

function memoryOf(pid: number): string {
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return `${Math.round(residentMiB(pid))} · ${Math.round(Number(peak) / 1024)}`;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
