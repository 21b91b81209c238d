/** The one table of the suite. */
import { type Figures, ROWS } from './cell.ts';
import { median, table } from './measure.ts';
import type { PeerName } from './peers/peer.ts';

const PEERS: readonly PeerName[] = ['dnsteer', 'gdnsd', 'PowerDNS shared', 'PowerDNS'];

export interface Facts {
  readonly machine: Readonly<Record<string, string | number | boolean>>;
  readonly versions: readonly string[];
  /** Server → why it was left out. */
  readonly skipped: Readonly<Record<string, string>>;
}

export function report(figures: readonly Figures[], { machine, versions, skipped }: Facts): void {
  console.log(`\n${versions.join(' · ')}; one thread each`);
  console.log(`${machine.processor} × ${machine.processors}, Linux ${machine.kernel}, Node ${machine.node}`);
  for (const [peer, why] of Object.entries(skipped)) console.log(`${peer} is left out: ${why}`);
  console.log(
    '\nMicroseconds of CPU time for each query, of the process that answers; median of the rounds.',
  );
  console.log('From "÷ gdnsd" on, all is of dnsteer.');
  const rows = ROWS.filter((row) => figures.some((one) => one.row === row));
  table([
    ['', ...PEERS, '÷ gdnsd', '÷ shared', '+ sandbox', 'q/s', 'busy', 'run', 'fallback', 'lost'],
    ...rows.map((row) => cellsOf(row, figures)),
  ]);
}

function cellsOf(row: string, figures: readonly Figures[]): string[] {
  const of = (peer: PeerName, what: (one: Figures) => number | undefined): number | undefined => {
    const found = figures
      .filter((one) => one.row === row && one.peer === peer)
      .map(what)
      .filter((value) => value !== undefined);
    return found.length === 0 ? undefined : median(found);
  };
  const micros = PEERS.map((peer) => of(peer, (one) => one.micros));
  const [own, gdnsd, shared] = micros;
  const ratio = (other: number | undefined): number | undefined =>
    own === undefined || other === undefined ? undefined : own / other;
  const percent = (what: (one: Figures) => number | undefined): string => {
    const share = of('dnsteer', what);
    return share === undefined ? '–' : `${(100 * share).toFixed(0)} %`;
  };
  return [
    row,
    ...micros.map((value) => shown(value)),
    shown(ratio(gdnsd), 2),
    shown(ratio(shared), 2),
    shown(of('dnsteer', ({ sandboxMicros }) => sandboxMicros)),
    shown(
      of('dnsteer', ({ perSecond }) => perSecond),
      0,
    ),
    percent(({ busy }) => busy),
    percent(({ runs }) => runs),
    percent(({ fallbacks }) => fallbacks),
    shown(
      of('dnsteer', ({ lost }) => lost),
      0,
    ),
  ];
}

function shown(value: number | undefined, digits = 1): string {
  return value === undefined ? '–' : value.toFixed(digits);
}
