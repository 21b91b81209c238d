/** The name right after another in canonical order (RFC 4471 §3.1.2): no name fits between the two. */
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH, type WireName } from '../../wire/name.ts';

/**
 * Writes the successor of `name[0..length)`, which is in lower case and at or below the origin; returns its length.
 * The last name of a zone is followed by the zone's own.
 */
export function writeSuccessor(name: Uint8Array, length: number, origin: WireName, into: Uint8Array): number {
  if (length + 2 <= MAX_NAME_LENGTH) {
    into[0] = 1;
    into[1] = 0;
    copy(name, 0, length, into, 2);
    return length + 2;
  }
  // Nothing fits below the name: the successor is beside it, or beside a name above it.
  for (let start = 0; length - start > origin.length; start += 1 + (name[start] ?? 0)) {
    const written = writeSibling(name, start, length, into);
    if (written > 0) return written;
  }
  into.set(origin);
  return origin.length;
}

/**
 * Writes the first name after `name[start..length)`, and all below it, that differs from it in the first label only;
 * returns its length, 0 if there is none.
 */
function writeSibling(name: Uint8Array, start: number, length: number, into: Uint8Array): number {
  const labelLength = name[start] ?? 0;
  const end = start + 1 + labelLength;
  if (labelLength < MAX_LABEL_LENGTH && length - start < MAX_NAME_LENGTH) {
    copy(name, start, end, into, 0);
    into[0] = labelLength + 1;
    into[labelLength + 1] = 0;
    copy(name, end, length, into, labelLength + 2);
    return length - start + 1;
  }
  let last = labelLength;
  while (last > 0 && name[start + last] === 0xff) last--;
  if (last === 0) return 0;
  copy(name, start, start + last, into, 0);
  into[0] = last;
  into[last] = octetAfter(name[start + last] ?? 0);
  copy(name, end, length, into, last + 1);
  return last + 1 + length - end;
}

/** Capital letters stand where small ones do (RFC 4034 §6.1). */
function octetAfter(octet: number): number {
  return octet === 0x40 ? 0x5b : octet + 1;
}

function copy(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  for (let octet = start; octet < end; octet++) into[at + octet - start] = from[octet] ?? 0;
}
