/**
 * Text from elsewhere (what a policy throws, a line of its file, a name) made fit for a terminal,
 * where control characters move the cursor, hide what stands there or run what it offers, and those
 * of writing direction show one thing for another.
 */

/** All but line breaks and tabs. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** The text with each such character as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for every text in data made of plain objects and arrays. */
export function printableData<T>(data: T): T;
export function printableData(data: unknown): unknown {
  if (typeof data === 'string') return printable(data);
  if (Array.isArray(data)) return data.map((part: unknown) => printableData(part));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, part]) => [printable(key), printableData(part)]));
}
