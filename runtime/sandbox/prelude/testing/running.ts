/** The test that runs: what it asked and is yet to be told, and how it ends. */
import {
  MOST_ASKED,
  MOST_CASE,
  type TestAsk,
  type TestFailure,
  type TestSaid,
  type ToldAnswer,
} from '../../../rpc/test-talk.ts';
import { describeThrown } from '../describe.ts';
import { stringify } from '../primordials.ts';
import { takeLog } from './log.ts';
import { shown } from './shown.ts';
import { bodyOf } from './tests.ts';

/** Thrown where something is not as it was expected. */
export class UnmetExpectation extends Error {
  readonly expected: string;
  readonly actual: string;
  readonly ask: number | undefined;

  constructor(message: string, expected: unknown, actual: unknown, ask?: number) {
    super(message);
    this.expected = shown(expected);
    this.actual = shown(actual);
    this.ask = ask;
  }
}

const MOST_STACK = 4000;

interface Question {
  readonly ask: TestAsk;
  readonly text: string;
  /** Made where the question was asked, to say where that is. */
  readonly place: Error;
  readonly resolve: (value: object) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  /** Questions that the host has not been told of yet. */
  untold: Question[];
  readonly told: Map<number, Question>;
  asks: number;
  expects: number;
  end: { readonly failure?: TestFailure } | undefined;
}

/** A fresh isolate in which no test was begun knows nothing of the one that was. */
const LOST = { failure: { message: 'The sandbox ended in the middle of the test' } };

let running: Running = { untold: [], told: new Map(), asks: 0, expects: 0, end: LOST };

export function begin(index: number): void {
  const mine: Running = { untold: [], told: new Map(), asks: 0, expects: 0, end: undefined };
  running = mine;
  takeLog();
  const pass = (): void => {
    mine.end = lostQuestion(mine) ?? {};
  };
  const fail = (thrown: unknown): void => {
    mine.end = { failure: failureOf(thrown, mine) };
  };
  try {
    Promise.resolve(bodyOf(index)()).then(pass, fail);
  } catch (thrown) {
    fail(thrown);
  }
}

export function look(): TestSaid {
  const { end, expects } = running;
  if (end !== undefined) return { state: 'ended', ...end, expects, log: takeLog() };
  const asks: TestAsk[] = [];
  let room = MOST_ASKED;
  while (running.untold.length > 0) {
    const [next] = running.untold;
    if (next === undefined || next.text.length > room) break;
    room -= next.text.length;
    running.untold.shift();
    running.told.set(next.ask.id, next);
    asks.push(next.ask);
  }
  if (asks.length > 0) return { state: 'asks', asks };
  const failure = { message: 'The test never ends: it awaits a promise that nothing settles' };
  return { state: 'ended', failure, expects, log: takeLog() };
}

/** Brings answers. Their promises settle when this has returned. */
export function settle(answers: readonly ToldAnswer[]): void {
  for (const answer of answers) {
    const question = running.told.get(answer.id);
    running.told.delete(answer.id);
    if (question === undefined) continue;
    if ('value' in answer) {
      question.resolve(answer.value);
    } else {
      question.place.message = answer.problem;
      question.reject(question.place);
    }
  }
}

export function countExpectation(): void {
  running.expects += 1;
}

/** Asks the host. */
export function question(asked: Omit<TestAsk, 'id'>): Promise<object> {
  if (running.end !== undefined)
    throw new Error('Questions can be asked only while a test runs: inside of its body');
  const ask = { ...asked, id: running.asks };
  const text = stringify(ask);
  if (text.length > MOST_CASE)
    throw new RangeError(`A question may have ${MOST_CASE} characters with its case`);
  running.asks += 1;
  const mine = running;
  const place = new Error('No answer');
  return new Promise((resolve, reject) => {
    mine.untold.push({ ask, text, place, resolve, reject });
  });
}

/** A test that ends before its questions are answered has not looked at the answers. */
function lostQuestion({ untold, told }: Running): { readonly failure: TestFailure } | undefined {
  const lost = untold[0] ?? told.values().next().value;
  if (lost === undefined) return undefined;
  const { name, type } = lost.ask;
  const failure = {
    message: `The test ended without awaiting the answer to ${name} ${type}`,
    ...stackOf(lost.place),
  };
  return { failure };
}

function failureOf(thrown: unknown, { asks }: Running): TestFailure {
  const { message } = describeThrown(thrown);
  const told = { message, ...(thrown instanceof Error && stackOf(thrown)) };
  if (thrown instanceof UnmetExpectation) {
    const { expected, actual, ask } = thrown;
    return { ...told, expected, actual, ...(ask !== undefined && { ask }) };
  }
  return { ...told, ...(asks > 0 && { ask: asks - 1 }) };
}

/** The frames alone: a message of any length stands before them. */
function stackOf({ stack = '' }: Error): { stack?: string } {
  const frames = stack.indexOf('\n    at ');
  return frames < 0 ? {} : { stack: stack.slice(frames, frames + MOST_STACK) };
}
