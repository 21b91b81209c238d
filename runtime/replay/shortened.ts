/** Texts of recordings that are kept, and therefore short. */

const MOST_CHARACTERS = 300;

/** The first characters of a text, which is let go: to V8 a part of a text is a view of all of it. */
export function shortened(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${Buffer.from(text.slice(0, MOST_CHARACTERS)).toString()}…`;
}
