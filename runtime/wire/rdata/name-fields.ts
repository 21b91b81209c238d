/** Names in RDATA. Three kinds differ only in compression and canonical form: see embedded-names.ts. */
import type { ByteReader } from '../../base/bytes.ts';
import { nameLengthAt, nameToText, ROOT, type WireName } from '../name.ts';
import type { Field, Shape } from './field.ts';

/** A name in a type of RFC 1035, which may be compressed (RFC 3597 §4). */
export function compressibleName(what: string): Field {
  return nameField(what, 'compressible name');
}

/**
 * A name that is never written compressed, and is in lower case in canonical form (RFC 3597 §4, RFC 4034
 * §6.2).
 */
export function foldedName(what: string): Field {
  return nameField(what, 'folded name');
}

/** A name in a younger type: canonical form keeps its case. */
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
