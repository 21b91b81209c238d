/** What all that goes through recordings counts alike. */
import type { Result } from '../base/result.ts';
import type { RecordedLine, RecordingHeader } from '../rpc/recorded-line.ts';
import { type Both, decideBoth } from './decide-both.ts';
import type { Took } from './each-line.ts';
import { isReplayable } from './is-replayable.ts';
import type { DecidedLine, LineDecider, ReadLine } from './line-decider.ts';
import type { RecordingProblem, RecordingVisitor } from './read-recording.ts';
import { ReplayTally } from './replay-report.ts';

/** Counts what cannot be understood, and tells how far the reading has come. */
export abstract class TallyingVisitor implements RecordingVisitor {
  /** Files without a header. */
  readonly headless: string[] = [];
  readonly tally = new ReplayTally();
  readonly #onProgress: RecordingVisitor['progress'];

  constructor(onProgress?: RecordingVisitor['progress']) {
    this.#onProgress = onProgress;
  }

  abstract query(line: RecordedLine, at: number, file: string, number: number): Took | Promise<Took>;

  header(header: RecordingHeader | undefined, file: string): void {
    if (header === undefined) this.headless.push(file);
  }

  problem(problem: RecordingProblem): void {
    this.tally.noteProblem(problem);
  }

  progress(file: string, octets: number): void {
    this.#onProgress?.(file, octets);
  }
}

/** Has two sides decide each line that both can decide. */
export abstract class BothDeciding extends TallyingVisitor {
  readonly #deciders: Both<LineDecider>;

  constructor(deciders: Both<LineDecider>, onProgress?: RecordingVisitor['progress']) {
    super(onProgress);
    this.#deciders = deciders;
  }

  /** Begins with a line, whose query was at a moment; what is returned is told what both came to. */
  protected abstract begin(line: RecordedLine, at: number): Comparison;

  query(line: RecordedLine, at: number, file: string, number: number): Took | Promise<Took> {
    const { tally } = this;
    const [before, after] = this.#deciders;
    const [one, other] = [before.read(line, at), after.read(line, at)];
    if (!one.ok || !other.ok) {
      tally.noteProblem({ file, line: number, message: problemOf(one) ?? problemOf(other) ?? '' });
      return undefined;
    }
    tally.lines += 1;
    if (!isReplayable(line)) tally.unreplayable += 1;
    else if ((one.value.zone ?? other.value.zone) === undefined) tally.noteGone(line.zone ?? line.name);
    else {
      const { done, look } = this.begin(line, at);
      return decideBoth(this.#deciders, [one.value, other.value], done, look);
    }
    return undefined;
  }
}

/** As {@link decideBoth} takes them. */
export interface Comparison {
  readonly done: (was: DecidedLine, would: DecidedLine) => void;
  readonly look?: (decided: DecidedLine, by: LineDecider) => void;
}

function problemOf(read: Result<ReadLine>): string | undefined {
  return read.ok ? undefined : read.problem;
}
