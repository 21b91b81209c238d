/**
 * The plan `closestByLatency`: the pool with the least latency from the client's network, as a table of the server has it; where
 * the table has nothing of the client and these pools, the nearest by distance.
 */
import { LATENCY_LEVELS, type LatencyTable, NO_ROW } from '../../geo/latency/latency-table.ts';
import { commonTypesOf } from '../answered-types.ts';
import { distanceText, distanceTo, pickNearest } from '../by-distance.ts';
import { type Family, isTogether } from '../family.ts';
import { type Candidates, type ChoosingKind, type Client, NOBODY } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import type { PlanByKind } from '../plan.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly closestByLatency: {
      readonly kind: 'closestByLatency';
      readonly of: readonly PlanData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly closestByLatency: {
      readonly kind: 'closestByLatency';
      readonly of: readonly PoolPlan[];
      readonly columns: ColumnsOf;
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

/** By member, its column in the table that was looked at last. */
interface ColumnsOf {
  table: LatencyTable | undefined;
  readonly columns: Int32Array;
}

type ByLatency = PlanByKind['closestByLatency'];

export const closestByLatency: ChoosingKind<'closestByLatency'> = {
  goesByName: true,
  compile(data, path, ttl, reader) {
    const of = reader.pools(data, path, ttl);
    const columns = { table: undefined, columns: new Int32Array(of.length) };
    return {
      kind: 'closestByLatency',
      of,
      columns,
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: ({ of }) => OBJECT * 2 + 4 * of.length,
  text: (_plan, inside) => `closestByLatency(${inside.join(', ')})`,
  pick(plan, candidates, client) {
    const table = client.latencies;
    if (table !== undefined) {
      if (plan.columns.table !== table) find(plan, table);
      for (let level = 0; level < LATENCY_LEVELS; level += 1) {
        const best = leastIn(plan, client.latencyRow(table, level), candidates);
        if (best !== NOBODY) return best;
      }
    }
    return pickNearest(plan.of, candidates, client.location());
  },
  why(plan, index, client, candidates) {
    const row = rowFor(plan, candidates, client);
    if (row === NO_ROW)
      return `latency not known, ${distanceText(distanceTo(plan.of[index], client.location()))}`;
    const milliseconds = valueIn(plan, row, index);
    return Number.isNaN(milliseconds)
      ? 'latency not known'
      : `latency ${Math.round(milliseconds)} ms from there`;
  },
};

/** The most exact row of the client that has a value of one that takes part. */
function rowFor(plan: ByLatency, candidates: Candidates, client: Client): number {
  const table = client.latencies;
  if (table === undefined) return NO_ROW;
  if (plan.columns.table !== table) find(plan, table);
  for (let level = 0; level < LATENCY_LEVELS; level += 1) {
    const row = client.latencyRow(table, level);
    if (row !== NO_ROW && leastIn(plan, row, candidates) !== NOBODY) return row;
  }
  return NO_ROW;
}

function find({ of, columns }: ByLatency, table: LatencyTable): void {
  columns.table = table;
  for (let index = 0; index < of.length; index += 1)
    columns.columns[index] = table.pools.indexOf(of[index]?.pool.name ?? '');
}

/** The member with the least value in a row, the first of several; NOBODY where none has one. */
function leastIn(plan: ByLatency, row: number, candidates: Candidates): number {
  if (row === NO_ROW) return NOBODY;
  let best = NOBODY;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < plan.of.length; index += 1) {
    if (!candidates.has(index)) continue;
    const value = valueIn(plan, row, index);
    if (!(value < least)) continue;
    best = index;
    least = value;
  }
  return best;
}

function valueIn({ columns: { table, columns } }: ByLatency, row: number, index: number): number {
  return table?.value(row, columns[index] ?? NO_ROW) ?? Number.NaN;
}
