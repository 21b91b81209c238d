/**
 * Domain names in wire form: length-prefixed labels, the root's empty label at the end, never
 * compressed. Any octet may stand in a label; letters are compared without regard to case
 * (RFC 1035 §3.1, RFC 4343 §3).
 *
 * A length octet is at most 63 and so never looks like a letter (65 and up): a whole name can be
 * lower-cased or compared octet by octet without finding its labels first.
 */
import { domainToASCII } from 'node:url';
import { fail, ok, type Result } from '../base/result.ts';
import { decimalEscape, readEscape } from './text-field.ts';

export type WireName = Uint8Array;

/** RFC 1035 §2.3.4: the most octets of a name, the root's included, and of a label. */
export const MAX_NAME_LENGTH = 255;
export const MAX_LABEL_LENGTH = 63;

export const ROOT: WireName = new Uint8Array(1);

/** Reads a name. Relative names and `@` need an origin; without an origin the final dot may be missing. */
export function nameFromText(text: string, origin?: WireName): Result<WireName> {
  if (text === '.') return ok(ROOT);
  if (text === '@')
    return origin === undefined ? fail('Name "@" stands for an origin, and there is none') : ok(origin);
  // The loop writes each label behind the octet for its length, which stands at `start`.
  let start = 0;
  let end = 1;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (end === start + 1) return fail(`Name ${JSON.stringify(text)} has an empty label`);
      scratch[start] = end - start - 1;
      start = end++;
      at++;
    } else {
      const read = isPlain(code) ? undefined : readOctet(text, at);
      if (read?.ok === false) return read;
      scratch[end++] = read?.value.octet ?? code;
      at = read?.value.end ?? at + 1;
      if (end - start - 1 > MAX_LABEL_LENGTH)
        return fail(`Name ${JSON.stringify(text)} has a label over 63 octets`);
    }
    if (end > MAX_NAME_LENGTH + 1) return fail(`Name ${JSON.stringify(text)} is over 255 octets`);
  }
  if (end === 1) return fail('Name is empty; write "." for the root');
  const isRelative = end > start + 1;
  if (isRelative) scratch[start] = end - start - 1;
  const suffix = isRelative && origin !== undefined ? origin : ROOT;
  const prefix = isRelative ? end : start;
  if (prefix + suffix.length > MAX_NAME_LENGTH)
    return fail(`Name ${JSON.stringify(text)} is over 255 octets`);
  scratch.set(suffix, prefix);
  return ok(scratch.slice(0, prefix + suffix.length));
}

/** Scratch memory: no call leaves anything in it for another. */
const scratch = new Uint8Array(MAX_NAME_LENGTH + 2);

const DOT = 0x2e;

/** Whether a character in a name stands for itself: every printable one but the backslash. */
function isPlain(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x5c;
}

/**
 * Reads a name as policies write it: absolute with or without the final dot, `@` is the zone. A single
 * label without the dot is refused, as its author nearly always means a relative name.
 */
export function absoluteNameFromText(text: string, zone: WireName): Result<WireName> {
  const name = nameFromText(text, text === '@' ? zone : undefined);
  if (!name.ok || text === '@' || text.endsWith('.') || labelCount(name.value) > 1) return name;
  const meant = nameToText(concatName(name.value, zone) ?? name.value);
  return fail(`Name "${text}" is ambiguous; write "${meant}", or "${text}." for the top-level domain`);
}

/**
 * Prints a name with its final dot and escapes octets that could be misread (RFC 1035 §5.1, RFC 4343 §2.1).
 */
export function nameToText(name: WireName): string {
  if (name.length <= 1) return '.';
  let text = '';
  for (let at = 0; at < name.length - 1; ) {
    const end = at + 1 + (name[at] ?? 0);
    for (at++; at < end; at++) text += octetToText(name[at] ?? 0);
    text += '.';
  }
  return text;
}

/** A copy in lower case (RFC 4034 §6.2). */
export function canonicalName(name: WireName): WireName {
  return name.map(lowerCase);
}

/** Compares without regard to case (RFC 4343 §3). */
export function namesEqual(a: WireName, b: WireName): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (lowerCase(a[at] ?? 0) !== lowerCase(b[at] ?? 0)) return false;
  }
  return true;
}

/** Whether `name` is `ancestor` or stands somewhere below it. */
export function isAtOrBelow(name: WireName, ancestor: WireName): boolean {
  let at = 0;
  while (name.length - at > ancestor.length) at += 1 + (name[at] ?? 0);
  return namesEqual(name.subarray(at), ancestor);
}

/** Number of labels, the root's not counted. */
export function labelCount(name: WireName): number {
  let count = 0;
  for (let at = 0; at < name.length - 1; at += 1 + (name[at] ?? 0)) count++;
  return count;
}

/** The name without its first label, which shares memory with the name; `undefined` for the root. */
export function parentName(name: WireName): WireName | undefined {
  return name.length <= 1 ? undefined : name.subarray(1 + (name[0] ?? 0));
}

/** Puts the labels of `prefix` before `suffix`; `undefined` if the name is then over 255 octets. */
export function concatName(prefix: WireName, suffix: WireName): WireName | undefined {
  const length = prefix.length - 1 + suffix.length;
  if (length > MAX_NAME_LENGTH) return undefined;
  const name = new Uint8Array(length);
  name.set(prefix.subarray(0, -1));
  name.set(suffix, prefix.length - 1);
  return name;
}

/**
 * Compares label by label from the root, as unsigned lower-case octets; a prefix sorts first (RFC 4034 §6.1).
 */
export function compareNames(a: WireName, b: WireName): number {
  const labelsOfA = labelsOf(a);
  const labelsOfB = labelsOf(b);
  for (let depth = 1; depth <= Math.min(labelsOfA.length, labelsOfB.length); depth++) {
    const order = Buffer.compare(labelsOfA.at(-depth) ?? ROOT, labelsOfB.at(-depth) ?? ROOT);
    if (order !== 0) return order;
  }
  return labelsOfA.length - labelsOfB.length;
}

/** Length of the uncompressed name that begins at `at`; `undefined` if there is none. */
export function nameLengthAt(octets: Uint8Array, at: number): number | undefined {
  let end = at;
  for (;;) {
    const length = octets[end];
    if (length === undefined || length > MAX_LABEL_LENGTH) return undefined;
    end += 1 + length;
    if (end > octets.length || end - at > MAX_NAME_LENGTH) return undefined;
    if (length === 0) return end - at;
  }
}

/** The lower-case form of an ASCII letter; any other octet is itself. */
export function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}

/** Writes the lower-case form of a name to the beginning of `into`. */
export function writeLowerCase(name: WireName, into: Uint8Array): void {
  for (let at = 0; at < name.length; at += 1) into[at] = lowerCase(name[at] ?? 0);
}

function labelsOf(name: WireName): Uint8Array[] {
  const lower = canonicalName(name);
  const labels: Uint8Array[] = [];
  for (let at = 0; at < lower.length - 1; at += 1 + (lower[at] ?? 0)) {
    labels.push(lower.subarray(at + 1, at + 1 + (lower[at] ?? 0)));
  }
  return labels;
}

function readOctet(text: string, at: number): Result<{ octet: number; end: number }> {
  const escaped = readEscape(text, at);
  if (escaped !== undefined) return escaped;
  const octet = text.charCodeAt(at);
  if (octet > 0x7f) {
    const ascii = domainToASCII(text);
    const remedy = ascii === '' ? 'write it in ASCII' : `write "${ascii}"`;
    return fail(`Name "${text}" has a character outside ASCII; ${remedy}`);
  }
  if (octet <= 0x20 || octet === 0x7f) {
    return fail(
      `Name ${JSON.stringify(text)} has a blank or control character; escape it as "${decimalEscape(octet)}"`,
    );
  }
  return ok({ octet, end: at + 1 });
}

/** Characters with a meaning of their own in a zone file. */
const SPECIAL = new Set(Buffer.from('."();@$\\'));

function octetToText(octet: number): string {
  if (SPECIAL.has(octet)) return `\\${String.fromCharCode(octet)}`;
  return octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : decimalEscape(octet);
}
