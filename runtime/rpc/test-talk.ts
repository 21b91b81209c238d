/**
 * What a test file and its host say to one another, as data in the frames of a policy: what it declares is its manifest,
 * and each run is one command, with what it tells as the plan. Only strings cross, so a body that awaits an answer is
 * left, and goes on with the command that brings the answer.
 *
 *     begin <index>     runs the body of a test as far as it goes by itself
 *     look              tells what has come of it once its promises have settled
 *     go <answers>      brings answers to what it asked: JSON of {@link ToldAnswer}, one for each question
 *
 * The command stands where a run has its host, the index where it has the name, and the answers where it has the type.
 */

export const TEST_COMMANDS = ['begin', 'look', 'go'] as const;
export type TestCommand = (typeof TEST_COMMANDS)[number];

/** What a test file declares. */
export interface DeclaredTests {
  readonly tests: readonly { readonly name: string; readonly isSkipped: boolean }[];
}

/** What has come of a test. */
export type TestSaid =
  | { readonly state: 'asks'; readonly asks: readonly TestAsk[] }
  | (TestEnd & { readonly state: 'ended' });

export interface TestEnd {
  /** How often it expected something. */
  readonly expects: number;
  readonly log: string;
  /** Absent if it passed. */
  readonly failure?: TestFailure;
}

export interface TestFailure {
  readonly message: string;
  readonly stack?: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The question whose answer it is about. */
  readonly ask?: number;
}

export interface TestAsk {
  /** Counts up from 0 in each test. */
  readonly id: number;
  readonly kind: 'answer' | 'distribution';
  /** Absent: the zone of the test file. */
  readonly zone?: string;
  readonly name: string;
  readonly type: string;
  /** As the author wrote it: the host checks it. */
  readonly given: unknown;
}

/** Brings an answer, or says why there is none. */
export type ToldAnswer =
  | { readonly id: number; readonly problem: string }
  | { readonly id: number; readonly value: object };

/** Characters of the given case of one question, and of all that a test asks at once. */
export const MOST_CASE = 4000;
export const MOST_ASKED = 30_000;
/** Characters of what a test logs, and of one value in a failure. */
export const MOST_LOGGED = 4000;
export const MOST_SHOWN = 2000;
/** Tests of one file, and characters of a test's name. */
export const MOST_TESTS = 2000;
export const MOST_TEST_NAME = 200;
