/**
 * Master-file text as entries: the words of one record or directive, wherever its lines break.
 *
 * A line break ends an entry unless a parenthesis is open (RFC 1035 §5.1). Quotes and escapes are
 * read by wire/text-field.ts and end with their line. A line that cannot be split yields its fault as
 * a value and reading goes on behind it, so that the operator sees all faults of a file at once.
 */
import type { Result } from '../base/result.ts';
import { fail, ok } from '../base/result.ts';
import { isBlank, readField, type TextField } from '../wire/text-field.ts';
import type { Fault } from './place.ts';

/** One physical line. */
export interface FileLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
}

/** A position in a line; columns are 1-based. */
export interface Spot {
  readonly line: FileLine;
  readonly column: number;
}

/** A word and where it begins. */
export interface Token extends TextField, Spot {}

/** The words of one record or directive. */
export interface Entry {
  readonly first: Token;
  readonly tokens: readonly Token[];
  /** Whether the entry begins with a blank: it takes the owner of the record before it. */
  readonly isIndented: boolean;
}

/** What is wrong in a line, and where. */
export interface SpottedFault extends Fault {
  readonly spot: Spot;
}

/** Yields the entries in order, and a fault in place of each entry that cannot be split. */
export function* readEntries(text: string): Generator<Result<Entry, SpottedFault>> {
  const lines = text.split(/\r?\n/);
  for (let next = 0; next < lines.length; ) {
    const reader = new EntryReader(lines, next);
    const fault = reader.read();
    next = reader.next;
    const [first] = reader.tokens;
    if (fault !== undefined) yield fail(fault);
    else if (first !== undefined) yield ok({ first, tokens: reader.tokens, isIndented: reader.isIndented });
  }
}

const QUOTING = 'Close a quote on the line that opens it, and write "\\\\" for a backslash';

/** Reads one entry, over as many lines as it takes. */
class EntryReader {
  readonly tokens: Token[] = [];
  readonly isIndented: boolean;
  /** Index of the line on which the next entry begins. */
  next: number;
  readonly #lines: readonly string[];
  #open: Spot | undefined;

  constructor(lines: readonly string[], first: number) {
    this.#lines = lines;
    this.next = first;
    this.isIndented = beginsBlank(lines[first] ?? '');
  }

  read(): SpottedFault | undefined {
    for (let text = this.#lines[this.next]; text !== undefined; text = this.#lines[this.next]) {
      this.next++;
      const fault = this.#readLine({ number: this.next, text });
      if (fault !== undefined) return this.#abandon(fault);
      if (this.#open === undefined) return undefined;
    }
    return this.#open === undefined ? undefined : this.#abandon(unclosed(this.#open));
  }

  #readLine(line: FileLine): SpottedFault | undefined {
    for (let at = 0; at < line.text.length; ) {
      const character = line.text.charAt(at);
      if (character === ';') return undefined;
      if (character === '(' || character === ')') {
        const fault = this.#parenthesis(character, { line, column: at + 1 });
        if (fault !== undefined) return fault;
        at++;
      } else if (isBlank(line.text, at)) {
        at++;
      } else {
        const found = readField(line.text, at);
        if (!found.ok) return { spot: { line, column: at + 1 }, message: found.problem, remedy: QUOTING };
        const { field, end } = found.value;
        this.tokens.push({ text: field.text, quoted: field.quoted, line, column: at + 1 });
        at = end;
      }
    }
    return undefined;
  }

  #parenthesis(character: '(' | ')', spot: Spot): SpottedFault | undefined {
    const open = this.#open;
    if (character === ')') {
      this.#open = undefined;
      if (open !== undefined) return undefined;
      return { spot, message: 'Parenthesis was never opened', remedy: 'Remove it, or open it before' };
    }
    this.#open ??= spot;
    if (open === undefined) return undefined;
    if (open.line.number !== spot.line.number) return unclosed(open);
    return { spot, message: 'Parentheses do not nest', remedy: 'Remove the inner pair' };
  }

  /**
   * Finds where reading goes on behind a fault. The lines a parenthesis joins are usually indented, and
   * the entry after them is not: where the fault lies in that entry, the open parenthesis is what is
   * reported.
   */
  #abandon(fault: SpottedFault): SpottedFault {
    const open = this.#open;
    if (open === undefined) return fault;
    this.next = open.line.number;
    while (this.next < this.#lines.length && beginsBlank(this.#lines[this.next] ?? '')) this.next++;
    return fault.spot.line.number > this.next ? unclosed(open) : fault;
  }
}

function unclosed(spot: Spot): SpottedFault {
  return {
    spot,
    message: 'Parenthesis is not closed',
    remedy: 'Add ")" behind the last field of the record',
  };
}

/** Whether a line is empty or begins with a blank. */
function beginsBlank(text: string): boolean {
  return text === '' || isBlank(text, 0);
}
