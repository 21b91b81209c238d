/**
 * Parses, prints and masks IP addresses and prefixes. IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2) become
 * IPv4 addresses here.
 *
 * Parsing is strict: decimal octets without leading zeros (some parsers read those as octal), no zone ids,
 * no text around the address. The `read…` functions fill octets that the caller owns and allocate nothing.
 */

/** An address of 4 or 16 octets in network order. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** All addresses that share the first `length` bits of `address`; the other bits of `address` are zero. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** Reads an address; `undefined` if the text is none. */
export function parseAddress(text: string): Address | undefined {
  const bytes = new Uint8Array(16);
  const family = readAddress(text, bytes);
  if (family === 0) return undefined;
  return { family, bytes: family === 4 ? bytes.slice(0, 4) : bytes };
}

/**
 * Reads an address into the first 4 or all 16 octets of `into`; returns its family, or 0 if the text is none.
 */
export function readAddress(text: string, into: Uint8Array): 4 | 6 | 0 {
  return read(text, text.length, into);
}

/**
 * The address of a socket's peer: a text, which may end in a zone id (`fe80::1%eth0`); or 4 or 16 octets in
 * network order, which the socket may overwrite with its next peer's a moment later.
 */
export type PeerAddress = string | Uint8Array;

/** Reads a peer's address as {@link readAddress} does. */
export function readPeer(peer: PeerAddress, into: Uint8Array): 4 | 6 | 0 {
  if (typeof peer !== 'string') {
    into.set(peer);
    return peer.length === 4 ? 4 : 6;
  }
  const zone = peer.indexOf('%');
  return read(peer, zone === -1 ? peer.length : zone, into);
}

/** The text of a peer's address, with its zone id. */
export function peerToText(peer: PeerAddress): string {
  if (typeof peer === 'string') return peer;
  return addressToText({ family: peer.length === 4 ? 4 : 6, bytes: peer });
}

/** The 16 octets of an IPv6 address exactly as written, mapped or not, for AAAA records. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(16);
  return readIpv6(text, text.length, bytes) ? bytes : undefined;
}

/**
 * Reads `10.0.0.0/8`, or an address alone as a prefix of all its bits. Bits beyond the length are cleared.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const bytes = new Uint8Array(16);
  const read = readPrefix(text, bytes);
  if (read === undefined) return undefined;
  const { family, length } = read;
  maskBytes(bytes, length);
  return { address: { family, bytes: family === 4 ? bytes.slice(0, 4) : bytes }, length };
}

/**
 * Reads a prefix as {@link parsePrefix} does, its address into the first 4 or all 16 octets of `into`, and with all its
 * bits. The result is read before the next call.
 */
export function readPrefix(text: string, into: Uint8Array): Readonly<typeof lastPrefix> | undefined {
  const slash = text.indexOf('/');
  const family = read(text, slash === -1 ? text.length : slash, into);
  if (family === 0) return undefined;
  lastPrefix.family = family;
  lastPrefix.length = ADDRESS_LENGTHS[family];
  if (slash === -1) return lastPrefix;
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  // The length counts the bits of the address as written: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const mappedBits = family === 4 && text.includes(':') ? 96 : 0;
  lastPrefix.length = Number(digits) - mappedBits;
  return lastPrefix.length < 0 || lastPrefix.length > ADDRESS_LENGTHS[family] ? undefined : lastPrefix;
}

const lastPrefix: { family: 4 | 6; length: number } = { family: 4, length: 0 };

/** The text of an address by RFC 5952: in lower case, with the longest run of zeros shortened. */
export function addressToText(address: Address): string {
  const { bytes } = address;
  if (address.family === 4) return ipv4ToText(bytes, 0);
  // RFC 5952 §5: mixed notation, where the prefix shows that IPv4 is inside.
  if (isMapped(bytes)) return `::ffff:${ipv4ToText(bytes, 12)}`;
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(octet(bytes, at) * 256 + octet(bytes, at + 1));
  const { start, length } = longestZeroRun(groups);
  // RFC 5952 §4.2.2: a single group of zeros is not shortened.
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** Prints a prefix as `10.0.0.0/8`. */
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

/** Whether 16 octets are an IPv4-mapped address: ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
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

/** Reads four decimal octets, the strict form of RFC 6943 §3.1.1. */
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

/** Reads eight groups, with `::` once for groups of zeros, or dotted decimal at the end (RFC 4291 §2.2). */
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

/** Moves the octets after `::` to the end and clears those that `::` stands for. */
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
    // RFC 5952 §4.2.3: the first of several longest runs is shortened.
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

function octet(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

const ADDRESS_LENGTHS = { 4: 32, 6: 128 } as const;
const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
