/**
 * The fields of each type's RDATA, from its row. A type without an entry has only the generic form (RFC 3597
 * §5).
 */
import type { RecordType } from '../iana/record-type.ts';
import { RECORD_TYPES } from '../iana/record-types.ts';
import { CODECS, type Codec } from './codecs.ts';
import type { Field, RdataFormat } from './field.ts';

type CodecName = keyof typeof CODECS;
type FieldText = CodecName | `${CodecName} ${string}`;

/** The type checks that rows name existing codecs. */
const ROWS: Readonly<Record<string, RecordType & { readonly fields?: readonly FieldText[] }>> = RECORD_TYPES;

export const FORMATS: ReadonlyMap<number, RdataFormat> = new Map(
  Object.values(ROWS).flatMap(({ number, fields }): [number, RdataFormat][] =>
    fields === undefined ? [] : [[number, fields.map(fieldOf)]],
  ),
);

function fieldOf(text: FieldText): Field {
  const blank = text.indexOf(' ');
  const codec: Codec = CODECS[(blank < 0 ? text : text.slice(0, blank)) as CodecName];
  return codec(text.slice(blank + 1));
}
