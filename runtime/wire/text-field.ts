/**
 * Splits presentation format into words (RFC 1035 §5.1). Words keep their escapes, because the meaning of an
 * escape depends on the field: `\.` in a name is part of a label; `\,` in a list of SVCB values does not end
 * the item.
 */
import { fail, ok, type Result } from '../base/result.ts';

/** One word. A quoted word loses its quotes; quotes inside a word (`alpn="h2,h3"`) stay. */
export interface TextField {
  readonly text: string;
  readonly quoted: boolean;
}

/** A field and where the text goes on behind it. */
export interface FoundField {
  readonly field: TextField;
  readonly end: number;
}

const UTF8 = new TextEncoder();

/** Splits a record value from a policy into its words. */
export function splitFields(text: string): Result<TextField[]> {
  const fields: TextField[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isBlank(text, at)) at++;
    if (at === text.length) return ok(fields);
    if (endsWord(text, at)) {
      return fail(`Character "${text.charAt(at)}" is for zone files only; quote the text it is in`);
    }
    const found = readField(text, at);
    if (!found.ok) return found;
    fields.push(found.value.field);
    at = found.value.end;
  }
}

/** Reads the word that begins at `start`, where there is neither a blank nor a comment nor a parenthesis. */
export function readField(text: string, start: number): Result<FoundField> {
  if (text.charAt(start) === '"') {
    const close = closingQuote(text, start);
    if (close === undefined) return fail('Quote is not closed');
    return ok({ field: { text: text.slice(start + 1, close), quoted: true }, end: close + 1 });
  }
  let at = start;
  while (at < text.length && !endsWord(text, at)) {
    if (text.charAt(at) === '"') {
      const close = closingQuote(text, at);
      if (close === undefined) return fail('Quote is not closed');
      at = close + 1;
    } else {
      at += text.charAt(at) === '\\' ? 2 : 1;
    }
  }
  if (at > text.length) return fail('Backslash at the end escapes nothing');
  return ok({ field: { text: text.slice(start, at), quoted: false }, end: at });
}

/** Resolves `\DDD` and `\X`; other characters become UTF-8 (RFC 1035 §5.1). */
export function unescapeText(text: string): Result<Uint8Array> {
  if (!text.includes('\\')) return ok(encoded(text));
  const octets = new Uint8Array(3 * text.length);
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const escaped = readEscape(text, at);
    if (escaped === undefined) {
      // The text between two escapes is encoded in one call.
      const next = text.indexOf('\\', at);
      const end = next === -1 ? text.length : next;
      length += UTF8.encodeInto(text.slice(at, end), octets.subarray(length)).written;
      at = end;
    } else {
      if (!escaped.ok) return escaped;
      octets[length++] = escaped.value.octet;
      at = escaped.value.end;
    }
  }
  return ok(octets.slice(0, length));
}

/** The text in UTF-8. For a short text a call out of JavaScript would take longer than all the rest. */
function encoded(text: string): Uint8Array {
  if (text.length > SHORT) return UTF8.encode(text);
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return UTF8.encode(text);
    octets[at] = code;
  }
  return octets;
}

const SHORT = 64;

/** The octet of the escape at `at`, and where the text goes on; `undefined` if there is no escape. */
export function readEscape(text: string, at: number): Result<{ octet: number; end: number }> | undefined {
  if (text.charAt(at) !== '\\') return undefined;
  const digits = /^\d{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (digits !== undefined) {
    const octet = Number(digits);
    if (digits.length < 3 || octet > 255) {
      return fail(`Escape "\\${digits}" is no octet; write three digits from 000 to 255`);
    }
    return ok({ octet, end: at + 4 });
  }
  const code = text.charCodeAt(at + 1);
  if (Number.isNaN(code)) return fail('Backslash at the end escapes nothing');
  if (code > 0x7f) return fail(`Escape "${text.slice(at, at + 2)}" is no ASCII character`);
  return ok({ octet: code, end: at + 2 });
}

/** Prints octets as a quoted string (RFC 1035 §5.1). */
export function quote(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) {
    if (octet === 0x22 || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`;
    else text += octet >= 0x20 && octet <= 0x7e ? String.fromCharCode(octet) : decimalEscape(octet);
  }
  return `"${text}"`;
}

/** An octet as `\DDD`. */
export function decimalEscape(octet: number): string {
  return `\\${octet.toString().padStart(3, '0')}`;
}

/**
 * Whether a blank is at `at`. Those that are no ASCII (a no-break space) are octets of a word, as BIND and NSD have it:
 * a word would else be two.
 */
export function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Whether an unescaped, unquoted word ends at `at`. Outside a zone file only blanks end a word. */
function endsWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x3b || code === 0x28 || code === 0x29 || isBlank(text, at);
}

function closingQuote(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '"') return at;
  }
  return undefined;
}
