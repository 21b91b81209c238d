/**
 * `$GENERATE range owner [TTL] [class] type data`, as BIND 9 has it: one line stands for many, and a number
 * replaces each `$`.
 *
 * `{offset,width,base}` may follow `$`: the offset is added to the number, the width is the least number of
 * digits, and the base is d, o, x, X, or n and N for nibbles in reverse as in ip6.arpa. `$$` and `\$` are a
 * dollar. As in BIND, quotes may hold data of several words together.
 */
import { fail, ok, type Result } from '../base/result.ts';
import type { SpottedFault, Token } from './lexer.ts';

/** The most records of one $GENERATE: as many as a `/12` has IPv4 addresses. No RFC sets a limit. */
const MOST = 1_048_576;

/** Yields the lines in order, and a problem in place of a line that cannot be made. */
export function readGenerate(
  spot: Token,
  [range, ...words]: readonly Token[],
): Result<Iterable<Result<string>>, SpottedFault> {
  const refuse = (at: Token, message: string, remedy: string) => fail({ spot: at, message, remedy });
  if (range === undefined || words.length < 3) {
    return refuse(spot, '$GENERATE lacks its range, owner, type or data', USAGE);
  }
  const [, first = '', last = '', step = '1'] = RANGE.exec(range.text) ?? [];
  const [from, to, by] = [Number(first), Number(last), Number(step)];
  if (first === '' || to < from || by < 1 || to > 0x7fffffff) {
    return refuse(
      range,
      `"${range.text}" is no range`,
      'Write it as in "0-255" or "0-254/2", the lower end first',
    );
  }
  const count = Math.floor((to - from) / by) + 1;
  if (count > MOST) {
    return refuse(range, `$GENERATE makes ${count} records`, `Make at most ${MOST} with one, or use several`);
  }
  const data = words.at(-1);
  const head = words.slice(0, -1).map(asWritten);
  // In BIND the data is one word, and quotes only hold it together.
  const tail = data?.quoted && words.length < 6 ? data.text.replaceAll('\\"', '"') : asWritten(data ?? range);
  return ok(linesOf([...head, tail].join(' '), from, to, by));
}

const USAGE = 'Write it as in "$GENERATE 1-100 host$ A 192.0.2.$"';
const RANGE = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/;

function* linesOf(template: string, from: number, to: number, by: number): Generator<Result<string>> {
  for (let value = from; value <= to; value += by) yield fill(template, value);
}

/** Matches an escape, a dollar, or the place of a number. */
const PLACE = /\\.|\$\$|\$(?:\{([^}]*)\}?)?/gs;
const MODIFIER = /^([+-]?\d{1,10})(?:,(\d{1,3})(?:,([doxXnN]))?)?$/;

function fill(template: string, value: number): Result<string> {
  let problem: string | undefined;
  const line = template.replace(PLACE, (match: string, modifier: string | undefined) => {
    if (match.startsWith('\\')) return match;
    if (match === '$$') return '\\$';
    if (modifier === undefined && match === '$') return String(value);
    const [, offset, width = '0', base = 'd'] = match.endsWith('}')
      ? (MODIFIER.exec(modifier ?? '') ?? [])
      : [];
    const shifted = value + Number(offset);
    if (offset === undefined)
      problem = `"${match}" is no modifier of $GENERATE, as "\${offset,width,base}" is`;
    else if (shifted < 0) problem = `"${match}" comes to less than 0 for ${value}`;
    else return formatted(shifted, Number(width), base);
    return '';
  });
  return problem === undefined ? ok(line) : fail(problem);
}

function formatted(value: number, width: number, base: string): string {
  if (base === 'n' || base === 'N') return nibbles(value, width, base === 'N');
  const radix = base === 'd' ? 10 : base === 'o' ? 8 : 16;
  const digits = value.toString(radix).padStart(width, '0');
  return base === 'X' ? digits.toUpperCase() : digits;
}

/** Prints nibbles, the lowest first, with dots between them; the width counts the dots too. */
function nibbles(value: number, width: number, isUpper: boolean): string {
  let text = '';
  let rest = value;
  for (;;) {
    const digit = (rest & 15).toString(16);
    text += isUpper ? digit.toUpperCase() : digit;
    rest >>>= 4;
    if (rest === 0 && text.length >= width) return text;
    text += '.';
    if (rest === 0 && text.length >= width) return text;
  }
}

/** A word with its quotes. */
function asWritten({ text, quoted }: Token): string {
  return quoted ? `"${text}"` : text;
}
