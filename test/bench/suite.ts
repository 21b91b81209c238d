/**
 * dnsteer beside the servers it would be used in place of: CPU time of the answering process per
 * query (user and system, from /proc) under saturation, one thread each, same questions, same run.
 *
 * Servers share one processor and dnsperf has another. Rounds are interleaved, so that whatever
 * the machine does meanwhile is done to all, and the median of the rounds counts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CASES, CHECKED, PLACES } from './cases.ts';
import { everyCell, type Figures, measureCell, nameOf } from './cell.ts';
import { startDnsteer } from './peers/dnsteer.ts';
import { startGdnsd } from './peers/gdnsd.ts';
import { geoDatabase } from './peers/mmdb.ts';
import { type Ground, type Peer, PeerMissingError, type PeerName } from './peers/peer.ts';
import { startPowerDns } from './peers/powerdns.ts';
import { pinTo } from './pin.ts';
import { report } from './report.ts';
import { measureAllSigned, reportSigned } from './signed/table.ts';
import { agree } from './verify.ts';

const HELP = `Usage: npm run bench -- [options]

  --seconds <n>    of load for each server, case and round (default 1)
  --rounds <n>     default 3
  --clients <n>    sockets that ask at once (default 8)
  --tables <words> steering, signed, or both with a comma, which is the default
  --only <words>   cases and servers, by part of their names, with commas: geo,combined,gdnsd
  --json <file>    where to save all figures (default node_modules/.cache/bench.json)
  --help           this text
`;

const STARTS: Readonly<Record<PeerName, (ground: Ground) => Promise<Peer>>> = {
  dnsteer: startDnsteer,
  gdnsd: startGdnsd,
  'PowerDNS shared': (ground) => startPowerDns(ground, 'shared'),
  PowerDNS: (ground) => startPowerDns(ground, 'yes'),
};

/** For each case, so that what V8 compiles it has compiled. */
const WARM_UP_SECONDS = 0.5;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '8' },
    tables: { type: 'string', default: 'steering,signed' },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: 'node_modules/.cache/bench.json' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Programs end with this process, which an interrupt would otherwise end without a word.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const processor = pinTo(0) ? 1 : undefined;
  const isAsked = (name: string): boolean => options.tables.split(',').includes(name);
  const steering = isAsked('steering') ? await steeringTable(folder, processor) : {};
  const signed = isAsked('signed') ? { signed: await signedTable(folder, processor) } : {};
  mkdirSync(path.dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify({ ...steering, options, ...signed }, undefined, 2)}\n`);
  console.log(`\nAll figures are in ${options.json}`);
}

async function signedTable(folder: string, processor: number | undefined) {
  const results = await measureAllSigned({
    seconds: Number(options.seconds),
    rounds: Number(options.rounds),
    sockets: Number(options.clients),
    folder,
    processor,
    wants: isWanted,
    progress,
  });
  progress('');
  reportSigned(results);
  return results;
}

async function steeringTable(folder: string, processor: number | undefined) {
  const peers: Peer[] = [];
  const targets: Server[] = [];
  try {
    const ground = { folder, geo: path.join(folder, 'geo.mmdb'), healthPort: await healthTargets(targets) };
    progress('Writing the geo data as others read it');
    writeFileSync(ground.geo, geoDatabase(PLACES));
    const skipped = await startAll(ground, peers);
    await agree(peers);
    const figures = await measure(peers, folder, processor);
    const facts = { machine: machine(processor), versions: peers.map(({ version }) => version), skipped };
    report(figures, facts);
    return { ...facts, figures };
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    for (const target of targets) target.close();
  }
}

async function startAll(ground: Ground, peers: Peer[]): Promise<Record<string, string>> {
  const skipped: Record<string, string> = {};
  for (const [name, start] of Object.entries(STARTS)) {
    if (!isWanted(name, Object.keys(STARTS))) {
      skipped[name] = 'not asked for';
      continue;
    }
    progress(`Starting ${name}`);
    try {
      peers.push(await start(ground));
    } catch (error) {
      if (!(error instanceof PeerMissingError)) throw error;
      skipped[name] = error.message;
    }
  }
  return skipped;
}

/** Round by round, case by case, server by server. */
async function measure(peers: readonly Peer[], folder: string, processor?: number): Promise<Figures[]> {
  const names = CASES.map(({ name }) => name);
  const wanted = CASES.filter(({ name }) => isWanted(name, names));
  const cells = everyCell(wanted, peers, folder);
  const figures: Figures[] = [];
  const rounds = Number(options.rounds);
  const sockets = Number(options.clients);
  for (const cell of cells.filter(({ peer }) => peer.name === 'dnsteer')) {
    progress(`Warming up: ${nameOf(cell)}`);
    await measureCell(cell, WARM_UP_SECONDS, sockets, processor);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const cell of cells) {
      progress(`Round ${round} of ${rounds}: ${nameOf(cell)}, ${cell.peer.name}`);
      figures.push({ round, ...(await measureCell(cell, Number(options.seconds), sockets, processor)) });
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

/** Something to connect to, for health checks; returns the port it has on all addresses that are checked. */
async function healthTargets(targets: Server[]): Promise<number> {
  let port = 0;
  for (const address of CHECKED) {
    const target = createServer((socket) => socket.on('error', () => {}).end());
    await new Promise<void>((resolve, reject) => {
      target.once('error', reject).listen(port, address, resolve);
    });
    targets.push(target);
    const bound = target.address();
    if (bound !== null && typeof bound === 'object') port = bound.port;
  }
  return port;
}

function machine(processor: number | undefined): Record<string, string | number | boolean> {
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
