/** Finds record types by number, by mnemonic, and by a property of their rows. */
import type { RdataTarget, RecordType } from './record-type.ts';
import { RECORD_TYPES } from './record-types.ts';

type Rows = typeof RECORD_TYPES;
type Mnemonic = keyof Rows;

/** Mnemonic → number. */
export const RRTYPE = Object.fromEntries(
  Object.entries(RECORD_TYPES).map(([mnemonic, { number }]) => [mnemonic, number]),
) as { readonly [M in Mnemonic]: Rows[M]['number'] };

const ROWS: readonly (readonly [mnemonic: string, row: RecordType])[] = Object.entries(RECORD_TYPES);
const TEXTS = new Map(ROWS.map(([mnemonic, { number }]) => [number, mnemonic]));
const TYPES = new Map(ROWS.map(([mnemonic, { number }]) => [mnemonic, number]));

/** The rows of all types, by number. */
export const RECORD_TYPE_ROWS: ReadonlyMap<number, RecordType> = new Map(
  ROWS.map(([, row]) => [row.number, row]),
);

/** Numbers of the types for whose row `holds` is truthy. */
export function typesWhich(holds: (row: RecordType) => unknown): ReadonlySet<number> {
  return new Set([...RECORD_TYPE_ROWS.values()].filter(holds).map(({ number }) => number));
}

/** Reads a mnemonic in any case, or `TYPE123` (RFC 3597 §5). */
export function typeFromText(text: string): number | undefined {
  const upper = text.toUpperCase();
  const known = TYPES.get(upper);
  if (known !== undefined) return known;
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  const type = Number(digits);
  return digits !== undefined && type <= 0xffff ? type : undefined;
}

/** The mnemonic of a type, or `TYPE123` if it is not listed here (RFC 3597 §5). */
export function typeToText(type: number): string {
  return TEXTS.get(type) ?? `TYPE${type}`;
}

/** Whether a zone can have records of this type: not 0, a pseudo type or a question type (RFC 6895 §3.1). */
export function isDataType(type: number): boolean {
  return type !== 0 && IS_PSEUDO[type] !== 1 && !(type >= 128 && type <= 255);
}

/** Whether its data are an address, which a client can connect to. */
export function isAddressType(type: number): boolean {
  return type === RRTYPE.A || type === RRTYPE.AAAA;
}

/** By type, up to the highest of them. Each question is looked up here, and an array is found faster than a set. */
const IS_PSEUDO = Uint8Array.from(
  { length: 1 + Math.max(...typesWhich(({ isPseudo }) => isPseudo)) },
  (_, type) => (RECORD_TYPE_ROWS.get(type)?.isPseudo === true ? 1 : 0),
);

/**
 * Where in RDATA of a type the name stands that a client will query next; `undefined` where there is none.
 */
export function targetOfType(type: number): RdataTarget | undefined {
  return type < TARGETS.length ? TARGETS[type] : undefined;
}

/** Targets by type. The types with a target are old and have small numbers. */
const TARGETS = Array.from(
  { length: 1 + Math.max(...typesWhich(({ target }) => target)) },
  (_, type) => RECORD_TYPE_ROWS.get(type)?.target,
);
