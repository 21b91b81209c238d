/**
 * The fields of a place, each with one row. Locations and sets of fields (geo/location.ts), the settings of a
 * network (config/schema.ts), and the client that a policy reads (sandbox/prelude/query.ts), which
 * types/policy.d.ts describes, follow from these rows.
 */
export type FieldKind =
  /** `complaint` ends the sentence "Setting "x" …". */
  | { readonly kind: 'text'; readonly complaint: string; readonly form?: RegExp }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'flag' };

export const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] as const;

export const PLACE_FIELDS = {
  /** An ISO 3166-1 alpha-2 code in upper case. */
  country: { kind: 'text', complaint: 'must be two capital letters, such as "DE"', form: /^[A-Z]{2}$/ },
  continent: { kind: 'word', words: CONTINENTS },
  /** An ISO 3166-2 code without the country. */
  region: { kind: 'text', complaint: 'must be a text' },
  city: { kind: 'text', complaint: 'must be a text' },
  /** Degrees north. */
  latitude: { kind: 'number', least: -90, most: 90 },
  /** Degrees east. */
  longitude: { kind: 'number', least: -180, most: 180 },
  /** Whether the country is a member of the European Union. */
  eu: { kind: 'flag' },
  /** The name of an IANA time zone. */
  timeZone: { kind: 'text', complaint: 'must be an IANA time zone' },
  /** The number of the autonomous system that announces the network (RFC 6793): whose network it is, wherever it is. */
  asn: { kind: 'number', least: 1, most: 4_294_967_295 },
  /** Who has that number, as the data call them. */
  organization: { kind: 'text', complaint: 'must be a text' },
} as const satisfies Readonly<Record<string, FieldKind>>;

export type PlaceField = keyof typeof PLACE_FIELDS;

export const PLACE_FIELD_NAMES = Object.keys(PLACE_FIELDS) as readonly PlaceField[];

type ValueOf<K> = K extends { kind: 'word'; words: readonly (infer Word)[] }
  ? Word
  : K extends { kind: 'number' }
    ? number
    : K extends { kind: 'flag' }
      ? boolean
      : string;

/** The value of a field. */
export type PlaceValue<F extends PlaceField> = ValueOf<(typeof PLACE_FIELDS)[F]>;
