/** The prelude is what types/policy.d.ts says: checked by the compiler, never run. */
import type { PlaceField, PlaceValue } from '../../runtime/base/place-fields.ts';
import type { install } from '../../runtime/sandbox/prelude/main.ts';
import type { RECORD_TYPES } from '../../runtime/sandbox/prelude/records.ts';
import type { RECORD_TYPES as WIRE_TYPES } from '../../runtime/wire/iana/record-types.ts';
import type { Client, CountryCode, Records, RecordType } from '../../types/policy.d.ts';

type Api = typeof import('../../types/policy.d.ts');
type Prelude = typeof import('../../runtime/sandbox/prelude/main.ts');

declare const prelude: Prelude;
export const api: Api = prelude;

/** And has nothing else to offer but what the host calls. */
export const others: Exclude<keyof Prelude, keyof Api> = 'install' satisfies (typeof install)['name'];

/** Both know the same types of records by name. */
type Typed = Exclude<keyof Records, 'ttl' | `TYPE${number}`>;
type Known = (typeof RECORD_TYPES)[number];
export const recordTypes: [Exclude<Typed, Known>, Exclude<Known, Typed>] extends [never, never]
  ? true
  : never = true;

/** A question is of a type that has a name, or of any other by its number. */
type Asked = Exclude<RecordType, `TYPE${number}`>;
type Named = keyof typeof WIRE_TYPES;
export const questionTypes: [Exclude<Asked, Named>, Exclude<Named, Asked>] extends [never, never]
  ? true
  : never = true;

/** Of its client a policy reads every field of a place, as it is known or not at all, and its address. */
type Place = { readonly [Field in PlaceField]: TypedValue<Field> | undefined };
type TypedValue<Field extends PlaceField> = Field extends 'country' ? CountryCode : PlaceValue<Field>;
type PlaceOfClient = Omit<Client, 'subnet' | 'family' | 'ip' | 'in' | 'resolver'>;
export const places: [Place, PlaceOfClient] extends [PlaceOfClient, Place] ? true : never = true;
