/** The table of many peers: what an answer costs where every query comes from another address, as on the net. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { median, table } from '../measure.ts';
import { PeerMissingError, type PeerName, programNamed } from '../peers/peer.ts';
import type { ManyFigures, ManyOptions, ManyResults } from './inside.ts';

/** Queries a second: about what any of the servers can answer on a processor of its own. */
export const MANY_PER_SECOND = 150_000;
export const MANY_PEERS: readonly PeerName[] = ['dnsteer', 'gdnsd', 'NSD'];

/** What came of it, or why it cannot be measured here. */
export async function measureManyPeers(options: ManyOptions): Promise<ManyResults | string> {
  const missing = whyNot();
  if (missing !== undefined) return missing;
  const up = ['sh', '-c', 'ip link set lo up && exec "$0" "$@"'];
  const program = [process.execPath, path.join(import.meta.dirname, 'inside.ts'), JSON.stringify(options)];
  const child = spawn('unshare', ['-n', ...up, ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`many/inside.ts ended with ${code}`);
  return JSON.parse(said) as ManyResults;
}

function whyNot(): string | undefined {
  try {
    for (const [name, packages] of [
      ['trafgen', 'netsniff-ng'],
      ['ip', 'iproute2'],
      ['taskset', 'util-linux'],
    ] as const)
      programNamed(name, packages);
  } catch (error) {
    if (error instanceof PeerMissingError) return error.message;
    throw error;
  }
  const made = spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'type', 'veth']).status === 0;
  return made ? undefined : 'this system lets us make no network namespace with a veth pair: it takes root';
}

export function reportMany(results: ManyResults | string): void {
  console.log(
    '\nEvery query from another address and port, by trafgen over a veth pair: microseconds of CPU time for each',
  );
  if (typeof results === 'string') {
    console.log(`answer. Left out: ${results}`);
    return;
  }
  const { figures, skipped } = results;
  console.log(`answer; ${MANY_PER_SECOND} queries a second, one thread each, median of the rounds.`);
  for (const [peer, why] of Object.entries(skipped)) console.log(`${peer} is left out: ${why}`);
  const of = (row: string, peer: PeerName, what: (one: ManyFigures) => number): number =>
    median(figures.filter((one) => one.row === row && one.peer === peer).map(what));
  const shown = (value: number, digits: number): string =>
    Number.isNaN(value) ? '–' : value.toFixed(digits);
  const lost = ({ sent, answered }: ManyFigures): number => (100 * (sent - answered)) / sent;
  table([
    ['', ...MANY_PEERS, '÷ gdnsd', '÷ NSD', 'q/s', ...MANY_PEERS.map((peer) => `% lost, ${peer}`)],
    ...[...new Set(figures.map(({ row }) => row))].map((row) => {
      const [own = Number.NaN, gdnsd = Number.NaN, nsd = Number.NaN] = MANY_PEERS.map((peer) =>
        of(row, peer, ({ micros }) => micros),
      );
      return [
        row,
        ...[own, gdnsd, nsd].map((value) => shown(value, 2)),
        shown(own / gdnsd, 2),
        shown(own / nsd, 2),
        shown(
          of(row, 'dnsteer', ({ perSecond }) => perSecond),
          0,
        ),
        ...MANY_PEERS.map((peer) => shown(of(row, peer, lost), 1)),
      ];
    }),
  ]);
}
