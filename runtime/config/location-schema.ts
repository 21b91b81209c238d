/** The location of a network in the settings, which may have any of the fields of a place. */
import type { z } from 'zod';
import { type FieldKind, PLACE_FIELDS, type PlaceField, type PlaceValue } from '../base/place-fields.ts';
import { choice, flag, number, section, text } from './kinds.ts';

type Shape = { readonly [Field in PlaceField]: z.ZodExactOptional<z.ZodType<PlaceValue<Field>>> };

const shape: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries<FieldKind>(PLACE_FIELDS).map(([field, kind]) => [field, schemaOf(kind).exactOptional()]),
);

export const location = section(shape as Shape);

function schemaOf(field: FieldKind) {
  switch (field.kind) {
    case 'text':
      return text(field.complaint, (written) => field.form?.test(written) ?? true);
    case 'number':
      return number(field.least, field.most);
    case 'word':
      return choice(field.words);
    case 'flag':
      return flag();
    default:
      return field satisfies never;
  }
}
