/**
 * dnsteer beside the servers it would be used in place of: CPU time of the answering process per
 * query (user and system, from /proc) under saturation, one thread each, same questions, same run.
 *
 * Servers share one processor and dnsperf has another. Rounds are interleaved, so that whatever
 * the machine does meanwhile is done to all, and the median of the rounds counts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { everyCell, type Figures, measureCell, nameOf } from './cell.ts';
import { measureEncrypted, reportEncrypted } from './encrypted/table.ts';
import { inCompany } from './ground.ts';
import { measureLatency, reportLatency } from './latency/table.ts';
import { MANY_PEERS, MANY_PER_SECOND, measureManyPeers, reportMany } from './many/table.ts';
import { measurePair, reportPair } from './pair/table.ts';
import type { Peer, PeerName } from './peers/peer.ts';
import { pinTo } from './pin.ts';
import { report } from './report.ts';
import { measureAllSigned, reportSigned } from './signed/table.ts';

const HELP = `Usage: npm run bench -- [options]

  --seconds <n>    of load for each server, case and round (default 1)
  --rounds <n>     default 3
  --clients <n>    sockets that ask at once (default 8)
  --tables <words> which, with commas; default: steering,signed,encrypted,latency,pair
  --peers many     one more table, of queries that come each from another address
                   (needs root, and Debian's netsniff-ng)
  --only <words>   cases and servers, by part of their names, with commas: geo,combined,gdnsd
  --json <file>    where to save all figures (default node_modules/.cache/bench.json)
  --help           this text
`;

const STEERING: readonly PeerName[] = ['dnsteer', 'gdnsd', 'PowerDNS shared', 'PowerDNS'];
const LATENCY: readonly PeerName[] = ['dnsteer', 'gdnsd', 'NSD'];

/** For each case, so that what V8 compiles it has compiled. */
const WARM_UP_SECONDS = 0.5;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '8' },
    tables: { type: 'string', default: 'steering,signed,encrypted,latency,pair' },
    peers: { type: 'string', default: 'few' },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: 'node_modules/.cache/bench.json' },
    help: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const processor = pinTo(0) ? 1 : undefined;
const common = {
  seconds: Number(options.seconds),
  rounds: Number(options.rounds),
  sockets: Number(options.clients),
  folder,
  processor,
  wants: isWanted,
  progress,
};

if (options.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  // Programs end with this process, which an interrupt would otherwise end without a word.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const steering = isAsked('steering') ? await steeringTable() : {};
  const others: Record<string, unknown> = {};
  if (isAsked('signed')) others.signed = reported(await measureAllSigned(common), reportSigned);
  if (isAsked('encrypted')) others.encrypted = reported(await measureEncrypted(common), reportEncrypted);
  if (isAsked('latency')) others.latency = await latencyTable();
  if (isAsked('pair')) others.pair = reported(await measurePair(common), reportPair);
  if (options.peers === 'many') others.many = reported(await measureManyPeers(manyOptions()), reportMany);
  mkdirSync(path.dirname(options.json), { recursive: true });
  const all = { ...steering, machine: machine(), options, ...others };
  writeFileSync(options.json, `${JSON.stringify(all, undefined, 2)}\n`);
  console.log(`\nAll figures are in ${options.json}`);
}

function isAsked(name: string): boolean {
  return options.tables.split(',').includes(name);
}

function reported<T>(results: T, show: (results: T) => void): T {
  progress('');
  show(results);
  return results;
}

async function steeringTable() {
  return inCompany({ ...common, names: STEERING }, async ({ peers, skipped }) => {
    const figures = await measure(peers);
    const facts = { machine: machine(), versions: peers.map(({ version }) => version), skipped };
    report(figures, facts);
    return { ...facts, figures };
  });
}

async function latencyTable() {
  return inCompany({ ...common, names: LATENCY }, async ({ peers, skipped }) => {
    const results = reported(await measureLatency(peers, common), reportLatency);
    return { ...results, skipped, versions: peers.map(({ version }) => version) };
  });
}

function manyOptions() {
  const names = MANY_PEERS.filter((name) => isWanted(name, MANY_PEERS));
  return { ...common, names, perSecond: MANY_PER_SECOND };
}

/** Round by round, case by case, server by server. */
async function measure(peers: readonly Peer[]): Promise<Figures[]> {
  const names = CASES.map(({ name }) => name);
  const wanted = CASES.filter(({ name }) => isWanted(name, names));
  const cells = everyCell(wanted, peers, folder);
  const figures: Figures[] = [];
  const { rounds, sockets, seconds } = common;
  for (const cell of cells.filter(({ peer }) => peer.name === 'dnsteer')) {
    progress(`Warming up: ${nameOf(cell)}`);
    await measureCell(cell, WARM_UP_SECONDS, sockets, processor);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const cell of cells) {
      progress(`Round ${round} of ${rounds}: ${nameOf(cell)}, ${cell.peer.name}`);
      figures.push({ round, ...(await measureCell(cell, seconds, sockets, processor)) });
    }
  }
  progress('');
  return figures;
}

/** Words that fit none of these are about others. */
function isWanted(name: string, among: readonly string[]): boolean {
  const words = options.only.toLowerCase().split(',').filter(Boolean);
  const about = words.filter((word) => among.some((one) => one.toLowerCase().includes(word)));
  return about.length === 0 || about.some((word) => name.toLowerCase().includes(word));
}

function machine(): Record<string, string | number | boolean> {
  return {
    date: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
    pinned: processor !== undefined,
  };
}

/** One line that replaces itself on a terminal. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}
