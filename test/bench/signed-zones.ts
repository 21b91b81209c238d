/**
 * What it takes to sign many small zones: until the server is ready, until all is signed in the background (with the
 * share of time that settings leave at their default), and memory; beside the same zones unsigned, and signed with
 * secondaries that may transfer them, for whom control keeps journals.
 * Run: node test/bench/signed-zones.ts [--zones 1000,10000] [--kinds unsigned,signed,transferable] [--processes 1]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { cpuMicros, residentMiB, table } from './measure.ts';

const SETTINGS: Readonly<Record<string, string>> = {
  unsigned: '',
  signed: "dnssec: { zones: ['*'] }\n",
  transferable: "dnssec: { zones: ['*'] }\ntransfer: { allow: [{ from: 127.0.0.0/8 }] }\n",
};
const PATIENCE_MS = 600_000;
const LOOK_MS = 500;
/** Of its time, between two looks: control goes on to look at servers, ten zones in a second. */
const AT_REST = 0.2;
/** Quiet looks in a row until the server is believed to rest. */
const LOOKS = 4;

const HOSTER = `$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
@ NS ns2
ns1 A 127.0.0.1
ns2 A 127.0.0.1
`;

const { values: options } = parseArgs({
  options: {
    zones: { type: 'string', default: '1000,10000' },
    kinds: { type: 'string', default: Object.keys(SETTINGS).join(',') },
    processes: { type: 'string', default: '1' },
  },
});

type Row = (string | number)[];

// Servers end with this process, which an interrupt would otherwise end without a word.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const rows: Row[] = [
  ['zones', 'ready, s', 'all done, s', 'signatures', 'CPU, s: control', 'answer'].concat([
    'MiB: control (most)',
    'answer (most)',
  ]),
];
for (const count of options.zones.split(',').map(Number)) {
  for (const kind of options.kinds.split(',')) {
    const row = await measure(count, kind, SETTINGS[kind] ?? '');
    rows.push(row);
    // Each takes minutes.
    console.error(`${row[0]}: done after ${Number(row[2]).toFixed(0)} s`);
  }
}
table(rows);

async function measure(count: number, kind: string, config: string): Promise<Row> {
  const folder = zonesFolder(count);
  const from = performance.now();
  const server = await startServer({
    folder,
    config,
    processes: Number(options.processes),
    env: { DNSTEER_LOG_LEVEL: 'warn' },
    patienceMs: PATIENCE_MS,
  });
  const ready = performance.now();
  try {
    const { processes } = await server.status();
    const pids = (of: string): number[] => processes.filter(({ kind }) => kind === of).map(({ pid }) => pid);
    const [control, answer] = [pids('control'), pids('answer')];
    const rested = await restOf(server, [...control, ...answer]);
    const { signaturesMade } = (await server.status()).totals;
    return [
      `${count} ${kind}`,
      (ready - from) / 1000,
      (rested - from) / 1000,
      signaturesMade,
      ...[control, answer].map((of) => of.map((pid) => (cpuMicros(pid) / 1e6).toFixed(1)).join(' ')),
      ...[control, answer].map((of) => of.map(memory).join(' ')),
    ];
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** When nothing waited to be signed any more, and no process had much to do. */
async function restOf(server: TestServer, pids: readonly number[]): Promise<number> {
  let busyAt = performance.now();
  for (let quiet = 0; quiet < LOOKS; ) {
    const [before, from] = [pids.map(cpuMicros), performance.now()];
    await sleep(LOOK_MS);
    const now = performance.now();
    const most = AT_REST * 1000 * (now - from);
    const isAtRest = pids.every((pid, at) => cpuMicros(pid) - (before[at] ?? 0) < most);
    quiet = isAtRest ? quiet + 1 : 0;
    // The status of ten thousand zones is work as well, and asked for where there seems to be no other.
    if (quiet === LOOKS && (await server.status()).totals.signingWaiting > 0) quiet = 0;
    if (quiet === 0) busyAt = now;
  }
  return busyAt;
}

function memory(pid: number): string {
  const most = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return `${residentMiB(pid).toFixed(0)} (${(most / 1024).toFixed(0)})`;
}

/** A working directory for a server, with so many zones as small offices have them, and that of their name servers. */
function zonesFolder(count: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-signed-zones-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'policies'));
  writeFileSync(path.join(folder, 'policies', 'hoster.example.zone'), HOSTER);
  for (let index = 0; index < count; index += 1) {
    writeFileSync(path.join(folder, 'policies', `zone${index}.example.zone`), zoneText(index));
  }
  return folder;
}

function zoneText(index: number): string {
  return `$TTL 3600
@ SOA ns1.hoster.example. hostmaster.hoster.example. 1 7200 3600 1209600 300
@ NS ns1.hoster.example.
@ NS ns2.hoster.example.
@ A 192.0.2.${1 + (index % 250)}
@ MX 10 mail
@ TXT "v=spf1 mx -all"
www CNAME @
mail A 198.51.100.${1 + (index % 250)}
`;
}
