/** What a script knows without a query: strings, numbers, tables; and answers, which are plans. */
import type { DecisionDraft } from '../draft.ts';
import { LuaBeyond } from './lua-tree.ts';

export type LuaValue = string | number | boolean | undefined | LuaTable | LuaAnswer;

export interface LuaTable {
  readonly kind: 'table';
  /** What stands in order. */
  readonly items: readonly LuaValue[];
  readonly keyed: ReadonlyMap<string, LuaValue>;
  /** The name that the script gave it. */
  readonly name?: string;
}

export interface LuaAnswer {
  readonly kind: 'answer';
  readonly decision: DecisionDraft;
}

export function isTable(value: LuaValue): value is LuaTable {
  return typeof value === 'object' && value.kind === 'table';
}

/** The strings of a table, or one alone. */
export function stringsOf(value: LuaValue, what: string): readonly string[] {
  const items = isTable(value) ? value.items : [value];
  return items.map((item) => {
    if (typeof item === 'string') return item;
    throw new LuaBeyond(`${what} are no list of texts that is known without a query`);
  });
}

/** Tables of a table. */
export function tablesOf(value: LuaValue, what: string): readonly LuaTable[] {
  if (isTable(value) && value.items.length + value.keyed.size > 0) {
    const tables = value.items.filter(isTable);
    if (tables.length === value.items.length) return tables;
  }
  throw new LuaBeyond(`${what} are no table of tables`);
}

/** Pairs of a weight and a value. */
export function weightsOf(value: LuaValue): readonly (readonly [weight: number, text: string])[] {
  return tablesOf(value, 'weights').map(({ items: [weight, text] }) => {
    const number = Number(weight);
    if (typeof text !== 'string' || !Number.isInteger(number) || number < 0) {
      throw new LuaBeyond('weights are no pairs of a whole number and a text');
    }
    return [number, text];
  });
}

/** A named value of a table of options; a number or a text. */
export function optionOf(options: LuaValue, key: string): string | number | undefined {
  const value = isTable(options) ? options.keyed.get(key) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
