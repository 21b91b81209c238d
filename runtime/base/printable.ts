/**
 * Text from elsewhere (what a policy throws, a line of its file, a name) made fit for a terminal,
 * where control characters move the cursor, hide what stands there or run what it offers, those
 * of writing direction show one thing for another, and a line break begins what looks like a row of ours.
 */

/** Control characters, those of writing direction, and what else breaks lines: all but tabs, and but line feeds. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_OR_BREAK = /(?!\t)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
/** What JSON.stringify leaves as it is. */
const UNPRINTABLE_IN_JSON = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
/** In data, texts that have lines. */
const WITH_LINES: ReadonlySet<string> = new Set(['stack']);

/** The text, on one line, with each such character as `\u001b`. */
export function printableLine(text: string): string {
  return text.replace(UNPRINTABLE_OR_BREAK, written);
}

/** The same for a text of several lines. Its caller keeps its lines from looking like ours: {@link indented}. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, written);
}

/** A text of which every line but the first is set off. */
export function indented(text: string, by = '  | '): string {
  return text.replaceAll('\n', `\n${by}`);
}

/** JSON that says the same, fit for a terminal as well. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, written);
}

/** On one line each, all texts in data made of plain objects and arrays; stacks have their lines. */
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

function written(found: string): string {
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
