/**
 * The cases in which two versions of a policy answer a host differently: both decide for the same queries, and the tree
 * is walked of what either of them reads. Cases that differ and part by one fact only are told as one.
 */
import type { FactValue } from '../../rpc/plan.ts';
import { typeToText } from '../../wire/iana/rrtype.ts';
import type { CaseResult } from '../explore-policy.ts';
import {
  type Budget,
  type CaseLeaf,
  type Decide,
  type Exploration,
  explore,
  type WitnessQuery,
  type World,
} from '../tree.ts';
import { planAnswer, typesOf } from './plan-answer.ts';

/** What both versions decide. */
export interface BothResults {
  readonly before: CaseResult;
  readonly after: CaseResult;
}

/** Cases that change alike. */
export interface ChangedCell {
  /** Fact → the values it has in the cell, in the order of the reads. */
  readonly when: ReadonlyMap<string, readonly FactValue[]>;
  readonly types: readonly string[];
  readonly before: string;
  readonly after: string;
  /** A query that is in the cell. */
  readonly witness: WitnessQuery;
  /** Cases of the tree that it is made of. */
  readonly cases: number;
}

export interface HostChanges {
  readonly cells: readonly ChangedCell[];
  /** Cases looked at, with those that are the same. */
  readonly cases: number;
  readonly untaken: number;
  readonly sampled: readonly string[];
}

/** A type of which neither has records, for what answers all types alike. */
const NO_TYPE = 65_280;

/** How cells name the types of which neither version has records. */
export const OTHER_TYPES = 'others';

export async function compareHosts(
  before: Decide<CaseResult>,
  after: Decide<CaseResult>,
  world: World,
  budget: Budget,
): Promise<HostChanges> {
  const both: Decide<BothResults> = async (query) => {
    const [one, other] = await Promise.all([before(query), after(query)]);
    const isKnown = one.reads !== undefined && other.reads !== undefined;
    const reads = isKnown ? [...new Map([...one.reads, ...other.reads])] : undefined;
    return { reads, result: { before: one.result, after: other.result } };
  };
  const explored = await explore(both, world, budget);
  return { ...changesIn(explored), untaken: explored.untaken, sampled: [...explored.sampled] };
}

function changesIn({ leaves }: Exploration<BothResults>): Pick<HostChanges, 'cells' | 'cases'> {
  const cells = leaves.flatMap((leaf) => cellsOf(leaf));
  const alike = Map.groupBy(cells, ({ types, before, after }) => JSON.stringify([types, before, after]));
  return { cells: [...alike.values()].flatMap(joined), cases: leaves.length };
}

/** A cell for each pair of answers that differ; types that change alike share one. */
function cellsOf({ reads, result, witness }: CaseLeaf<BothResults>): ChangedCell[] {
  const { before, after } = result;
  const changed = comparedTypes(before, after).flatMap((type) => {
    const [one, other] = [textFor(before, type), textFor(after, type)];
    return one.key === other.key ? [] : [{ type, before: one.text, after: other.text }];
  });
  const alike = Map.groupBy(changed, ({ before: one, after: other }) => JSON.stringify([one, other]));
  const when = new Map(reads.map(([fact, value]) => [fact, [value]]));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const types = same.map(({ type }) => (type === NO_TYPE ? OTHER_TYPES : typeToText(type)));
    return [{ when, types, before: first.before, after: first.after, witness, cases: 1 }];
  });
}

function comparedTypes(before: CaseResult, after: CaseResult): number[] {
  const types = [before, after].flatMap((result) => (result.ok ? [...typesOf(result.plan)] : []));
  return [...new Set([...types, NO_TYPE])].sort((a, b) => a - b);
}

function textFor(result: CaseResult, type: number): { readonly key: string; readonly text: string } {
  if (result.ok) return planAnswer(result.plan, type);
  const text = `fallback (${result.problem})`;
  return { key: text, text };
}

/** Joins cells that have the same values of all facts but one, fact by fact from the last that is read. */
function joined(cells: readonly ChangedCell[]): ChangedCell[] {
  const depth = Math.max(0, ...cells.map(({ when }) => when.size));
  let left = [...cells];
  for (let at = depth - 1; at >= 0; at -= 1) {
    const groups = Map.groupBy(left, ({ when }) => keyWithout(when, at));
    left = [...groups.values()].map((group) => joinAt(group, at));
  }
  return left;
}

function keyWithout(when: ChangedCell['when'], at: number): string {
  const facts = [...when].map(([fact, values], index) => (index === at ? [fact] : [fact, values]));
  return JSON.stringify(facts);
}

function joinAt(group: readonly ChangedCell[], at: number): ChangedCell {
  const [first] = group;
  if (first === undefined || group.length === 1) return first as ChangedCell;
  const entries = [...first.when];
  const [fact = ''] = entries[at] ?? [];
  const values = group.flatMap(({ when }) => when.get(fact) ?? []);
  const when = new Map(entries.with(at, [fact, [...new Set(values)]]));
  return { ...first, when, cases: group.reduce((sum, { cases }) => sum + cases, 0) };
}
