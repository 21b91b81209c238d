/**
 * The work of parsing JSON, estimated from its characters beforehand: what counts is how many values there
 * are, not how long they are. Parsing 65 000 characters of text takes a tenth of a millisecond, 65 000
 * characters of objects that each have another key take three. The estimate takes a nanosecond for each
 * character.
 */

/** Parts of a message from a sandbox: 256 choices, 512 values and 1024 reads fit; parsing takes 0.7 ms. */
export const MOST_PARTS = 8192;
/** Parts of a message around its decision. */
const ENVELOPE = 64;

/** Weights in parts: an object may need a new shape, and a key a place in V8's table. */
const OBJECT = 3;
const KEY = 2;
const OTHER = 1;

/** Parts of a JSON text: an object counts as three, a key as two. Of other texts the number means nothing. */
export function jsonParts(json: string): number {
  return mostParts(json, 0);
}

/** Whether data from JSON has at most {@link MOST_PARTS} parts; the look ends with the first one more. */
export function isOfFewParts(data: unknown): boolean {
  return partsLeft(data, MOST_PARTS) >= 0;
}

function partsLeft(data: unknown, most: number): number {
  if (typeof data !== 'object' || data === null) return most;
  let left = most;
  if (Array.isArray(data)) {
    left -= Math.max(OTHER, data.length * OTHER);
    for (let index = 0; index < data.length && left >= 0; index++) left = partsLeft(data[index], left);
    return left;
  }
  left -= OBJECT - OTHER;
  for (const key in data) {
    left -= KEY + OTHER;
    if (left < 0) return left;
    left = partsLeft(data[key as keyof typeof data], left);
  }
  return left;
}

/** Whether a JSON text has few enough parts to be parsed. */
export function isParsable(json: string): boolean {
  return jsonParts(json) <= MOST_PARTS + ENVELOPE;
}

/** Whether no message of a frame, which is an array of messages, has too many parts. */
export function isFrameParsable(json: string): boolean {
  return mostParts(json, 1) <= MOST_PARTS + ENVELOPE;
}

/** The largest number of parts between two commas at `depth`. */
function mostParts(json: string, depth: number): number {
  let most = 0;
  let parts = 0;
  let level = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case OPEN_OBJECT:
        parts += OBJECT;
        level++;
        break;
      case OPEN_ARRAY:
        parts += OTHER;
        level++;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        level--;
        break;
      case COMMA:
        parts += OTHER;
        if (level > depth || depth === 0) break;
        most = Math.max(most, parts);
        parts = 0;
        break;
      case COLON:
        parts += KEY;
        break;
      default:
    }
  }
  return Math.max(most, parts);
}

/** The index of the quote that closes the string which opens at `open`, or the end. */
function endOfString(json: string, open: number): number {
  for (let at = open + 1; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return json.length;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
