/** All counters of an answer process at once, in the groups of counters.ts, and those of a zone. */
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

/** What was counted, to be sent: from objects that have a field for each row of their group, whatever else they have. */
export function processCounts(
  counted: {
    readonly [Group in CounterGroup]: HeldOf<ProcessRows[Group]> | ValuesOf<ProcessRows[Group]>;
  },
): ProcessCounts {
  return byGroup((group, rows) => valuesOf(rows, counted[group] as never));
}

/** Nothing counted yet, to be added to. */
export function noProcessCounts(): ProcessCounts {
  return byGroup((_, rows) => noneOf(rows));
}

/** What an ended process counted, without what is of the present. */
export function pastProcessCounts(counts: ProcessCounts): ProcessCounts {
  return byGroup((group, rows) => pastOf(rows, counts[group] as never));
}

/** What two processes counted together. */
export function sumOfProcessCounts(one: ProcessCounts, other: ProcessCounts): ProcessCounts {
  return byGroup((group, rows) => sumOf(rows, one[group] as never, other[group] as never));
}

/** What all processes counted, by its names among the totals of the status. */
export function processTotals(counts: ProcessCounts): Record<ProcessTotalNames, number> {
  const groups = Object.entries<Rows>(PROCESS_COUNTERS);
  const totals = groups.map(([group, rows]) => namedForTotals(rows, counts[group as CounterGroup] as never));
  return Object.assign({}, ...totals) as Record<ProcessTotalNames, number>;
}

/** Values have the types of their group, which a loop over all groups cannot know. */
function byGroup(make: (group: CounterGroup, rows: Rows) => unknown): ProcessCounts {
  const groups = Object.entries(PROCESS_COUNTERS);
  return Object.fromEntries(
    groups.map(([group, rows]) => [group, make(group as CounterGroup, rows)]),
  ) as ProcessCounts;
}
