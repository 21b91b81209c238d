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
  readonly tests: readonly {
    readonly name: string;
    readonly isSkipped: boolean;
    /** Frames of a stack that lead to where it is declared. */
    readonly declaredAt: string;
  }[];
}

/** What has come of a test. */
export type TestSaid =
  | { readonly state: 'asks'; readonly asks: readonly TestAsk[] }
  /** The isolate is a fresh one, in which the test was not begun. */
  | { readonly state: 'lost' }
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
/** Tests of one file, and characters of a test's name and of where it is declared: together they fit a manifest. */
export const MOST_TESTS = 1000;
export const MOST_TEST_NAME = 200;
export const MOST_DECLARED_AT = 250;

/**
 * How often pieces of a policy have run, where a test counts them (build/counted-script.ts), is the plan of a run for a host
 * that no policy has. It tells what was counted since the last such run: `3=12 7=1 `, piece 3 twelve times.
 */
export const RAN_HOST = 'dnsteer: ran';
/** Characters of one such plan; what there is no room for, the next one tells. Pieces of a policy that are counted. */
export const MOST_RAN_TEXT = 50_000;
export const MOST_PIECES = 20_000;
