/**
 * What the running decision may read, and the record of what it did read: the path by which the
 * host remembers the decision, draws its ECS scope and explains it.
 */
import { type FactValue, type Impurity, MOST_READS, MOST_TIME_ZONES, type Read } from '../../rpc/plan.ts';
import type { FactsData } from '../../rpc/sandbox-protocol.ts';
import { create } from './primordials.ts';

/** One question and the facts that stand while it is decided. */
export interface Run {
  readonly name: string;
  readonly type: string;
  readonly facts: FactsData;
  readonly reads: Read[];
  readonly impure: Impurity[];
  /** Time zones whose clocks were read. */
  readonly zones: Record<string, true>;
  zoneCount: number;
}

let running: Run | undefined;
/** Facts noted so far. No prototype, so any key is just a key. */
let noted: Record<string, true> = create(null);

/** Starts the record of a decision. */
export function beginRun(name: string, type: string, facts: FactsData): Run {
  noted = create(null);
  running = { name, type, facts, reads: [], impure: [], zones: create(null), zoneCount: 0 };
  return running;
}

/** From here on nothing can be read. */
export function endRun(): void {
  running = undefined;
}

/** The decision that is being made. */
export function currentRun(): Run {
  if (running === undefined) throw new Error('Facts can be read only while a handler decides a query');
  return running;
}

/** The moment of the query in milliseconds; `undefined` where none is being decided. */
export function currentMoment(): number | undefined {
  return running?.facts.now;
}

/** Notes the first read of a fact; throws where the decision has read too many others. */
export function note(run: Run, fact: string, value: FactValue): void {
  if (noted[fact] === true) return;
  if (run.reads.length === MOST_READS) {
    throw new RangeError(`One decision may rest on ${MOST_READS} facts; "${fact}" is one more`);
  }
  noted[fact] = true;
  run.reads[run.reads.length] = [fact, value];
}

/** Notes that the clocks of a zone are read; throws where the decision has read those of too many others. */
export function countZone(run: Run, zone: string): void {
  if (run.zones[zone] === true) return;
  if (run.zoneCount === MOST_TIME_ZONES) {
    throw new RangeError(
      `One decision may read the clocks of ${MOST_TIME_ZONES} time zones; "${zone}" is one more`,
    );
  }
  run.zones[zone] = true;
  run.zoneCount += 1;
}

/** Whether the decision has read a fact. */
export function wasRead(fact: string): boolean {
  return noted[fact] === true;
}

/** Notes that the decision depends on what no other query shares. */
export function taint(reason: Impurity): void {
  if (running === undefined) return;
  const { impure } = running;
  for (let at = 0; at < impure.length; at++) if (impure[at] === reason) return;
  impure[impure.length] = reason;
}
