/**
 * Decisions as a sandbox tells them: a policy comes to few decisions, again and again. So each text gets a
 * number when it is told first, and from then on the number is all there is to tell, to check and to compile.
 * A frame (framing.ts) holds what `clock` says (sandbox-protocol.ts), in microseconds, and a line for each run:
 *
 *     t<computed>
 *     <id> <micros> <number>{"plan":…,"reads":…,"impure":…}       the first time
 *     <id> <micros> <number>                                      again
 *
 * What a policy read of its query is told without a value (`["client.ip"]`): the host knows what it has sent. So the
 * text is the same for all clients that are decided alike.
 *
 * There are so many numbers for all policies of a sandbox together, and they go round: the sandbox says which it
 * gives anew. The sandbox is not trusted: a number that it has not given, or a text that is no decision, is against
 * the protocol.
 */
import { PLACE_FIELD_NAMES } from '../base/place-fields.ts';
import { plainName } from './alike.ts';
import { isParsable } from './json-work.ts';
import type { FactValue, Impurity, Read } from './plan.ts';
import type { RunQuestion } from './run-text.ts';
import { type Clock, type FactsData, NO_WAY, type Way } from './sandbox-protocol.ts';
import { MOST_RUN_MICROS, ranProblem, readsProblem } from './sandbox-reply.ts';

/** First character of the frame. */
export const TOLD = 't';
/** How many decisions have a number at one time. */
export const TOLD_NUMBERS = 2048;
/** Lines of a frame: a policy has fewer runs on their way. */
const MOST_LINES = 4096;
/** Characters of a decision that may have a number: what is kept of all of them stays within ten megabytes. */
export const MOST_TOLD = 512;

/** A decision, the same object for each run that came to it. */
export interface ToldDecision {
  readonly plan: unknown;
  readonly reads: readonly ToldRead[];
  readonly impure: readonly Impurity[];
  /** What is wrong with it, if anything: then it is believed in nothing. */
  readonly problem: string | undefined;
  readonly readsPlace: boolean;
  /** Whether each read has its value. */
  readonly isWhole: boolean;
}

/** A read without a value had the one that the host sent. */
type ToldRead = Read | readonly [fact: string];

/** The reply to a run. */
export interface Told {
  readonly t: 'told';
  readonly id: number;
  /** Microseconds on a processor that the run took, measured inside the sandbox. */
  readonly micros: number;
  readonly decision: ToldDecision;
}

/** The text of a frame of such lines. */
export function toldText(computedMs: number, lines: string): string {
  return `${TOLD}${Math.round(1000 * computedMs)}\n${lines}`;
}

/** The clock and the lines of a frame, which are unchecked; `undefined` if it has no clock, or too many lines. */
export function readTold(text: string): readonly [clock: Clock, ...lines: string[]] | undefined {
  const lines: unknown[] = text.split('\n', MOST_LINES + 1);
  const computed = digits(text, TOLD.length);
  if (computed < 0 || text[end] !== '\n' || lines.length > MOST_LINES) return undefined;
  lines[0] = { t: 'clock', computedMs: computed / 1000, isOwn: false } satisfies Clock;
  return lines as [Clock, ...string[]];
}

/** The host's side: decisions by their numbers. */
export class ToldDecisions {
  readonly #decisions: (ToldDecision | undefined)[] = [];

  /** Reads a line, without the character that begins the frame; `undefined` if it is against the protocol. */
  read(line: string): Told | undefined {
    const id = digits(line, 0);
    const micros = digits(line, end + 1);
    const isSound = line.charCodeAt(end) === SPACE && micros >= 0 && micros <= MOST_RUN_MICROS;
    const number = digits(line, end + 1);
    if (!isSound || id < 0 || number < 0 || number >= TOLD_NUMBERS) return undefined;
    if (end < line.length) this.#decisions[number] = readDecision(line.slice(end));
    const decision = this.#decisions[number];
    return decision && { t: 'told', id, micros, decision };
  }
}

/** What was read, with the values that the query had. */
export function readsOf({ reads, isWhole }: ToldDecision, question: RunQuestion): readonly Read[] {
  return isWhole ? (reads as readonly Read[]) : completed(reads, question);
}

/** Whether these are reads: each with its value, or of what the host has sent. */
export function areToldReads(reads: unknown): reads is readonly ToldRead[] {
  return Array.isArray(reads) && readsProblem(reads.map(withValue)) === undefined;
}

/** What a run that failed had read before, with the values that the query had; `undefined` where that is not known. */
export function readsBefore(reads: unknown, question: RunQuestion): readonly Read[] | undefined {
  return areToldReads(reads) ? completed(reads, question) : undefined;
}

function completed(reads: readonly ToldRead[], question: RunQuestion): readonly Read[] {
  return reads.map((read) => (read.length === 2 ? read : [read[0], SENT.get(read[0])?.(question) ?? null]));
}

function wayOf({ way = NO_WAY }: FactsData): Way {
  return way;
}

const PLACE_FACTS: ReadonlySet<string> = new Set(PLACE_FIELD_NAMES.map((field) => `client.${field}`));

/** What each fact was that is told without its value. */
const SENT: ReadonlyMap<unknown, (question: RunQuestion) => FactValue> = new Map<
  unknown,
  (question: RunQuestion) => FactValue
>([
  ['query.name', ({ name }) => name],
  ['query.type', ({ type }) => type],
  ['query.transport', ({ facts }) => wayOf(facts).transport],
  ['query.local', ({ facts }) => wayOf(facts).local || null],
  ['client.resolver.address', ({ facts }) => wayOf(facts).resolver || null],
  ['client.resolver.country', ({ facts }) => wayOf(facts).resolverCountry || null],
  ['client.ip', ({ facts }) => facts.ip],
  ['client.subnet', ({ facts }) => facts.subnet],
  ['client.family', ({ facts }) => facts.family],
  ...PLACE_FIELD_NAMES.map(
    (field) => [`client.${field}`, ({ facts }: RunQuestion) => facts.place[field] ?? null] as const,
  ),
]);

/** What a sandbox says of a decision, and whether it is sound. */
export function judged({
  plan,
  reads,
  impure,
}: Readonly<Record<'plan' | 'reads' | 'impure', unknown>>): ToldDecision {
  const whole: unknown = Array.isArray(reads) ? reads.map(withValue) : reads;
  const problem = ranProblem({ plan, reads: whole, impure });
  const isWhole =
    problem !== undefined || (reads as readonly unknown[][]).every(({ length }) => length === 2);
  const readsPlace =
    problem === undefined && (reads as ToldRead[]).some(([fact]) => PLACE_FACTS.has(plainName(fact)));
  return { plan, reads: reads as ToldRead[], impure: impure as Impurity[], problem, readsPlace, isWhole };
}

function readDecision(json: string): ToldDecision | undefined {
  if (json.length > MOST_TOLD || !isParsable(json)) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { plan, reads, impure } = said as Record<string, unknown>;
  return judged({ plan, reads, impure });
}

/** A read to be checked: one without a value is as one with any. */
function withValue(read: unknown): unknown {
  if (!Array.isArray(read) || read.length !== 1) return read;
  const [fact]: unknown[] = read;
  return SENT.has(fact) ? [fact, null] : read;
}

const SPACE = 0x20;
const ZERO = 0x30;
/** More would not be exact. */
const MOST_DIGITS = 15;

/** Where the last number that was read ends. */
let end = 0;

/** The number that begins at a place of a text, -1 if there is none or one that is too large. */
function digits(text: string, from: number): number {
  let value = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = 10 * value + digit;
  }
  end = at;
  return at === from || at - from > MOST_DIGITS ? -1 : value;
}
