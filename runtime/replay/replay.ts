/** A replay: each recorded query is decided again, and what it comes to is held against what was answered. */
import type { RecordedLine } from '../rpc/recorded-line.ts';
import { answerLabel, isSameAnswer, recordValues } from './answer-label.ts';
import type { Took } from './each-line.ts';
import { isReplayable } from './is-replayable.ts';
import type { DecidedLine, LineDecider } from './line-decider.ts';
import type { RecordingVisitor } from './read-recording.ts';
import { TallyingVisitor } from './tallying.ts';

export class Replay extends TallyingVisitor {
  readonly #decider: LineDecider;

  constructor(decider: LineDecider, onProgress?: RecordingVisitor['progress']) {
    super(onProgress);
    this.#decider = decider;
  }

  query(line: RecordedLine, at: number, file: string, number: number): Took | Promise<Took> {
    const { tally } = this;
    const read = this.#decider.read(line, at);
    if (!read.ok) {
      tally.noteProblem({ file, line: number, message: read.problem });
      return undefined;
    }
    tally.lines += 1;
    if (!isReplayable(line)) tally.unreplayable += 1;
    else if (read.value.zone === undefined && line.zone !== undefined) tally.noteGone(line.zone);
    else return this.#decider.decide(read.value, (decided) => this.#hold(line, decided));
    return undefined;
  }

  #hold(line: RecordedLine, decided: DecidedLine): void {
    this.tally.noteAssumed(decided.assumed);
    if (isSameAnswer(line, decided) || this.#isDeniedAlike(line, decided)) {
      this.tally.same += 1;
      return;
    }
    const { name, type, id } = line;
    const pool = this.#poolOf(line, decided);
    const labels = labelsOf(line, pool, decided);
    this.tally.noteDifferent({
      name,
      type,
      ...labels,
      witness: id,
      assumed: Math.min(1, decided.assumed.length),
    });
  }

  /** RFC 9824 §3.1: a signed zone tells a client that sets DO of no records, where it tells others that there is no such name. */
  #isDeniedAlike(line: RecordedLine, { zone, rcode, answer }: DecidedLine): boolean {
    const isSigned = zone !== undefined && this.#decider.zones.ready(zone)?.isSigned === true;
    return (
      isSigned && line.rcode === 'NOERROR' && rcode === 'NXDOMAIN' && answer.length + line.answer.length === 0
    );
  }

  /** The pool that answered then, as far as its records tell. */
  #poolOf(line: RecordedLine, { zone }: DecidedLine): string | undefined {
    const ready = zone === undefined ? undefined : this.#decider.zones.ready(zone);
    return ready?.values.poolOf(recordValues(line.answer));
  }
}

/** Two pools are told by their names; else the records tell more. */
function labelsOf(
  line: RecordedLine,
  pool: string | undefined,
  decided: DecidedLine,
): { before: string; after: string } {
  const isPlain = line.fallback === undefined && decided.fallback === undefined;
  if (isPlain && pool !== undefined && decided.pool !== undefined && pool !== decided.pool)
    return { before: pool, after: decided.pool };
  return { before: answerLabel(line, pool), after: answerLabel(decided, decided.pool) };
}
