/** The table of streams: what an answer over TCP, TLS and HTTPS costs, on connections that are kept. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cpuMicrosOfAll, dnsperf, median, onProcessor, table } from '../measure.ts';
import { PeerMissingError, programNamed } from '../peers/peer.ts';
import { checkHttps } from './check.ts';
import { type EncryptedGround, encryptedGround } from './ground.ts';
import { ENCRYPTED, type EncryptedMode, type EncryptedServer, type EncryptedServerName } from './servers.ts';

export interface EncryptedOptions {
  readonly seconds: number;
  readonly rounds: number;
  /** Connections. */
  readonly sockets: number;
  readonly folder: string;
  readonly processor: number | undefined;
  readonly wants: (name: string, among: readonly string[]) => boolean;
  readonly progress: (text: string) => void;
}

export interface EncryptedFigures {
  readonly round: number;
  readonly server: EncryptedServerName;
  readonly mode: EncryptedMode;
  readonly perSecond: number;
  /** Microseconds of CPU time for each answer, of all processes that have a part in it. */
  readonly micros: number;
  readonly failed: number;
}

export interface EncryptedResults {
  readonly figures: readonly EncryptedFigures[];
  readonly skipped: Readonly<Record<string, string>>;
}

interface Load {
  readonly completed: number;
  /** By the client's clock, which knows when it had its last answer. */
  readonly perSecond: number;
  readonly failed: number;
}

const NAMES = Object.keys(ENCRYPTED) as EncryptedServerName[];
const MODES: readonly EncryptedMode[] = ['tcp', 'dot', 'doh'];
/** Queries on their way, on all connections together. */
const UNDER_WAY = 200;
const WARM_UP_SECONDS = 0.5;

export async function measureEncrypted(options: EncryptedOptions): Promise<EncryptedResults> {
  const { rounds, seconds, progress, wants } = options;
  const ground = encryptedGround(options.folder);
  const servers: EncryptedServer[] = [];
  const skipped: Record<string, string> = {};
  try {
    for (const name of NAMES) {
      progress(`Starting ${name}`);
      if (!wants(name, NAMES)) skipped[name] = 'not asked for';
      else await started(name, ground, servers, skipped);
    }
    const modes = MODES.filter((mode) => isLoadable(mode, skipped));
    const cells = modes.flatMap((mode) => servers.flatMap((server) => cellsOf(server, mode)));
    for (const { server, mode, port } of cells)
      if (mode === 'doh') await checkHttps(server.name, port, ground.requests);
    for (const cell of cells) await loadOf(cell, ground, WARM_UP_SECONDS, options);
    const figures: EncryptedFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const cell of cells) {
        const { name, pids } = cell.server;
        progress(`Round ${round} of ${rounds}: ${cell.mode}, ${name}`);
        const used = (): number => pids.reduce((sum, pid) => sum + cpuMicrosOfAll(pid), 0);
        const before = used();
        const { completed, perSecond, failed } = await loadOf(cell, ground, seconds, options);
        const micros = (used() - before) / completed;
        figures.push({ round, server: name, mode: cell.mode, perSecond, micros, failed });
      }
    }
    progress('');
    return { figures, skipped };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function started(
  name: EncryptedServerName,
  ground: EncryptedGround,
  servers: EncryptedServer[],
  skipped: Record<string, string>,
): Promise<void> {
  try {
    servers.push(await ENCRYPTED[name](ground));
  } catch (error) {
    if (!(error instanceof PeerMissingError)) throw error;
    skipped[name] = error.message;
  }
}

/** Whether the client that asks in this way is here. */
function isLoadable(mode: EncryptedMode, skipped: Record<string, string>): boolean {
  try {
    if (mode === 'doh') programNamed('h2load', 'nghttp2-client');
    return true;
  } catch (error) {
    if (!(error instanceof PeerMissingError)) throw error;
    skipped[mode] = error.message;
    return false;
  }
}

interface Cell {
  readonly server: EncryptedServer;
  readonly mode: EncryptedMode;
  readonly port: number;
}

function cellsOf(server: EncryptedServer, mode: EncryptedMode): Cell[] {
  const port = server.ports[mode];
  return port === undefined ? [] : [{ server, mode, port }];
}

async function loadOf(
  { server, mode, port }: Cell,
  { questions, requests }: EncryptedGround,
  seconds: number,
  { sockets, processor }: EncryptedOptions,
): Promise<Load> {
  if (mode === 'doh') return h2load(port, requests, seconds, sockets, processor);
  const options = { '-m': mode, '-d': questions, '-l': seconds, '-q': UNDER_WAY, '-c': sockets, '-T': 1 };
  const args = Object.entries(options).flat().map(String);
  const { completed, perSecond, lost, rcodes } = await dnsperf(port, args, processor);
  if (rcodes.NOERROR !== completed)
    throw new Error(`${server.name} answers ${JSON.stringify(rcodes)} over ${mode}`);
  return { completed, perSecond, failed: lost };
}

async function h2load(
  port: number,
  requests: string,
  seconds: number,
  sockets: number,
  processor: number | undefined,
): Promise<Load> {
  const options = ['-c', sockets, '-m', Math.ceil(UNDER_WAY / sockets), '-t', 1, '-i', requests];
  const time = ['-D', `${Math.round(1000 * seconds)}ms`, '-B', `https://127.0.0.1:${port}`];
  const command = [...(processor === undefined ? [] : onProcessor(processor)), 'h2load', ...options, ...time];
  const [program = '', ...args] = command.map(String);
  const { stdout } = await promisify(execFile)(program, args);
  const count = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const good = count(/status codes: (\d+) 2xx/);
  return {
    completed: good,
    perSecond: count(/, ([\d.]+) req\/s/),
    failed: count(/, (\d+) done/) - good,
  };
}

export function reportEncrypted({ figures, skipped }: EncryptedResults): void {
  console.log(
    `\nOn connections that are kept, ${UNDER_WAY} queries on their way: microseconds of CPU time for each answer, and`,
  );
  console.log(
    'answers a second; median of the rounds. dnsdist has its cache, and NSD behind it, whose time counts.',
  );
  for (const [what, why] of Object.entries(skipped)) console.log(`${what} is left out: ${why}`);
  const of = (mode: EncryptedMode, server: EncryptedServerName): EncryptedFigures[] =>
    figures.filter((one) => one.mode === mode && one.server === server);
  const shown = (
    found: EncryptedFigures[],
    what: (one: EncryptedFigures) => number,
    digits: number,
  ): string => (found.length === 0 ? '–' : median(found.map(what)).toFixed(digits));
  table([
    ['', ...NAMES.map((name) => `${name} µs`), ...NAMES.map((name) => `${name} /s`), 'failed'],
    ...MODES.map((mode) => [
      mode,
      ...NAMES.map((name) => shown(of(mode, name), ({ micros }) => micros, 1)),
      ...NAMES.map((name) => shown(of(mode, name), ({ perSecond }) => perSecond, 0)),
      String(Math.max(0, ...figures.filter((one) => one.mode === mode).map(({ failed }) => failed))),
    ]),
  ]);
}
