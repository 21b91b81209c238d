/** What came of tests. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { MappedPosition } from '../build/source-map.ts';
import type { Explanation } from '../rpc/explanation.ts';

export interface TestOutcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Milliseconds by the clock. */
  readonly ms: number;
  readonly expects: number;
  /** What it logged. */
  readonly log: string;
  readonly failure?: FailedTest;
}

export interface FailedTest {
  readonly message: string;
  /** The place of the expectation in the author's file. */
  readonly place?: MappedPosition | undefined;
  readonly expected?: string;
  readonly actual?: string;
  /** Of the query whose answer is not as expected. */
  readonly explanation?: Explanation | undefined;
}

/** What came of one file; `problems` are those of files that cannot be compiled or loaded. */
export interface TestFileOutcome {
  /** As shown to operators. */
  readonly file: string;
  readonly tests: readonly TestOutcome[];
  readonly problems: readonly Diagnostic[];
}
