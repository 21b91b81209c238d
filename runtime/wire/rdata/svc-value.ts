/**
 * The values of SVCB parameters. Each is a character string first (RFC 9460 §2.1: quotes and
 * escapes are resolved), then the codec of its key reads it; lists are split at commas, and `\,` and
 * `\\` within an item stand for a comma and a backslash (RFC 9460 appendix A.1).
 */

import { isUtf8 } from 'node:buffer';
import { addressToText, parseIpv6 } from '../../base/net/ip.ts';
import { toBase64 } from '../../base/octets-text.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { INVALID_KEY, SVC_PARAM, svcParamFromText, svcParamToText } from '../iana/svc-param.ts';
import { quote, unescapeText } from '../text-field.ts';
import { ipv4FromText } from './address-fields.ts';

/** Reads and prints values of one key. `latin1` strings below hold one octet in each character. */
interface ValueCodec {
  parse(latin1: string): Result<Uint8Array>;
  /** `undefined` if the octets are no value of this key. */
  print(octets: Uint8Array): string | undefined;
}

/** Reads a value; the text of a key without `=` is `undefined`. */
export function svcValueFromText(key: number, name: string, text: string | undefined): Result<Uint8Array> {
  // RFC 9460 §2.1: "keyNNNNN" is followed by the octets themselves, whatever the key.
  const codec = name.startsWith('key') ? opaque : codecOf(key);
  const octets = unescapeText(text ?? '');
  if (!octets.ok) return octets;
  if (codec === opaque && codecOf(key) === opaque) return octets;
  const value = codec.parse(Buffer.from(octets.value).toString('latin1'));
  if (!value.ok) return value;
  return svcValueToText(key, value.value) === undefined
    ? fail('Value is not what this parameter wants')
    : value;
}

/** Prints a value, `''` for an empty one; `undefined` if the octets are no value of this key. */
export function svcValueToText(key: number, octets: Uint8Array): string | undefined {
  return key === INVALID_KEY ? undefined : codecOf(key).print(octets);
}

const opaque: ValueCodec = {
  parse: (latin1) => ok(octetsOf(latin1)),
  print: (octets) => (octets.length === 0 ? '' : quote(octets)),
};

const empty: ValueCodec = {
  parse: (latin1) => (latin1 === '' ? ok(new Uint8Array(0)) : fail('It takes no value')),
  print: (octets) => (octets.length === 0 ? '' : undefined),
};

/** A list of increasing keys, without "mandatory" itself (RFC 9460 §8). */
const mandatory: ValueCodec = {
  parse(latin1) {
    const keys = new Set<number>();
    for (const name of latin1.split(',')) {
      const key = svcParamFromText(name);
      if (key === undefined) return fail(`"${name}" is no parameter`);
      if (key === SVC_PARAM.mandatory) return fail('It does not list itself');
      if (keys.has(key)) return fail(`"${name}" is listed twice`);
      keys.add(key);
    }
    const inOrder = [...keys].sort((a, b) => a - b);
    return ok(Uint8Array.from(inOrder.flatMap((key) => [key >> 8, key & 0xff])));
  },
  print(octets) {
    const keys: number[] = [];
    for (let at = 0; at < octets.length; at += 2) keys.push((octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0));
    const increasing = keys.every((key, at) => key > (keys[at - 1] ?? SVC_PARAM.mandatory));
    if (octets.length === 0 || octets.length % 2 !== 0 || !increasing) return undefined;
    return keys.map(svcParamToText).join(',');
  },
};

/** Protocol ids of 1 to 255 octets, each after its length (RFC 9460 §7.1.1). */
const alpn: ValueCodec = {
  parse(latin1) {
    const ids = splitList(latin1);
    if (ids === undefined) return fail('Backslash is followed by neither a comma nor a backslash');
    if (ids.some((id) => id === '' || id.length > 255)) return fail('Protocol ids are 1 to 255 octets long');
    return ok(octetsOf(ids.map((id) => String.fromCharCode(id.length) + id).join('')));
  },
  print(octets) {
    const ids: string[] = [];
    for (let at = 0; at < octets.length; ) {
      const end = at + 1 + (octets[at] ?? 0);
      if (end === at + 1 || end > octets.length) return undefined;
      ids.push(latin1Of(octets.subarray(at + 1, end)).replaceAll(/[\\,]/g, '\\$&'));
      at = end;
    }
    return ids.length === 0 ? undefined : quote(octetsOf(ids.join(',')));
  },
};

const port: ValueCodec = {
  parse(latin1) {
    const value = /^\d{1,5}$/.test(latin1) ? Number(latin1) : Number.NaN;
    return value <= 0xffff
      ? ok(Uint8Array.of(value >> 8, value & 0xff))
      : fail('It is a number from 0 to 65535');
  },
  print: ({ 0: high, 1: low, length }) => (length === 2 ? String((high ?? 0) * 256 + (low ?? 0)) : undefined),
};

/** One address or more (RFC 9460 §7.3). */
function hints(family: 4 | 6, read: (text: string) => Uint8Array | undefined): ValueCodec {
  const size = family === 4 ? 4 : 16;
  return {
    parse(latin1) {
      const addresses = latin1.split(',').map(read);
      const known = addresses.filter((address) => address !== undefined);
      if (known.length < addresses.length)
        return fail(`It lists IPv${family} addresses, separated by commas`);
      return ok(new Uint8Array(Buffer.concat(known)));
    },
    print(octets) {
      if (octets.length === 0 || octets.length % size !== 0) return undefined;
      const texts: string[] = [];
      for (let at = 0; at < octets.length; at += size) {
        texts.push(addressToText({ family, bytes: octets.subarray(at, at + size) }));
      }
      return texts.join(',');
    },
  };
}

/** An ECHConfigList, in Base64 (RFC 9848 §3). */
const ech: ValueCodec = {
  parse(latin1) {
    const octets = Buffer.from(latin1, 'base64');
    if (octets.length === 0 || octets.toString('base64') !== latin1) return fail('It is written in Base64');
    return ok(new Uint8Array(octets));
  },
  print: (octets) => (octets.length === 0 ? undefined : toBase64(octets)),
};

/** A relative URI template in UTF-8 with a variable "dns" (RFC 9461 §5). */
const dohpath: ValueCodec = {
  parse: (latin1) => ok(octetsOf(latin1)),
  print(octets) {
    const isTemplate = isUtf8(octets) && /^\/.*\{[^}]*\bdns\b[^}]*\}/.test(latin1Of(octets));
    return isTemplate ? quote(octets) : undefined;
  },
};

const ipv4hint = hints(4, ipv4FromText);
const ipv6hint = hints(6, parseIpv6);

function codecOf(key: number): ValueCodec {
  switch (key) {
    case SVC_PARAM.mandatory:
      return mandatory;
    case SVC_PARAM.alpn:
      return alpn;
    case SVC_PARAM.port:
      return port;
    case SVC_PARAM.ipv4hint:
      return ipv4hint;
    case SVC_PARAM.ech:
      return ech;
    case SVC_PARAM.ipv6hint:
      return ipv6hint;
    case SVC_PARAM.dohpath:
      return dohpath;
    case SVC_PARAM['no-default-alpn']:
    case SVC_PARAM.ohttp:
      return empty;
    default:
      return opaque;
  }
}

/** Splits at commas; `\,` and `\\` stand for the second character (RFC 9460 appendix A.1). */
function splitList(latin1: string): string[] | undefined {
  const items: string[] = [];
  let item = '';
  for (let at = 0; at < latin1.length; at++) {
    let character = latin1.charAt(at);
    if (character === ',') {
      items.push(item);
      item = '';
      continue;
    }
    if (character === '\\') {
      at++;
      character = latin1.charAt(at);
      if (character !== ',' && character !== '\\') return undefined;
    }
    item += character;
  }
  return [...items, item];
}

function octetsOf(latin1: string): Uint8Array {
  return new Uint8Array(Buffer.from(latin1, 'latin1'));
}

function latin1Of(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}
