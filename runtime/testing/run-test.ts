/** One test: its body goes as far as it can, gets the answers it awaits, and goes on. */
import type { Result } from '../base/result.ts';
import type { CompiledScript } from '../build/failure-place.ts';
import { mapStack } from '../build/source-map.ts';
import type { Explanation } from '../rpc/explanation.ts';
import type { TestAsk, TestEnd, TestFailure, ToldAnswer } from '../rpc/test-talk.ts';
import { readTestSaid } from './read-said.ts';
import type { CommandFailure, TestIsolate } from './test-isolate.ts';
import type { FailedTest, TestOutcome } from './test-outcome.ts';
import type { TestAnswer } from './zone-under-test.ts';

export type AnswerAsk = (ask: TestAsk) => Promise<Result<TestAnswer>>;

/** Questions of one test. */
const MOST_QUESTIONS = 5000;

/** `budgetMs`: processor time of the body. */
export async function runTest(
  { name, index }: { readonly name: string; readonly index: number },
  isolate: TestIsolate,
  answer: AnswerAsk,
  budgetMs: number,
  script: CompiledScript,
): Promise<TestOutcome> {
  const begun = performance.now();
  const explanations = new Map<number, Explanation>();
  const end = await toEnd(index, isolate, answer, budgetMs, explanations);
  const { failure, expects, log } = end;
  const outcome = { name, ms: performance.now() - begun, expects, log };
  if (failure === undefined) return { ...outcome, result: 'passed' };
  return { ...outcome, result: 'failed', failure: placed(failure, explanations, script) };
}

async function toEnd(
  index: number,
  isolate: TestIsolate,
  answer: AnswerAsk,
  budgetMs: number,
  explanations: Map<number, Explanation>,
): Promise<TestEnd> {
  const until = isolate.usedMs + budgetMs;
  let heard = await isolate.obey('begin', index, budgetMs);
  for (let asked = 0; asked <= MOST_QUESTIONS; ) {
    if (!heard.ok) return failed(heard.problem, explanations);
    const said = readTestSaid(heard.value);
    if (!said.ok) return failed({ message: said.problem }, explanations);
    if (said.value.state === 'ended') return said.value;
    const answers = await answersTo(said.value.asks, answer, explanations);
    asked += answers.length;
    const left = until - isolate.usedMs;
    if (left <= 0) return failed({ message: `The test ran longer than ${budgetMs} ms` }, explanations);
    heard = await isolate.obey('go', index, left, answers);
  }
  return failed({ message: `The test asks more than ${MOST_QUESTIONS} questions` }, explanations);
}

/** One after the other, as all of a zone share its world. */
async function answersTo(
  asks: readonly TestAsk[],
  answer: AnswerAsk,
  explanations: Map<number, Explanation>,
): Promise<ToldAnswer[]> {
  const answers: ToldAnswer[] = [];
  for (const ask of asks) {
    const { id } = ask;
    const told = await answer(ask);
    if (told.ok) explanations.set(id, told.value.explanation);
    answers.push(told.ok ? { id, value: { id, value: told.value.value } } : { id, problem: told.problem });
  }
  return answers;
}

/** What a test was about that had to be stopped is the question before. */
function failed({ message, stack }: CommandFailure, explanations: ReadonlyMap<number, Explanation>): TestEnd {
  const ask = [...explanations.keys()].at(-1);
  const failure = { message, ...(stack !== undefined && { stack }), ...(ask !== undefined && { ask }) };
  return { expects: 0, log: '', failure };
}

function placed(
  { message, stack, expected, actual, ask }: TestFailure,
  explanations: ReadonlyMap<number, Explanation>,
  { sourceMap }: CompiledScript,
): FailedTest {
  return {
    message,
    place: stack === undefined ? undefined : mapStack(stack, sourceMap),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    explanation: ask === undefined ? undefined : explanations.get(ask),
  };
}
