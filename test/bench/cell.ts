/** One figure of the suite: a case, asked of a server by certain clients. */
import path from 'node:path';
import { CASES, type Case, type Clients, ZONE } from './cases.ts';
import { cpuMicros, dnsperf } from './measure.ts';
import type { Peer, PeerName } from './peers/peer.ts';
import { networks, writeQuestions } from './questions.ts';

export interface Cell {
  readonly of: Case;
  readonly clients: Clients;
  readonly peer: Peer;
  /** Questions, for dnsperf. */
  readonly file: string;
}

export interface Figures {
  readonly round: number;
  readonly row: string;
  readonly peer: PeerName;
  /** Microseconds of CPU time for each query, of the process that answers. */
  readonly micros: number;
  readonly perSecond: number;
  /** Share of the time that the process that answers was running. */
  readonly busy: number;
  readonly lost: number;
  readonly rcodes: Readonly<Record<string, number>>;
  /** Microseconds for each query of the process that runs policies. */
  readonly sandboxMicros?: number;
  /** Shares of the queries for which a policy was run, and which had to go without its decision. */
  readonly runs?: number;
  readonly fallbacks?: number;
}

const MANY = networks(1 << 16);
/** Enough for whoever has to decide each time. */
const NEW_EACH = 1 << 16;
const NEW = networks(16 * NEW_EACH);

/** The row of a cell in the table. */
export function nameOf({ of, clients }: Pick<Cell, 'of' | 'clients'>): string {
  return of.clients.length === 1 ? of.name : `${of.name}, ${clients === 'one' ? 'one client' : 'many'}`;
}

/** All rows, in order. */
export const ROWS = CASES.flatMap((of) => of.clients.map((clients) => nameOf({ of, clients })));

/** Each cell of these cases, row by row. Writes the questions into the folder. */
export function everyCell(cases: readonly Case[], peers: readonly Peer[], folder: string): Cell[] {
  return cases.flatMap((of) =>
    of.clients.flatMap((clients) => {
      const file = path.join(folder, `${of.name}-${clients}`);
      writeQuestions(file, [hostOf(of)], clients === 'many' ? MANY : []);
      return peers.filter((peer) => canDo(peer, of)).map((peer) => ({ of, clients, peer, file }));
    }),
  );
}

/** Whether a server has a way to do it. */
export function canDo({ name }: Peer, of: Case): boolean {
  if (name === 'gdnsd') return of.gdnsd !== undefined;
  if (name === 'NSD') return of.powerdns !== undefined && 'A' in of.powerdns;
  return name === 'dnsteer' || of.powerdns !== undefined;
}

/** Asks for so many seconds, from so many sockets. */
export async function measureCell(
  cell: Cell,
  seconds: number,
  sockets: number,
  processor?: number,
): Promise<Omit<Figures, 'round'>> {
  const { peer } = cell;
  if (cell.clients === 'new') writeQuestions(cell.file, [hostOf(cell.of)], newNetworks());
  const before = await peer.tally?.();
  const [answering, deciding] = [cpuMicros(peer.pid), before && cpuMicros(before.sandbox)];
  const from = performance.now();
  const options = [
    '-B',
    '-d',
    cell.file,
    '-l',
    String(seconds),
    '-q',
    String(cell.of.underWay ?? 200),
    '-c',
    String(sockets),
    '-t',
    '1',
  ];
  const { completed, perSecond, lost, rcodes } = await dnsperf(peer.port, options, processor);
  const tookMicros = 1000 * (performance.now() - from);
  const answered = cpuMicros(peer.pid) - answering;
  const after = await peer.tally?.();
  const row = { row: nameOf(cell), peer: peer.name, micros: answered / completed };
  const rest = { perSecond, busy: answered / tookMicros, lost, rcodes };
  if (before === undefined || after === undefined || deciding === undefined) return { ...row, ...rest };
  const queries = Math.max(1, after.queries - before.queries);
  return {
    ...row,
    ...rest,
    runs: (after.runs - before.runs) / queries,
    fallbacks: (after.fallbacks - before.fallbacks) / queries,
    // Where another has taken its place meanwhile, nobody knows.
    ...(after.sandbox === before.sandbox && {
      sandboxMicros: (cpuMicros(after.sandbox) - deciding) / completed,
    }),
  };
}

/** Networks nobody has asked from yet, or not for so long that they are forgotten. */
function newNetworks(): number[] {
  NEW.push(...NEW.splice(0, NEW_EACH));
  return NEW.slice(-NEW_EACH);
}

function hostOf({ name }: Case): string {
  return `${name}.${ZONE}`;
}
