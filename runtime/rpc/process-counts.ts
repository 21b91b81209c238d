/** All counters of an answer process together, in the groups of counters.ts. */
import {
  type HeldOf,
  namedForTotals,
  noneOf,
  pastOf,
  type Rows,
  sumOf,
  type TotalNamesOf,
  type ValuesOf,
  valuesOf,
} from './counter-rows.ts';
import { PROCESS_COUNTERS, type ZONE_COUNTERS } from './counters.ts';

type ProcessRows = typeof PROCESS_COUNTERS;
export type CounterGroup = keyof ProcessRows;
/** Counts since the process began, and numbers of the present. */
export type ProcessCounts = { readonly [Group in CounterGroup]: ValuesOf<ProcessRows[Group]> };
export type ZoneCounts = ValuesOf<typeof ZONE_COUNTERS>;

type ProcessTotalNames = { [Group in CounterGroup]: TotalNamesOf<ProcessRows[Group]> }[CounterGroup];
/** Names of counters among the totals of the status. */
export type TotalNames = TotalNamesOf<typeof ZONE_COUNTERS> | ProcessTotalNames;

/** The values to send, from objects with a field for each row of their group; they may have other fields. */
export function processCounts(
  counted: {
    readonly [Group in CounterGroup]: HeldOf<ProcessRows[Group]> | ValuesOf<ProcessRows[Group]>;
  },
): ProcessCounts {
  return byGroup((group, rows) => valuesOf(rows, counted[group] as never));
}

/** Values at zero, to add to. */
export function noProcessCounts(): ProcessCounts {
  return byGroup((_, rows) => noneOf(rows));
}

/** The values of a process that has ended: numbers of the present become zero. */
export function pastProcessCounts(counts: ProcessCounts): ProcessCounts {
  return byGroup((group, rows) => pastOf(rows, counts[group] as never));
}

/** The sum of the values of two processes. */
export function sumOfProcessCounts(one: ProcessCounts, other: ProcessCounts): ProcessCounts {
  return byGroup((group, rows) => sumOf(rows, one[group] as never, other[group] as never));
}

/** The values of all processes, by their names among the totals of the status. */
export function processTotals(counts: ProcessCounts): Record<ProcessTotalNames, number> {
  const groups = Object.entries<Rows>(PROCESS_COUNTERS);
  const totals = groups.map(([group, rows]) => namedForTotals(rows, counts[group as CounterGroup] as never));
  return Object.assign({}, ...totals) as Record<ProcessTotalNames, number>;
}

/** Makes the values of all groups; a loop over groups cannot know their types. */
function byGroup(make: (group: CounterGroup, rows: Rows) => unknown): ProcessCounts {
  const groups = Object.entries(PROCESS_COUNTERS);
  return Object.fromEntries(
    groups.map(([group, rows]) => [group, make(group as CounterGroup, rows)]),
  ) as ProcessCounts;
}
