/** The lines of a file, one after the other: it may be larger than the memory, and so may one of its lines. */
import { type FileProblem, type ReadInto, useRegularFile } from '../base/files/read-file.ts';
import type { Result } from '../base/result.ts';

/** Octets of the longest line that is read. */
export const MOST_LINE = 1_048_576;
const PIECE = 262_144;
const LINE_FEED = 0x0a;

/** What whoever takes lines says of those that follow. */
export type Took = 'stop' | undefined;

/**
 * Takes the line of a number, which counts from 1 on; `undefined` stands for one that is too long. `octets` of the file
 * have been read by then. The next line waits for a promise.
 */
export type TakeLine = (text: string | undefined, number: number, octets: number) => Took | Promise<Took>;

/** Hands over all lines, or those up to one behind which whoever takes them stops. */
export async function eachLine(file: string, take: TakeLine): Promise<Result<void, FileProblem>> {
  const limits = { mostOctets: Number.POSITIVE_INFINITY };
  return await useRegularFile(file, limits, async (readInto) => await new Lines(readInto, take).read());
}

class Lines {
  readonly #readInto: ReadInto;
  readonly #take: TakeLine;
  /** Ahead of each piece stands the begin of a line whose end has not been read. */
  readonly #buffer = Buffer.allocUnsafeSlow(MOST_LINE + PIECE);
  #kept = 0;
  #number = 0;
  #octets = 0;
  /** Whether the begin of the line is thrown away. */
  #isTooLong = false;

  constructor(readInto: ReadInto, take: TakeLine) {
    this.#readInto = readInto;
    this.#take = take;
  }

  async read(): Promise<void> {
    for (;;) {
      const count = await this.#readInto(this.#buffer, this.#kept, PIECE, this.#octets);
      if (count === 0) break;
      this.#octets += count;
      if ((await this.#takeIn(this.#kept + count)) === 'stop') return;
    }
    if (this.#kept > 0 || this.#isTooLong) await this.#tell(0, this.#kept);
  }

  /** Hands over the lines that end in the first so many octets, and keeps what is behind them. */
  async #takeIn(end: number): Promise<Took> {
    const piece = this.#buffer.subarray(0, end);
    let from = 0;
    for (let at = piece.indexOf(LINE_FEED, this.#kept); at >= 0; at = piece.indexOf(LINE_FEED, from)) {
      const took = this.#tell(from, at);
      from = at + 1;
      // Nearly all lines are taken at once, and to await nothing takes longer than some of them.
      if (took !== undefined && (took === 'stop' || (await took) === 'stop')) return 'stop';
    }
    this.#kept = end - from;
    if (this.#kept > MOST_LINE) {
      this.#isTooLong = true;
      this.#kept = 0;
    } else if (from > 0) this.#buffer.copyWithin(0, from, end);
    return undefined;
  }

  #tell(from: number, to: number): Took | Promise<Took> {
    this.#number += 1;
    const isTooLong = this.#isTooLong || to - from > MOST_LINE;
    const text = isTooLong ? undefined : this.#buffer.toString('utf8', from, to);
    this.#isTooLong = false;
    return this.#take(text, this.#number, this.#octets);
  }
}
