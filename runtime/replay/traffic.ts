/**
 * A difference of answers, weighed by what clients really asked: both sides decide each recorded query, and those whose
 * answers differ are counted, for the zone, the host, and the cell of the difference that they are in.
 */
import { parseFact } from '../answer/facts/fact.ts';
import type { ChangedCell } from '../explore/compare/compare-hosts.ts';
import { OTHER_TYPES } from '../explore/compare/compare-hosts.ts';
import type { FactValue } from '../rpc/plan.ts';
import type { RecordedLine } from '../rpc/recorded-line.ts';
import { isSameAnswer } from './answer-label.ts';
import type { Both } from './decide-both.ts';
import type { DecidedLine, LineDecider } from './line-decider.ts';
import { NO_POLICY } from './replay-zones.ts';
import { BothDeciding, type Comparison } from './tallying.ts';

/** Recorded queries, and those of them whose answers differ. */
export interface TrafficWeight {
  readonly queries: number;
  readonly changed: number;
}

/** What the cells of a host say of the cases they are about. */
export type WeighedCell = Pick<ChangedCell, 'when' | 'types'>;

/** Zone → host → its cells. */
export type WeighedCells = ReadonlyMap<string, ReadonlyMap<string, readonly WeighedCell[]>>;

export class Traffic extends BothDeciding {
  readonly zones = new Weights<string>();
  /** By name and type: `mail.shop.example A`. */
  readonly questions = new Weights<string>();
  readonly cells = new Weights<WeighedCell>();
  readonly #cells: WeighedCells;

  constructor(deciders: Both<LineDecider>, cells: WeighedCells) {
    super(deciders);
    this.#cells = cells;
  }

  protected begin(line: RecordedLine): Comparison {
    const inside = new Set<WeighedCell>();
    return {
      look: (decided, by) => this.#find(line, decided, by, inside),
      done: (was, would) => this.#hold(line, was, would, inside),
    };
  }

  /** The cells that a line is in, as far as one side has the pools that they speak of. */
  #find(line: RecordedLine, { zone, host }: DecidedLine, by: LineDecider, into: Set<WeighedCell>): void {
    const cells = this.#cells.get(zone ?? '')?.get(host ?? '');
    if (cells === undefined) return;
    const isListed = cells.some(({ types }) => types.includes(line.type));
    for (const cell of cells) {
      const isOfType = cell.types.includes(isListed ? line.type : OTHER_TYPES);
      if (isOfType && isIn(cell, line, zone ?? '', by)) into.add(cell);
    }
  }

  #hold(line: RecordedLine, was: DecidedLine, would: DecidedLine, inside: ReadonlySet<WeighedCell>): void {
    const isChanged = !isSameAnswer(was, would);
    if (isChanged) {
      const told = { name: line.name, type: line.type, before: '', after: '', witness: line.id, assumed: 0 };
      this.tally.noteDifferent(told);
    } else this.tally.same += 1;
    this.zones.note(would.zone ?? was.zone ?? '', isChanged);
    this.questions.note(`${line.name} ${line.type}`, isChanged);
    for (const cell of inside) this.cells.note(cell, isChanged);
  }
}

/** Whether each fact of the cell has one of its values. */
function isIn(
  { when }: WeighedCell,
  line: RecordedLine,
  zone: string,
  { facts, zones }: LineDecider,
): boolean {
  const { pools, lists } = zones.ready(zone) ?? NO_POLICY;
  return [...when].every(([key, values]) => {
    if (key === 'query.name') return values.includes(line.name);
    if (key === 'query.type') return values.includes(line.type);
    const fact = parseFact(key, pools, lists);
    const value: FactValue | undefined = fact && facts.value(fact);
    return value !== undefined && values.includes(value);
  });
}

/** Names are without end below a wildcard. */
const MOST_WEIGHTS = 100_000;

class Weights<K> {
  readonly #counts = new Map<K, { queries: number; changed: number }>();

  note(of: K, isChanged: boolean): void {
    let count = this.#counts.get(of);
    if (count === undefined) {
      if (this.#counts.size === MOST_WEIGHTS) return;
      count = { queries: 0, changed: 0 };
      this.#counts.set(of, count);
    }
    count.queries += 1;
    if (isChanged) count.changed += 1;
  }

  of(one: K): TrafficWeight {
    return this.#counts.get(one) ?? NOBODY_ASKED;
  }
}

const NOBODY_ASKED: TrafficWeight = { queries: 0, changed: 0 };
