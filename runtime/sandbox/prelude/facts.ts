/**
 * The facts that the running decision may read, and the record of its reads: by these reads the host
 * remembers the decision, draws its ECS scope and explains it.
 */
import { type FactValue, type Impurity, MOST_READS, MOST_TIME_ZONES, type Read } from '../../rpc/plan.ts';
import type { FactsData } from '../../rpc/sandbox-protocol.ts';
import { create } from './primordials.ts';

/** One question and the facts for its decision. */
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
/** Facts noted so far. The object has no prototype, so any key is just a key. */
let noted: Record<string, true> = create(null);

/** Starts the record of a decision. */
export function beginRun(name: string, type: string, facts: FactsData): Run {
  noted = create(null);
  running = { name, type, facts, reads: [], impure: [], zones: create(null), zoneCount: 0 };
  return running;
}

/** Ends the decision; no fact can be read until the next begins. */
export function endRun(): void {
  running = undefined;
}

/** The running decision. */
export function currentRun(): Run {
  if (running === undefined) throw new Error('Facts can be read only while a handler decides a query');
  return running;
}

/** The moment of the query in milliseconds; `undefined` outside of a decision. */
export function currentMoment(): number | undefined {
  return running?.facts.now;
}

/** Notes the first read of a fact; throws if the decision has read too many others. */
export function note(run: Run, fact: string, value: FactValue): void {
  if (noted[fact] === true) return;
  if (run.reads.length === MOST_READS) {
    throw new RangeError(`One decision may rest on ${MOST_READS} facts; "${fact}" is one more`);
  }
  noted[fact] = true;
  run.reads[run.reads.length] = [fact, value];
}

/** Notes a read of a time zone's clock; throws if the decision has read the clocks of too many zones. */
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

/** Notes that the decision depends on chance or on a clock, so that it suits no other query. */
export function taint(reason: Impurity): void {
  if (running === undefined) return;
  const { impure } = running;
  for (let at = 0; at < impure.length; at++) if (impure[at] === reason) return;
  impure[impure.length] = reason;
}
