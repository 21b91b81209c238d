/** Names in RDATA. Three kinds differ only in what others may do with them: see embedded-names.ts. */
import type { ByteReader } from '../../base/bytes.ts';
import { nameLengthAt, nameToText, ROOT, type WireName } from '../name.ts';
import type { Field, Shape } from './field.ts';

/** RFC 3597 §4: a name in a type of RFC 1035, which may be compressed. */
export function compressibleName(what: string): Field {
  return nameField(what, 'compressible name');
}

/** RFC 3597 §4 and RFC 4034 §6.2: never written compressed, but in lower case in canonical form. */
export function foldedName(what: string): Field {
  return nameField(what, 'folded name');
}

/** A name in a type younger than that: its octets are as good as any. */
export function opaqueName(what: string): Field {
  return nameField(what, 'other');
}

/** Reads an uncompressed name from RDATA. */
export function readName(rdata: ByteReader): WireName {
  const length = nameLengthAt(rdata.bytes, rdata.position);
  if (length === undefined) {
    rdata.fail();
    return ROOT;
  }
  return rdata.take(length);
}

function nameField(what: string, shape: Shape): Field {
  return {
    what,
    shape,
    parse: (fields, out) => out.write(fields.name(what)),
    print: (rdata) => nameToText(readName(rdata)),
  };
}
