/** Addresses and identifiers of a fixed length. */
import { addressToText, parseAddress, parseIpv6 } from '../../base/net/ip.ts';
import { type Field, wordField } from './field.ts';

export function ipv4(what: string): Field {
  return wordField(what, 4, 'IPv4 address such as 192.0.2.10', ipv4FromText, ipv4ToText);
}

export function ipv6(what: string): Field {
  return wordField(what, 16, 'IPv6 address such as 2001:db8::10', parseIpv6, ipv6ToText);
}

/** An EUI-48 or EUI-64: pairs of hexadecimal digits joined by hyphens (RFC 7043 §3.2 and §4.2). */
export function eui(what: string, octets: 6 | 8): Field {
  const example = ['00', '00', '5e', 'ef', '10', '00', '00', '2a'].slice(0, octets).join('-');
  const pairs = new RegExp(`^([0-9a-f]{2}-){${octets - 1}}[0-9a-f]{2}$`, 'i');
  return wordField(
    what,
    octets,
    `identifier such as ${example}`,
    (word) => (pairs.test(word) ? octetsOfHex(word.replaceAll('-', '')) : undefined),
    (value) => hexOf(value).replaceAll(/(..)(?=.)/g, '$1-'),
  );
}

/** A locator of 64 bits, as four groups of hexadecimal digits (RFC 6742 §2.1). */
export function locator64(what: string): Field {
  return wordField(
    what,
    8,
    'group of four such as 2001:db8:1140:1000',
    (word) => {
      const isLocator = /^([0-9a-f]{1,4}:){3}[0-9a-f]{1,4}$/i.test(word);
      if (!isLocator) return undefined;
      return octetsOfHex(
        word
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join(''),
      );
    },
    (value) => hexOf(value).replaceAll(/(....)(?=.)/g, '$1:'),
  );
}

/**
 * The four octets of an IPv4 address; `undefined` for a mapped one (`::ffff:192.0.2.10`), which A does not
 * allow.
 */
export function ipv4FromText(text: string): Uint8Array | undefined {
  return text.includes(':') ? undefined : parseAddress(text)?.bytes;
}

function ipv4ToText(bytes: Uint8Array): string {
  return addressToText({ family: 4, bytes });
}

function ipv6ToText(bytes: Uint8Array): string {
  return addressToText({ family: 6, bytes });
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

function octetsOfHex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
