/**
 * The lines of an iCalendar file (RFC 5545 §3.1): folded ones joined, and each taken apart into name, parameters and
 * value. Own code, because libraries for it do not say on which line a thing stands.
 */

export interface CalendarLine {
  /** Counted from 1: where it begins. */
  readonly line: number;
  /** In upper case. */
  readonly name: string;
  /** By name in upper case, without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

const PARAMETER = /;([\w-]+)=("[^"]*"|[^;:",]*)(?:,(?:"[^"]*"|[^;:",]*))*/g;
const LINE = /^([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^;:",]*)(?:,(?:"[^"]*"|[^;:",]*))*)*):(.*)$/s;

/** The lines in their order; a number where a line is none, which says which. */
export function calendarLines(text: string): readonly CalendarLine[] | number {
  const lines: CalendarLine[] = [];
  for (const { line, written } of unfolded(text)) {
    const [, name, parameters = '', value = ''] = LINE.exec(written) ?? [];
    if (name === undefined) return line;
    lines.push({ line, name: name.toUpperCase(), parameters: parametersIn(parameters), value });
  }
  return lines;
}

/** The text of a value of type TEXT (RFC 5545 §3.3.11). */
export function calendarText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, escaped: string) => (/n/i.test(escaped) ? '\n' : escaped));
}

/** RFC 5545 §3.1: a line that begins with a blank goes on with the line before. Files that people wrote have a bare LF, and empty lines. */
function unfolded(text: string): { readonly line: number; written: string }[] {
  const lines: { readonly line: number; written: string }[] = [];
  for (const [index, written] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const before = lines.at(-1);
    if (/^[ \t]/.test(written) && before !== undefined) before.written += written.slice(1);
    else if (written !== '') lines.push({ line: index + 1, written });
  }
  return lines;
}

function parametersIn(written: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(written.matchAll(PARAMETER), ([, name = '', value = '']) => [
      name.toUpperCase(),
      value.replaceAll('"', ''),
    ]),
  );
}
