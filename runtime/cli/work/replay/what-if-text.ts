/** What would come of pools that are down, for a terminal. */
import { printableLine } from '../../../base/printable.ts';
import type { PoolShare, WhatIfReport, ZoneShares } from '../../../replay/what-if-report.ts';
import { formatTable } from '../../table.ts';
import { paint } from '../../terminal.ts';
import { shareText, undecidedText } from './replay-text.ts';

const POOLS = [
  { title: 'pool' },
  { title: 'before', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'queries/s', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'capacity', align: 'right' },
] as const;

const MOVES = [
  { title: 'from' },
  { title: '' },
  { title: 'to' },
  { title: 'queries', align: 'right' },
  { title: 'share', align: 'right' },
] as const;

export function whatIfText(report: WhatIfReport, limit: number): string {
  const { lines, zones } = report;
  const decided = zones.reduce((sum, { queries }) => sum + queries, 0);
  return [
    ...zones.flatMap((zone) => [...zoneText(zone, limit), '']),
    `Queries: ${lines}, of them ${decided} that policies decide${undecidedText(report)}`,
    ...overloaded(report).map((text) => paint('bad', text)),
  ].join('\n');
}

/** Pools whose load would be more than they declare, in words. */
export function overloaded({ zones }: WhatIfReport): string[] {
  return zones.flatMap(({ zone, pools }) =>
    pools.flatMap(({ place, peak, capacity, isOver }) =>
      isOver === true
        ? [
            `${zone}/${place} would get ${rate(peak.after)} queries a second at most, and declares a capacity of ${capacity}`,
          ]
        : [],
    ),
  );
}

function zoneText({ zone, queries, pools, moves, nothing, lastResort }: ZoneShares, limit: number): string[] {
  const told = moves
    .slice(0, limit)
    .map((move) => [
      printableLine(move.from),
      '→',
      printableLine(move.to),
      String(move.queries),
      shareText(move.queries, queries),
    ]);
  return [
    paint('strong', printableLine(zone)),
    ...indentedLines(
      formatTable(
        POOLS,
        pools.map((pool) => poolRow(pool, queries)),
      ),
    ),
    ...(told.length > 0 ? ['', ...indentedLines(formatTable(MOVES, told))] : ['  Nothing moves']),
    ...(moves.length > told.length
      ? [`  … and ${moves.length - told.length} more (--limit takes a greater number)`]
      : []),
    ...change('Without a record in their answer', nothing, queries),
    ...change('Answered by a pool that is down, for want of another', lastResort, queries),
  ];
}

function poolRow(
  { place, isPool, queries: { before, after }, peak, capacity, isOver }: PoolShare,
  queries: number,
): string[] {
  return [
    printableLine(place),
    shareText(before, queries),
    shareText(after, queries),
    isPool ? rate(peak.before) : '',
    isPool ? rate(peak.after) : '',
    capacity === undefined ? '' : `${capacity}${isOver === true ? ' over' : ''}`,
  ];
}

function change(what: string, { before, after }: ZoneShares['nothing'], queries: number): string[] {
  if (before + after === 0) return [];
  return [`  ${what}: ${shareText(before, queries)} before, ${shareText(after, queries)} after`];
}

/** Three figures. */
function rate(perSecond: number): string {
  if (perSecond >= 100) return perSecond.toFixed(0);
  return perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}

function indentedLines(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
