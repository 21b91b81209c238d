/** The second table: what a signed answer costs, beside servers of a zone signed in advance and servers that sign. */
import { median, table } from '../measure.ts';
import { PeerMissingError } from '../peers/peer.ts';
import { SIGNED_CASES } from './cases.ts';
import { checkAnswer, measureSigned, type SignedFigures } from './cell.ts';
import { OURS, startOurs } from './dnsteer.ts';
import { ASKED, type FirstAnswers, firstAnswers } from './first.ts';
import { benchZone, OTHERS, type SignedPeer, type SignedPeerName, startPeer } from './peers.ts';

export interface SignedOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly sockets: number;
  readonly folder: string;
  readonly processor?: number | undefined;
  /** Whether a server is wanted. */
  readonly wants: (name: string, among: readonly string[]) => boolean;
  readonly progress: (text: string) => void;
}

export interface SignedResults {
  readonly figures: readonly SignedFigures[];
  readonly first: Readonly<Partial<Record<SignedPeerName, FirstAnswers>>>;
  readonly skipped: Readonly<Record<string, string>>;
}

/** For each case and server, so that V8 has compiled what it compiles, and caches have what they keep. */
const WARM_UP_SECONDS = 0.5;
const PEERS: readonly SignedPeerName[] = [...OURS, ...OTHERS];

/** Starts all, holds them to the right answers, measures them round by round, and stops them. */
export async function measureAllSigned(options: SignedOptions): Promise<SignedResults> {
  const { rounds, progress } = options;
  const skipped: Record<string, string> = {};
  const peers: SignedPeer[] = [];
  try {
    await startAll(options, peers, skipped);
    const cells = SIGNED_CASES.flatMap((of) => peers.map((peer) => ({ of, peer })));
    for (const { of, peer } of cells) await checkAnswer(of, peer);
    for (const { of, peer } of cells) {
      progress(`Warming up: ${of.name}, ${peer.name}`);
      await measureSigned(of, peer, { ...options, seconds: WARM_UP_SECONDS });
    }
    const figures: SignedFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const { of, peer } of cells) {
        progress(`Round ${round} of ${rounds}: ${of.name}, ${peer.name}`);
        figures.push({ round, ...(await measureSigned(of, peer, options)) });
      }
    }
    const first: Partial<Record<SignedPeerName, FirstAnswers>> = {};
    for (const peer of peers) {
      progress(`First answers: ${peer.name}`);
      first[peer.name] = await firstAnswers(peer);
    }
    return { figures, first, skipped };
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
  }
}

async function startAll(
  { folder, wants, progress }: SignedOptions,
  peers: SignedPeer[],
  skipped: Record<string, string>,
): Promise<void> {
  const zone = benchZone();
  const starts = [
    ...OURS.map((name) => [name, () => startOurs(name)] as const),
    ...OTHERS.map((name) => [name, () => startPeer(name, folder, zone)] as const),
  ];
  for (const [name, start] of starts) {
    if (!wants(name, PEERS)) {
      skipped[name] = 'not asked for';
      continue;
    }
    progress(`Starting ${name}`);
    try {
      peers.push(await start());
    } catch (error) {
      if (!(error instanceof PeerMissingError)) throw error;
      skipped[name] = error.message;
    }
  }
}

export function reportSigned({ figures, first, skipped }: SignedResults): void {
  console.log(
    '\nSigned answers, DO in every question: microseconds of CPU time for each whole answer; median.',
  );
  console.log('"NSD", "Knot" and "BIND" have the zone signed in advance.');
  for (const [peer, why] of Object.entries(skipped)) console.log(`${peer} is left out: ${why}`);
  const peers = PEERS.filter((name) => figures.some(({ peer }) => peer === name));
  table([
    ['', ...PEERS, 'q/s', 'failed'],
    ...SIGNED_CASES.map(({ name: row }) => {
      const of = (peer: SignedPeerName, what: (one: SignedFigures) => number): number | undefined => {
        const found = figures.filter((one) => one.row === row && one.peer === peer).map(what);
        return found.length === 0 ? undefined : median(found);
      };
      const worst = Math.max(...peers.map((peer) => of(peer, ({ failed }) => failed) ?? 0));
      return [
        row,
        ...PEERS.map((peer) =>
          shown(
            of(peer, ({ micros }) => micros),
            skipped[peer],
          ),
        ),
        (of('dnsteer', ({ perSecond }) => perSecond) ?? 0).toFixed(0),
        `${(100 * worst).toFixed(1)} %`,
      ];
    }),
  ]);
  console.log(
    `\nThe first answer to each of ${ASKED} names below a wildcard, one after the other: microseconds.`,
  );
  table([
    ['', 'p50', 'p99', 'failed'],
    ...peers.map((name) => {
      const { p50, p99, failed } = first[name] ?? {};
      return [name, shown(p50), shown(p99), String(failed ?? '–')];
    }),
  ]);
}

function shown(value: number | undefined, why?: string): string {
  return value?.toFixed(1) ?? (why === 'not built' ? why : '–');
}
