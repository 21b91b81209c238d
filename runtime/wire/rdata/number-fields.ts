/** Numbers in RDATA, and fields stored as numbers: times, mnemonics, moments and types. */
import { typeFromText, typeToText } from '../iana/rrtype.ts';
import type { Field } from './field.ts';

export function u8(what: string): Field {
  return {
    what,
    shape: 1,
    parse: (fields, out) => out.u8(fields.number(what, 0xff)),
    print: (rdata) => String(rdata.u8()),
  };
}

export function u16(what: string): Field {
  return {
    what,
    shape: 2,
    parse: (fields, out) => out.u16(fields.number(what, 0xffff)),
    print: (rdata) => String(rdata.u16()),
  };
}

export function u32(what: string): Field {
  return {
    what,
    shape: 4,
    parse: (fields, out) => out.u32(fields.number(what, 0xffffffff)),
    print: (rdata) => String(rdata.u32()),
  };
}

/** Seconds, read with units or without. */
export function time(what: string): Field {
  return { ...u32(what), parse: (fields, out) => out.u32(fields.time(what)) };
}

/** An 8-bit number that may be written by its name. */
export function named8(what: string, names: Readonly<Record<string, number>>): Field {
  return { ...u8(what), parse: (fields, out) => out.u8(fields.named(what, names, 0xff)) };
}

/** A 16-bit number that may be written by its name. */
export function named16(what: string, names: Readonly<Record<string, number>>): Field {
  return { ...u16(what), parse: (fields, out) => out.u16(fields.named(what, names, 0xffff)) };
}

/** A type of records, by mnemonic or as `TYPE123`. */
export function rrtype(what: string): Field {
  return {
    what,
    shape: 2,
    parse(fields, out) {
      const { text } = fields.field(what);
      const type = typeFromText(text);
      if (type === undefined)
        fields.refuse(`The ${what} "${text}" is no type of records such as A or TYPE123`);
      out.u16(type ?? 0);
    },
    print: (rdata) => typeToText(rdata.u16()),
  };
}

/**
 * A moment: `YYYYMMDDHHmmSS` in UTC, or seconds since 1970, which have fewer than 14 digits (RFC 4034 §3.2).
 */
export function moment(what: string): Field {
  return {
    what,
    shape: 4,
    parse(fields, out) {
      const { text } = fields.field(what);
      const seconds = /^\d{14}$/.test(text) ? secondsOf(text) : /^\d{1,10}$/.test(text) ? Number(text) : -1;
      if (seconds >= 0 && seconds <= 0xffffffff) return out.u32(seconds);
      fields.refuse(`The ${what} "${text}" is no time; write YYYYMMDDHHmmSS, or seconds since 1970`);
    },
    print: (rdata) => new Date(rdata.u32() * 1000).toISOString().slice(0, 19).replaceAll(/\D/g, ''),
  };
}

/** Seconds since 1970; -1 if there is no such day or time of day. */
function secondsOf(digits: string): number {
  const [year, month, day, hour, minute, second] = digits.match(/^\d{4}|\d\d/g) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(iso);
  return !Number.isNaN(date.valueOf()) && date.toISOString() === iso ? date.valueOf() / 1000 : -1;
}
