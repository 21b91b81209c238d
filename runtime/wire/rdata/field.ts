/**
 * RDATA is a row of fields, and a field can do two things: be read from presentation format and be
 * printed. Printing also serves as the check of octets from elsewhere: all fields of a type together
 * must consume them all and find nothing amiss.
 */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import type { FieldReader } from './field-reader.ts';

export interface Field {
  /** What problems call it. */
  readonly what: string;
  readonly shape: Shape;
  parse(fields: FieldReader, out: ByteWriter): void;
  /**
   * Fails the reader if the octets are malformed. `undefined` for what is well-formed but has no
   * text that `parse` would take: it is printed in generic form (RFC 3597 §5).
   */
  print(rdata: ByteReader): string | undefined;
}

/**
 * What those must know of a field who only look for the names in RDATA: how many octets it has, or
 * that it is a character-string, a name that takes part in compression or in the canonical form
 * (see embedded-names.ts), or anything else.
 */
export type Shape = number | 'string' | 'compressible name' | 'folded name' | 'other';

/** The fields of a type, in order. */
export type RdataFormat = readonly Field[];

/** A field of one word, whose octets have the same length whatever they say. */
export function wordField(
  what: string,
  octets: number,
  /** Ends the sentence "The field "word" is no …". */
  wanted: string,
  read: (word: string) => Uint8Array | undefined,
  print: (octets: Uint8Array) => string,
): Field {
  return {
    what,
    shape: octets,
    parse(fields, out) {
      const { text } = fields.field(what);
      const value = read(text);
      if (value === undefined) fields.refuse(`The ${what} "${text}" is no ${wanted}`);
      else out.write(value);
    },
    print: (rdata) => print(rdata.take(octets)),
  };
}
