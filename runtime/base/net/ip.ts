/**
 * IP addresses and prefixes: parse, print, mask. IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2)
 * are IPv4 addresses from here on.
 *
 * Parsing is strict: decimal octets without leading zeros (some read those as octal), no zone
 * ids, nothing around the address. The `read…` functions fill octets the caller owns and allocate
 * nothing.
 */

/** Octets in network order: 4 or 16 of them. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** The addresses that share the first `length` bits of `address`, whose other bits are zero. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** The address a text says, or undefined where it says none. */
export function parseAddress(text: string): Address | undefined {
  const bytes = new Uint8Array(16);
  const family = readAddress(text, bytes);
  if (family === 0) return undefined;
  return { family, bytes: family === 4 ? bytes.slice(0, 4) : bytes };
}

/** Puts the address a text says into the first 4 or all 16 octets of `into`; 0 (and any octets) where it says none. */
export function readAddress(text: string, into: Uint8Array): 4 | 6 | 0 {
  return read(text, text.length, into);
}

/**
 * What a socket calls its peer: a text, and a zone id may follow (`fe80::1%eth0`); or 4 or 16 octets
 * in network order, which may be those of the socket's next peer a moment later.
 */
export type PeerAddress = string | Uint8Array;

/** As {@link readAddress}. */
export function readPeer(peer: PeerAddress, into: Uint8Array): 4 | 6 | 0 {
  if (typeof peer !== 'string') {
    into.set(peer);
    return peer.length === 4 ? 4 : 6;
  }
  const zone = peer.indexOf('%');
  return read(peer, zone === -1 ? peer.length : zone, into);
}

/** The text of a peer's address; a zone id stays with it. */
export function peerToText(peer: PeerAddress): string {
  if (typeof peer === 'string') return peer;
  return addressToText({ family: peer.length === 4 ? 4 : 6, bytes: peer });
}

/** The 16 octets of an IPv6 address exactly as written, mapped or not: what an AAAA record holds. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(16);
  return readIpv6(text, text.length, bytes) ? bytes : undefined;
}

/** `10.0.0.0/8`, or an address alone, which is a prefix of all its bits. Bits beyond the length are cleared. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const written = slash === -1 ? text : text.slice(0, slash);
  const address = parseAddress(written);
  if (address === undefined) return undefined;
  if (slash === -1) return { address, length: bitsOf(address) };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  // The length counts bits of the address as written: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const mappedBits = address.family === 4 && written.includes(':') ? 96 : 0;
  const length = Number(digits) - mappedBits;
  if (length < 0 || length > bitsOf(address)) return undefined;
  return { address: maskAddress(address, length), length };
}

/** The text of an address as RFC 5952 wants it: lower case, the longest run of zeros shortened. */
export function addressToText(address: Address): string {
  const { bytes } = address;
  if (address.family === 4) return ipv4ToText(bytes, 0);
  // RFC 5952 §5: the mixed notation where the prefix tells that IPv4 is inside.
  if (isMapped(bytes)) return `::ffff:${ipv4ToText(bytes, 12)}`;
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(octet(bytes, at) * 256 + octet(bytes, at + 1));
  const { start, length } = longestZeroRun(groups);
  // RFC 5952 §4.2.2: a single group of zeros is not shortened.
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** `10.0.0.0/8`. */
export function prefixToText(prefix: Prefix): string {
  return `${addressToText(prefix.address)}/${prefix.length}`;
}

/** The address with all bits after the first `length` cleared. */
export function maskAddress(address: Address, length: number): Address {
  const bytes = address.bytes.slice();
  maskBytes(bytes, length);
  return { family: address.family, bytes };
}

/** Whether an address begins with the bits of a prefix of its family. */
export function isInPrefix(bytes: Uint8Array, { address, length }: Prefix): boolean {
  for (let at = 0; 8 * at < length; at += 1) {
    const differs = octet(bytes, at) ^ octet(address.bytes, at);
    if ((differs & (0xff00 >> Math.min(8, length - 8 * at))) !== 0) return false;
  }
  return true;
}

/** Clears all bits after the first `length`, in place. */
export function maskBytes(bytes: Uint8Array, length: number): void {
  const whole = length >> 3;
  if (whole >= bytes.length) return;
  bytes[whole] = octet(bytes, whole) & (0xff00 >> (length & 7));
  bytes.fill(0, whole + 1);
}

/** Whether 16 octets are an IPv4 address in IPv6 clothes: ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
function isMapped(bytes: Uint8Array): boolean {
  for (let at = 0; at < 10; at++) if (bytes[at] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function read(text: string, end: number, into: Uint8Array): 4 | 6 | 0 {
  if (readIpv4(text, 0, end, into, 0)) return 4;
  if (!readIpv6(text, end, into)) return 0;
  if (!isMapped(into)) return 6;
  into.copyWithin(0, 12, 16);
  return 4;
}

/** RFC 6943 §3.1.1, the strict form: four decimal octets. */
function readIpv4(text: string, start: number, end: number, into: Uint8Array, at: number): boolean {
  let value = 0;
  let digits = 0;
  let octets = 0;
  for (let position = start; position <= end; position++) {
    const code = position === end ? DOT : text.charCodeAt(position);
    if (code === DOT) {
      if (digits === 0 || octets === 4) return false;
      into[at + octets++] = value;
      value = digits = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return false;
    value = value * 10 + digit;
    digits++;
    if (value > 255) return false;
  }
  return octets === 4;
}

/** RFC 4291 §2.2: eight groups, `::` once for one or more groups of zeros, dotted decimal at the end. */
function readIpv6(text: string, end: number, into: Uint8Array): boolean {
  let filled = 0;
  let gap = -1;
  let position = 0;
  if (text.startsWith('::')) {
    gap = 0;
    position = 2;
  }
  while (position < end) {
    const groupEnd = endOfGroup(text, position, end);
    if (groupEnd < end && text.charCodeAt(groupEnd) === DOT) {
      if (filled > 12 || !readIpv4(text, position, end, into, filled)) return false;
      filled += 4;
      break;
    }
    if (groupEnd === position || groupEnd - position > 4 || filled === 16) return false;
    const group = hexValue(text, position, groupEnd);
    into[filled++] = group >> 8;
    into[filled++] = group & 0xff;
    position = groupEnd;
    if (position === end) break;
    if (text.charCodeAt(position) !== COLON || ++position === end) return false;
    if (text.charCodeAt(position) !== COLON) continue;
    if (gap !== -1) return false;
    gap = filled;
    position++;
  }
  return gap === -1 ? filled === 16 : openGap(into, gap, filled);
}

/** Moves what follows `::` to the end and clears what it stands for. */
function openGap(into: Uint8Array, gap: number, filled: number): boolean {
  if (filled > 14) return false;
  const tail = filled - gap;
  into.copyWithin(16 - tail, gap, filled);
  into.fill(0, gap, 16 - tail);
  return true;
}

function endOfGroup(text: string, start: number, end: number): number {
  let position = start;
  while (position < end && isHexDigit(text.charCodeAt(position))) position++;
  return position;
}

function hexValue(text: string, start: number, end: number): number {
  let value = 0;
  for (let position = start; position < end; position++) {
    const code = text.charCodeAt(position);
    value = value * 16 + (code <= ZERO + 9 ? code - ZERO : (code | 0x20) - 0x61 + 10);
  }
  return value;
}

function isHexDigit(code: number): boolean {
  const letter = code | 0x20;
  return (code >= ZERO && code <= ZERO + 9) || (letter >= 0x61 && letter <= 0x66);
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    // RFC 5952 §4.2.3: of runs of one length the first is shortened.
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function ipv4ToText(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

function bitsOf(address: Address): number {
  return address.family === 4 ? 32 : 128;
}

function octet(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
