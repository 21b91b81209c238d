/**
 * The facts that the running decision may read, and the record of its reads: by these reads the host
 * remembers the decision, draws its ECS scope and explains it.
 */
import { type FactValue, type Impurity, MOST_READS, MOST_TIME_ZONES, type Read } from '../../rpc/plan.ts';
import { apply, create, indexOf, parse, slice } from './primordials.ts';

/** One question and the facts for its decision. */
export interface Run {
  /** Of rpc/run-text.ts: what is read of it is cut out of it then. */
  readonly line: string;
  /** Pool → its health, as JSON. */
  readonly health: string;
  readonly reads: NotedRead[];
  /** Facts noted after the first few. The object has no prototype, so any key is just a key. */
  noted: Record<string, true> | undefined;
  readonly impure: Impurity[];
  /** Time zones whose clocks were read. */
  zones: Record<string, true> | undefined;
  /** Once it was read. */
  place: Readonly<Record<string, FactValue>> | undefined;
  zoneCount: number;
  /** Whether the place was read and is empty: the host is to send it, and what the policy returns means nothing. */
  lacksPlace: boolean;
}

/** A fact of the query itself is noted without its value: the host knows what it has sent (rpc/told.ts). */
export type NotedRead = Read | readonly [fact: string];

let running: Run | undefined;
/** So few reads are looked through: that is sooner done than an object is made for each run. */
const FEW = 8;

/** Starts the record of a decision, by a line of rpc/run-text.ts. */
export function beginRun(line: string, health: string): Run {
  running = {
    line,
    health,
    reads: [],
    noted: undefined,
    impure: [],
    zones: undefined,
    place: undefined,
    zoneCount: 0,
    lacksPlace: false,
  };
  return running;
}

/** Places of what a line has. */
export const FIELD = {
  host: 0,
  name: 1,
  type: 2,
  ip: 3,
  subnet: 4,
  family: 5,
  now: 6,
  lists: 7,
  transport: 8,
  local: 9,
  resolver: 10,
  resolverCountry: 11,
  place: 12,
} as const;

/** What a run's line has in a place. */
export function fieldOf({ line }: Run, place: number): string {
  let from = 0;
  for (let tabs = place; tabs > 0; tabs--) from = apply(indexOf, line, ['\t', from]) + 1;
  const end: number = apply(indexOf, line, ['\t', from]);
  return apply(slice, line, [from, end < 0 ? line.length : end]);
}

/** Key in the policy's `hosts`, which is written as JSON where it has characters that separate. */
export function hostOf(run: Run): string {
  const host = fieldOf(run, FIELD.host);
  return host[0] === '"' ? (parse(host) as string) : host;
}

/** Where the client is. */
export function placeOf(run: Run): Readonly<Record<string, FactValue>> {
  run.place ??= placeIn(run);
  return run.place;
}

function placeIn(run: Run): Readonly<Record<string, FactValue>> {
  const place = fieldOf(run, FIELD.place);
  if (place === '') {
    run.lacksPlace = true;
    throw new Error('The place of the client is not known yet; the decision is made anew with it');
  }
  if (place !== lastPlace) {
    parsedPlace = parse(place) as Record<string, FactValue>;
    lastPlace = place;
  }
  return parsedPlace;
}

/** The health of pools by their names. */
export function healthOf({ health }: Run): Readonly<Record<string, unknown>> {
  if (health !== lastHealth) {
    parsedHealth = parse(health) as Record<string, unknown>;
    lastHealth = health;
  }
  return parsedHealth;
}

/** Whether the client is in a list of networks that the policy imports. */
export function isListed(run: Run, file: string): boolean {
  const lists = fieldOf(run, FIELD.lists);
  if (lists === '') return false;
  if (lists !== lastLists) {
    parsedLists = parse(lists) as readonly string[];
    lastLists = lists;
  }
  for (let at = 0; at < parsedLists.length; at++) if (parsedLists[at] === file) return true;
  return false;
}

/** What was parsed last: many clients have one place, and nearly all of them one health. */
let [lastPlace, lastHealth, lastLists] = ['', '', ''];
let parsedLists: readonly string[] = [];
let parsedPlace: Readonly<Record<string, FactValue>> = {};
let parsedHealth: Readonly<Record<string, unknown>> = {};

/** The moment of a run in milliseconds. */
export function momentOf(run: Run): number {
  return +fieldOf(run, FIELD.now);
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
  return running && momentOf(running);
}

/**
 * Notes the first read of a fact; throws if the decision has read too many others. Without a value the fact is one
 * of the query itself.
 */
export function note(run: Run, fact: string, value?: FactValue): void {
  if (isNoted(run, fact)) return;
  if (run.reads.length === MOST_READS) {
    throw new RangeError(`One decision may rest on ${MOST_READS} facts; "${fact}" is one more`);
  }
  if (run.reads.length >= FEW) {
    run.noted ??= create(null) as Record<string, true>;
    run.noted[fact] = true;
  }
  run.reads[run.reads.length] = value === undefined ? [fact] : [fact, value];
}

/** Notes a read of a time zone's clock; throws if the decision has read the clocks of too many zones. */
export function countZone(run: Run, zone: string): void {
  run.zones ??= create(null) as Record<string, true>;
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
  return running !== undefined && isNoted(running, fact);
}

function isNoted({ reads, noted }: Run, fact: string): boolean {
  for (let at = 0; at < reads.length && at < FEW; at++) if ((reads[at] as NotedRead)[0] === fact) return true;
  return noted !== undefined && noted[fact] === true;
}

/** Notes that the decision depends on chance or on a clock, so that it suits no other query. */
export function taint(reason: Impurity): void {
  if (running === undefined) return;
  const { impure } = running;
  for (let at = 0; at < impure.length; at++) if (impure[at] === reason) return;
  impure[impure.length] = reason;
}
