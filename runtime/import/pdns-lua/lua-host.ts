/** One LUA record while it is translated: its type and TTL, and the pools that it makes. */
import type { CheckDraft, PlanDraft, PoolDraft } from '../draft.ts';
import type { PoolBook } from '../pool-book.ts';
import type { ImportReport, SourcePlace } from '../report.ts';
import { wordsOf } from '../zone-source.ts';
import { LuaBeyond } from './lua-tree.ts';

export class LuaHost {
  readonly place: SourcePlace;
  readonly type: string;
  readonly #ttl: number;
  readonly #name: string;
  readonly #pools: PoolBook;
  readonly #report: ImportReport;

  constructor(
    record: {
      readonly place: SourcePlace;
      readonly type: string;
      readonly ttl: number;
      readonly name: string;
    },
    pools: PoolBook,
    report: ImportReport,
  ) {
    this.place = record.place;
    this.type = record.type;
    this.#ttl = record.ttl;
    this.#name = record.name;
    this.#pools = pools;
    this.#report = report;
  }

  /** All of these values, under a name that the script has for them, or else that of the record. */
  pool(
    values: readonly string[],
    more: {
      readonly name?: string | undefined;
      readonly check?: CheckDraft;
      readonly whenDown?: 'empty';
    } = {},
  ): PlanDraft {
    if (values.length === 0) return { kind: 'nodata' };
    const { name, check, whenDown } = more;
    const base = { '@': 'apex', '*': 'any' }[this.#name] ?? this.#name.replace(/^\*\./, 'any.');
    const data =
      this.type === 'TXT'
        ? values.map((value) => (value.startsWith('"') ? wordsOf(value).join('') : value))
        : values;
    const pool: PoolDraft = {
      records: { [this.type]: data },
      ttl: this.#ttl,
      ...(check && { check }),
      ...(whenDown && { whenDown }),
    };
    const suffix = this.type === 'AAAA' ? '-v6' : '';
    const origin = `LUA ${this.type} (line ${this.place.line})`;
    return this.#pools.plan(
      name === undefined ? [base, base + suffix] : [name, `${base}-${name}`],
      origin,
      pool,
    );
  }

  /** A pool for each value, for plans that choose among pools. */
  each(
    values: readonly string[],
    checkOf: (value: string) => CheckDraft | undefined = () => undefined,
  ): PlanDraft[] {
    return values.map((value) => {
      const check = checkOf(value);
      return this.pool([value], check && { check });
    });
  }

  /** Checks need addresses to connect to. */
  requireAddresses(what: string): void {
    if (this.type !== 'A' && this.type !== 'AAAA') {
      throw new LuaBeyond(`${what} of a record of the type ${this.type} checks no addresses`);
    }
  }

  changed(why: string, instead: string, remedy: string): void {
    this.#tell('changed', why, instead, remedy);
  }

  note(why: string, instead: string, remedy: string): void {
    this.#tell('note', why, instead, remedy);
  }

  #tell(kind: 'changed' | 'note', why: string, instead: string, remedy: string): void {
    this.#report.add(kind, this.place, { what: `LUA ${this.type} of ${this.#name}`, why, instead, remedy });
  }
}
