/** Values of gdnsd's configuration as what they are to be. All throw {@link NotUnderstood} where they are not. */
import { NotUnderstood } from '../imported.ts';
import type { Vscf, VscfHash, VscfText } from './vscf.ts';

export function hashOf(value: Vscf, what: string): VscfHash {
  if (value.kind === 'hash') return value;
  throw new NotUnderstood(value.place, `${what} is no hash`, 'Write it as { key => value }');
}

export function textOf(value: Vscf, what: string): VscfText {
  if (value.kind === 'text') return value;
  throw new NotUnderstood(value.place, `${what} is no string`, 'Write one string');
}

/** An array; a single value stands for an array of one (gdnsd.config(5)). */
export function vscfItems(value: Vscf): readonly Vscf[] {
  return value.kind === 'array' ? value.items : [value];
}

export function textsOf(value: Vscf, what: string): readonly string[] {
  return vscfItems(value).map((item) => textOf(item, what).text);
}

export function hashAt(hash: VscfHash, key: string): VscfHash | undefined {
  const value = hash.entries.get(key);
  return value && hashOf(value, `"${key}"`);
}

export function textAt(hash: VscfHash, key: string): string | undefined {
  const value = hash.entries.get(key);
  return value && textOf(value, `"${key}"`).text;
}

export function numberAt(hash: VscfHash, key: string): number | undefined {
  const value = hash.entries.get(key);
  return value && numberOf(value, `"${key}"`);
}

export function numberOf(value: Vscf, what: string): number {
  const { text, place } = textOf(value, what);
  if (!/^[-+]?\d+(?:\.\d*)?$/.test(text))
    throw new NotUnderstood(place, `${what} "${text}" is no number`, 'Write a number');
  return Number(text);
}

export function flagAt(hash: VscfHash, key: string): boolean {
  const text = textAt(hash, key)?.toLowerCase();
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw new NotUnderstood(hash.place, `"${key}" is neither true nor false`, 'Write true or false');
}

/** A hash with keys that it does not have itself taken from those around it, the nearest last. */
export function inherit(hash: VscfHash, keys: readonly string[], ...around: readonly VscfHash[]): VscfHash {
  const entries = new Map<string, Vscf>();
  for (const outer of around) {
    for (const key of keys) {
      const value = outer.entries.get(key);
      if (value !== undefined) entries.set(key, value);
    }
  }
  for (const [key, value] of hash.entries) entries.set(key, value);
  return { ...hash, entries };
}
