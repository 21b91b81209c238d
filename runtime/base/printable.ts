/**
 * Makes foreign text (an error of a policy, a line of its file, a name) fit for a terminal. There, control
 * characters move the cursor, hide text or run functions of the terminal, characters of writing direction
 * disguise text, and a line break begins a line that looks like dnsteer's own.
 */

/** Control characters but tabs and line feeds, characters of writing direction, and other line breaks. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_OR_BREAK = /(?!\t)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
/** Unprintable characters that JSON.stringify does not escape. */
const UNPRINTABLE_IN_JSON = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
/** Keys whose texts have several lines. */
const WITH_LINES: ReadonlySet<string> = new Set(['stack']);

/** What is between a scheme and the last `@` of an authority, in the forms that `URL` takes for one. */
const USER = /(\bhttps?:[/\\]*|:\/\/)([^\s/?#\\]+)(?=@)/gi;

/** The text on one line, with each unprintable character in the form `\u001b`. */
export function printableLine(text: string): string {
  return text.replace(UNPRINTABLE_OR_BREAK, written);
}

/**
 * The same for a text of several lines. Callers use {@link indented} so that no line looks like dnsteer's
 * own.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, written);
}

/** A text whose lines after the first are indented. */
export function indented(text: string, by = '  | '): string {
  return text.replaceAll('\n', `\n${by}`);
}

/** Equivalent JSON that is fit for a terminal. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, written);
}

/** Data of plain objects and arrays with each text on one line; stacks keep their lines. */
export function printableData<T>(data: T): T;
export function printableData(data: unknown): unknown {
  if (typeof data === 'string') return printableLine(data);
  if (Array.isArray(data)) return data.map((part: unknown) => printableData(part));
  if (typeof data !== 'object' || data === null) return data;
  const parts = Object.entries(data).map(([key, part]: [string, unknown]) => {
    const hasLines = typeof part === 'string' && WITH_LINES.has(key);
    return [printableLine(key), hasLines ? printable(part) : printableData(part)] as const;
  });
  return Object.fromEntries(parts);
}

/** The text with an asterisk for each character of users and passwords in URLs, so that columns stay the same. */
export function withoutPasswords(text: string): string {
  return text.replace(USER, (_, before: string, hidden: string) => before + '*'.repeat(hidden.length));
}

function written(found: string): string {
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
