/** The mappings of a source map (ECMA-426 §9.2), once text was put into lines of the script that they are for. */
import type { Insertion } from './narrow-reads.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Each digit of a number in base 64 has five bits of it, and one that says whether another follows. */
const BITS = 5;
const MORE = 1 << BITS;

/** `mappings` for `script` with insertions, which come in order. */
export function withColumnsMoved(mappings: string, script: string, insertions: readonly Insertion[]): string {
  if (insertions.length === 0) return mappings;
  const lines = mappings.split(';');
  let [line, start] = [0, 0];
  for (let next = 0; next < insertions.length; line += 1) {
    const newline = script.indexOf('\n', start);
    const end = newline < 0 ? script.length : newline;
    const here: { column: number; length: number }[] = [];
    for (
      let insertion = insertions[next];
      insertion !== undefined && insertion.at <= end;
      insertion = insertions[next]
    ) {
      here.push({ column: insertion.at - start, length: insertion.text.length });
      next += 1;
    }
    if (here.length > 0 && lines[line] !== undefined) lines[line] = moved(lines[line] ?? '', here);
    start = end + 1;
  }
  return lines.join(';');
}

/** What stands where something is put in, or behind it, moves. */
function moved(line: string, here: readonly { readonly column: number; readonly length: number }[]): string {
  let [column, before] = [0, 0];
  const segments = line.split(',').map((segment) => {
    if (segment === '') return segment;
    const { value, rest } = numberIn(segment);
    column += value;
    const now = here.reduce((sum, each) => (each.column <= column ? sum + each.length : sum), column);
    const text = textOf(now - before) + rest;
    before = now;
    return text;
  });
  return segments.join(',');
}

/** The first number of a segment, and what follows. */
function numberIn(segment: string): { readonly value: number; readonly rest: string } {
  let [bits, shift, at] = [0, 0, 0];
  for (let digit = MORE; (digit & MORE) !== 0; at += 1) {
    digit = DIGITS.indexOf(segment[at] ?? 'A');
    bits |= (digit & (MORE - 1)) << shift;
    shift += BITS;
  }
  return { value: bits & 1 ? -(bits >> 1) : bits >> 1, rest: segment.slice(at) };
}

/** The sign comes last among the bits. */
function textOf(value: number): string {
  let [bits, text] = [value < 0 ? (-value << 1) | 1 : value << 1, ''];
  do {
    const digit = bits & (MORE - 1);
    bits >>>= BITS;
    text += DIGITS[bits > 0 ? digit | MORE : digit];
  } while (bits > 0);
  return text;
}
