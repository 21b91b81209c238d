/** The types that exist at a name, as bits in windows of 256 types (RFC 4034 §4.1.2). */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { typeFromText, typeToText } from '../iana/rrtype.ts';
import type { Field } from './field.ts';

/** A list of one type or more. */
export function someTypes(what: string): Field {
  const any = anyTypes(what);
  return {
    what: `${what}…`,
    shape: 'other',
    parse(fields, out) {
      if (fields.hasMore) any.parse(fields, out);
      else fields.field(what);
    },
    print(rdata) {
      if (rdata.remaining === 0) rdata.fail();
      return any.print(rdata);
    },
  };
}

/** A list of types that may be empty, as in NSEC3 (RFC 5155 §7.1) and CSYNC. */
export function anyTypes(what: string): Field {
  return {
    what: `[${what}…]`,
    shape: 'other',
    parse(fields, out) {
      const types = new Set<number>();
      while (fields.hasMore) {
        const { text } = fields.field(what);
        const type = typeFromText(text);
        if (type === undefined)
          fields.refuse(`The ${what} "${text}" is no type of records such as A or TYPE123`);
        else types.add(type);
      }
      writeTypes(types, out);
    },
    print: (rdata) => readWindows(rdata).map(typeToText).join(' '),
  };
}

/** Writes the bitmap of types, which may come in any order and more than once. */
export function writeTypes(types: Iterable<number>, out: ByteWriter): void {
  const sorted = Uint16Array.from(types).sort();
  for (let at = 0; at < sorted.length; ) {
    const window = (sorted[at] ?? 0) >> 8;
    let length = 0;
    bits.fill(0);
    for (; at < sorted.length && (sorted[at] ?? 0) >> 8 === window; at++) {
      const type = sorted[at] ?? 0;
      const octet = (type & 0xff) >> 3;
      bits[octet] = (bits[octet] ?? 0) | (0x80 >> (type & 7));
      length = octet + 1;
    }
    out.u8(window);
    out.u8(length);
    for (let octet = 0; octet < length; octet++) out.u8(bits[octet] ?? 0);
  }
}

/** Scratch memory: no call leaves anything in it for another. */
const bits = new Uint8Array(32);

function readWindows(rdata: ByteReader): number[] {
  const types: number[] = [];
  let last = -1;
  while (rdata.remaining > 0) {
    const window = rdata.u8();
    const octets = rdata.take(rdata.u8());
    // Windows increase, none is empty, and none ends in octets without a bit.
    if (window <= last || octets.length > 32 || !octets.at(-1)) rdata.fail();
    last = window;
    for (const [at, octet] of octets.entries()) {
      for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) types.push(window * 256 + at * 8 + bit);
    }
  }
  return types;
}
