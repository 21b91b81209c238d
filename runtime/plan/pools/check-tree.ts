/**
 * Reads the health check of a pool: one check, or several that count together (`all`, `any`, `atLeast`, `not`), which may
 * hold others. Each record follows what of it is about that record.
 */
import type { DataReader, Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { type Combining, combine } from '../../health/combination.ts';
import type { CheckDefaults } from '../../health/target.ts';
import type { RecordSet } from '../plan.ts';
import { type CheckedOf, readSingleCheck } from './targets.ts';

/** Single checks in one tree, and how deep it is at most. */
const MOST_CHECKS = 32;
const MOST_DEPTH = 4;
const COMBINING: readonly Combining[] = ['all', 'any', 'atLeast', 'not'];

/** Reads a check, and returns what it probes; `undefined` if there is a problem. */
export function readCheck(
  value: unknown,
  path: string,
  sets: readonly RecordSet[],
  reader: DataReader,
  defaults: CheckDefaults,
): CheckedOf | undefined {
  return new TreeReader(sets, reader, defaults).read(value, path, 0);
}

class TreeReader {
  readonly #sets: readonly RecordSet[];
  readonly #reader: DataReader;
  readonly #defaults: CheckDefaults;
  #checks = 0;

  constructor(sets: readonly RecordSet[], reader: DataReader, defaults: CheckDefaults) {
    this.#sets = sets;
    this.#reader = reader;
    this.#defaults = defaults;
  }

  read(value: unknown, path: string, depth: number): CheckedOf | undefined {
    const check = this.#reader.fields(value, path);
    const type = COMBINING.find((key) => check[key] !== undefined);
    if (type !== undefined) return this.#combined(type, check, path, depth);
    this.#checks += 1;
    if (this.#checks === MOST_CHECKS + 1)
      this.#reader.refuse(path, `Is one check more than the ${MOST_CHECKS} that may count together`);
    if (this.#checks > MOST_CHECKS) return undefined;
    return readSingleCheck(check, path, this.#sets, this.#reader, this.#defaults);
  }

  #combined(type: Combining, check: Fields, path: string, depth: number): CheckedOf | undefined {
    if (depth === MOST_DEPTH) return this.#reader.refuse(path, `Is inside of ${MOST_DEPTH} others already`);
    const holding = type === 'atLeast' ? 'of' : type;
    const known = new Set([type, holding]);
    for (const key of Object.keys(check).slice(0, MOST_CHECKS)) {
      if (check[key] === undefined || known.has(key)) continue;
      this.#reader.refuse(keyPath(path, key), `Does not stand beside "${type}"; the checks inside say it`);
    }
    const at = keyPath(path, holding);
    const parts = type === 'not' ? [check.not] : check[holding];
    if (!Array.isArray(parts) || parts.length === 0 || parts.length > MOST_CHECKS)
      return this.#reader.refuse(at, `Must be an array of 1 to ${MOST_CHECKS} checks`);
    const read = parts.map((part, index) =>
      this.read(part, type === 'not' ? at : keyPath(at, index), depth + 1),
    );
    const need = this.#need(type, check, path, parts.length);
    if (need === undefined || !read.every((part) => part !== undefined)) return undefined;
    return (rrtype, rdata) => {
      const of = read.flatMap((part) => part(rrtype, rdata) ?? []);
      // What says nothing of this record takes no part.
      return of.length === 0 ? undefined : combine(type, Math.min(need, of.length), of);
    };
  }

  #need(type: Combining, check: Fields, path: string, count: number): number | undefined {
    if (type === 'atLeast') return this.#reader.whole(check.atLeast, keyPath(path, 'atLeast'), 1, count);
    return type === 'all' ? count : 1;
  }
}
