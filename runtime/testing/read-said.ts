/** What test files say, checked: they are as little trusted as policies. */
import { type Fields, isFields, isWhole } from '../base/data-reader.ts';
import { fail, ok, type Result } from '../base/result.ts';
import {
  type DeclaredTests,
  MOST_LOGGED,
  MOST_SHOWN,
  MOST_TEST_NAME,
  MOST_TESTS,
  type TestAsk,
  type TestFailure,
  type TestSaid,
} from '../rpc/test-talk.ts';

const NONSENSE = 'The test file says what no test file would: it has replaced a part of "dnsteer/test"';
/** Characters of a message and of a stack, as sandbox/limits.ts has them; a log says that it was cut. */
const MOST_MESSAGE = 1000;
const MOST_STACK = 4000;
const MOST_ASKS = 30_000;

export function readDeclared(manifest: unknown): Result<DeclaredTests['tests']> {
  const tests: unknown = isFields(manifest) ? manifest.tests : undefined;
  if (!Array.isArray(tests) || tests.length > MOST_TESTS) return fail(NONSENSE);
  const read = tests.map((test: unknown) => {
    const name = isFields(test) ? textIn(test.name, MOST_TEST_NAME) : undefined;
    return name === undefined ? undefined : { name, isSkipped: (test as Fields).isSkipped === true };
  });
  return read.every((test) => test !== undefined) ? ok(read) : fail(NONSENSE);
}

export function readTestSaid(said: unknown): Result<TestSaid> {
  if (!isFields(said)) return fail(NONSENSE);
  if (said.state === 'asks') {
    const { asks } = said;
    if (!Array.isArray(asks) || asks.length === 0 || asks.length > MOST_ASKS) return fail(NONSENSE);
    const read = asks.map(askIn);
    return read.every((ask) => ask !== undefined) ? ok({ state: 'asks', asks: read }) : fail(NONSENSE);
  }
  const log = textIn(said.log, MOST_LOGGED + 100);
  if (said.state !== 'ended' || log === undefined || !isWhole(said.expects, 0, 1e9)) return fail(NONSENSE);
  const { expects, failure } = said;
  if (failure === undefined) return ok({ state: 'ended', expects, log });
  const told = failureIn(failure);
  return told === undefined ? fail(NONSENSE) : ok({ state: 'ended', expects, log, failure: told });
}

function askIn(ask: unknown): TestAsk | undefined {
  if (!isFields(ask)) return undefined;
  const { id, kind, zone, name, type, given } = ask;
  if (!isWhole(id, 0, 1e9) || (kind !== 'answer' && kind !== 'distribution')) return undefined;
  if (typeof name !== 'string' || typeof type !== 'string') return undefined;
  if (zone !== undefined && typeof zone !== 'string') return undefined;
  return { id, kind, ...(zone !== undefined && { zone }), name, type, given };
}

function failureIn(failure: unknown): TestFailure | undefined {
  const message = isFields(failure) ? textIn(failure.message, MOST_MESSAGE) : undefined;
  if (!isFields(failure) || message === undefined) return undefined;
  const [stack, expected, actual] = [
    textIn(failure.stack, MOST_STACK),
    textIn(failure.expected, MOST_SHOWN + 1),
    textIn(failure.actual, MOST_SHOWN + 1),
  ];
  return {
    message,
    ...(stack !== undefined && { stack }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    ...(isWhole(failure.ask, 0, 1e9) && { ask: failure.ask }),
  };
}

function textIn(value: unknown, most: number): string | undefined {
  return typeof value === 'string' ? value.slice(0, most) : undefined;
}
