/**
 * What a recording says of replies that are kept (packet-cache.ts), whoever asks: it is made once, with the reply, and a
 * query that is recorded can be answered by the reply from then on.
 */
import { BoundedMap } from '../../base/bounded-map.ts';

/** Lines that are kept, and characters of one: 4 MiB at most. */
const MOST_LINES = 4096;
const MOST_CHARACTERS = 1024;

/** The parts of a line that are the same for all queries with one reply (rpc/recorded-line.ts), as JSON without braces. */
export class KeptLine {
  /** Name and type. */
  question = '';
  /** From the zone on. */
  rest = '';

  get isThere(): boolean {
    return this.rest !== '';
  }

  /** Takes the parts; what is too long is made anew each time. */
  take(question: string, rest: string): void {
    if (question.length + rest.length > MOST_CHARACTERS) return;
    this.question = question;
    this.rest = rest;
  }
}

/** By the number of the slot in which the reply is. */
export class KeptLines {
  readonly #lines = new BoundedMap<number, KeptLine>(MOST_LINES);

  /** The line of a reply, if it was made. */
  of(slot: number): KeptLine | undefined {
    const line = this.#lines.get(slot);
    return line?.isThere === true ? line : undefined;
  }

  /** A line that is to be made, for a reply that is kept from now on. */
  begin(slot: number): KeptLine {
    const line = new KeptLine();
    this.#lines.set(slot, line);
    return line;
  }

  /** Forgets the line of a reply that gives way to another. */
  drop(slot: number): void {
    if (this.#lines.size > 0) this.#lines.delete(slot);
  }

  forget(): void {
    if (this.#lines.size > 0) this.#lines.clear();
  }
}
