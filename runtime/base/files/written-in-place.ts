/**
 * Tells a file that is being written in place from one that is whole, where half of the content reads as well as all of
 * it: lists of lines, chains of certificates. A file that was renamed into its place is whole, and so is one that has
 * grown; one that is shorter than before, or has lost the end of its last line, waits until it has been quiet.
 */
import { lookOfFile } from './file-state.ts';
import { QuietTime } from './quiet-time.ts';
import type { RegularFile } from './read-file.ts';

export class WrittenInPlace {
  #believed: (ReturnType<typeof lookOfFile> & { readonly octets: number }) | undefined;
  readonly #quiet = new QuietTime();

  /** Notes a state that is used. */
  believe(file: RegularFile): void {
    this.#believed = { ...lookOfFile(file), octets: file.octets.length };
  }

  /** Milliseconds until a file that was read at `now` (milliseconds since 1970) may be whole; `undefined` if it is. */
  waitMs(file: RegularFile, now: number): number | undefined {
    const [state, before] = [lookOfFile(file), this.#believed];
    const isSame = before === undefined || before.identity !== state.identity || before.stamp === state.stamp;
    if (isSame) return undefined;
    const isLess = file.octets.length < before.octets || (before.endsLine && !state.endsLine);
    return isLess ? this.#quiet.waitMs(state.stamp, [state.changedAt], now) : undefined;
  }
}
