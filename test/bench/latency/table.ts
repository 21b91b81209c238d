/**
 * The table of latencies: how long the answer to a query takes that comes at a steady rate, at rates that are the same
 * on every machine and at shares of what the slowest server can answer on this one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { ZONE } from '../cases.ts';
import { cpuMicrosOfAll, dnsperf, median, onProcessor, table } from '../measure.ts';
import type { Peer, PeerName } from '../peers/peer.ts';
import { writeQuestions } from '../questions.ts';
import type { Asked } from './asker.ts';

export interface LatencyFigures extends Asked {
  readonly round: number;
  readonly peer: PeerName;
  readonly rate: Rate;
  /** Microseconds of CPU time for each answer. */
  readonly micros: number;
}

export interface Rate {
  readonly name: string;
  readonly perSecond: number;
}

export interface LatencyResults {
  /** Answers a second, where dnsperf asks as fast as it is answered. */
  readonly saturation: Readonly<Partial<Record<PeerName, number>>>;
  readonly figures: readonly LatencyFigures[];
}

export interface LatencyOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly sockets: number;
  readonly folder: string;
  readonly processor: number | undefined;
  readonly progress: (text: string) => void;
}

/** Queries a second, of a small server, a busy one, and one that is flooded. */
const RATES = [2000, 20_000, 60_000];
const SHARES = [0.1, 0.5, 0.9];
const QUESTION = `static.${ZONE}`;
const SATURATION_SECONDS = 2;

export async function measureLatency(
  peers: readonly Peer[],
  options: LatencyOptions,
): Promise<LatencyResults> {
  const { rounds, progress } = options;
  const saturation: Partial<Record<PeerName, number>> = {};
  for (const peer of peers) {
    progress(`Saturation: ${peer.name}`);
    saturation[peer.name] = await saturationOf(peer, options);
  }
  const least = Math.min(...Object.values(saturation));
  const rates: Rate[] = [
    ...RATES.map((perSecond) => ({ name: String(perSecond), perSecond })),
    ...SHARES.map((share) => ({ name: `${100 * share} %`, perSecond: Math.round(share * least) })),
  ];
  const figures: LatencyFigures[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const rate of rates) {
      for (const peer of peers) {
        progress(`Round ${round} of ${rounds}: ${rate.perSecond} queries a second, ${peer.name}`);
        figures.push({ round, rate, ...(await measureOne(peer, rate, options)) });
      }
    }
  }
  progress('');
  return { saturation, figures };
}

async function saturationOf({ port }: Peer, { folder, sockets, processor }: LatencyOptions): Promise<number> {
  const file = path.join(folder, 'latency-question');
  writeQuestions(file, [QUESTION]);
  const options = { '-d': file, '-l': SATURATION_SECONDS, '-q': 200, '-c': sockets, '-T': 1 };
  const load = await dnsperf(port, ['-B', ...Object.entries(options).flat().map(String)], processor);
  return load.perSecond;
}

async function measureOne(
  peer: Peer,
  { perSecond }: Rate,
  { seconds, sockets, processor }: LatencyOptions,
): Promise<Omit<LatencyFigures, 'round' | 'rate'>> {
  const asker = path.join(import.meta.dirname, 'asker.ts');
  const args = [asker, ...[peer.port, perSecond, seconds, sockets].map(String), QUESTION];
  const [program = '', ...rest] = [
    ...(processor === undefined ? [] : onProcessor(processor)),
    process.execPath,
    ...args,
  ];
  const before = cpuMicrosOfAll(peer.pid);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const took = cpuMicrosOfAll(peer.pid) - before;
  const asked = JSON.parse(said) as Asked;
  return { ...asked, peer: peer.name, micros: took / asked.all };
}

export function reportLatency({ figures, saturation }: LatencyResults): void {
  console.log(
    '\nLatency of one answer at steady rates, in microseconds; one thread each, median of the rounds.',
  );
  const least = Object.entries(saturation).map(([peer, perSecond]) => `${peer} ${perSecond?.toFixed(0)}`);
  console.log(`Shares are of the least of what each server answers a second: ${least.join(', ')}.`);
  const rates = [...new Map(figures.map(({ rate }) => [rate.name, rate])).values()];
  const peers = [...new Set(figures.map(({ peer }) => peer))];
  table([
    ['rate', 'q/s', 'server', 'p50', 'p99', 'p99.9', 'p50 ÷ gdnsd', 'p99 ÷ gdnsd', 'CPU', 'lost'],
    ...rates.flatMap((rate) => peers.map((peer) => rowOf(rate, peer, figures))),
  ]);
}

function rowOf(rate: Rate, peer: PeerName, figures: readonly LatencyFigures[]): string[] {
  const of = (whose: PeerName, what: (one: LatencyFigures) => number): number =>
    median(figures.filter((one) => one.rate.name === rate.name && one.peer === whose).map(what));
  const [p50, p99, p999] = (
    [(one) => one.p50, (one) => one.p99, (one) => one.p999] as const satisfies ((
      one: LatencyFigures,
    ) => number)[]
  ).map((what) => ({ own: of(peer, what), gdnsd: of('gdnsd', what) }));
  const ratio = (values: { own: number; gdnsd: number } | undefined): string =>
    values === undefined || Number.isNaN(values.gdnsd) ? '–' : (values.own / values.gdnsd).toFixed(2);
  const lost = of(peer, ({ sent, answered }) => (sent - answered) / sent);
  return [
    rate.name,
    of(peer, ({ perSecond }) => perSecond).toFixed(0),
    peer,
    ...[p50, p99, p999].map((values) => (values?.own ?? 0).toFixed(0)),
    ratio(p50),
    ratio(p99),
    of(peer, ({ micros }) => micros).toFixed(1),
    `${(100 * lost).toFixed(1)} %`,
  ];
}
