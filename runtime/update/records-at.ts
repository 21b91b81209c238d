/**
 * The dynamic records of a name while an update changes them. Each step takes the same time however many records there are: an
 * update may have thousands, all of them for one name, and its author need not be a friend.
 */
import { dataKey } from '../wire/record-key.ts';
import type { DynamicRecord, DynamicRecords } from './dynamic-record.ts';

class RecordsAt {
  readonly #records = new Map<string, DynamicRecord>();
  /** By type. RFC 2181 §5.2: the records of a set have one TTL. */
  readonly #sets = new Map<number, { ttl: number; count: number }>();

  constructor(records: readonly DynamicRecord[]) {
    for (const record of records) this.put(record);
  }

  get types(): Iterable<number> {
    return this.#sets.keys();
  }

  has(type: number, rdata: Uint8Array): boolean {
    return this.#records.has(dataKey(type, rdata));
  }

  /** Adds a record and gives its set its TTL. One that is there with the same TTL stays as it is. */
  put(record: DynamicRecord): void {
    const { type, ttl, rdata } = record;
    const key = dataKey(type, rdata);
    const set = this.#sets.get(type) ?? { ttl, count: 0 };
    const isThere = this.#records.has(key);
    if (!isThere || set.ttl !== ttl) this.#records.set(key, record);
    this.#sets.set(type, set);
    set.ttl = ttl;
    if (!isThere) set.count += 1;
  }

  remove(type: number, rdata: Uint8Array): void {
    const set = this.#sets.get(type);
    if (set === undefined || !this.#records.delete(dataKey(type, rdata))) return;
    set.count -= 1;
    if (set.count === 0) this.#sets.delete(type);
  }

  removeSets(isMeant: (type: number) => boolean): void {
    const gone = new Set([...this.#sets.keys()].filter(isMeant));
    if (gone.size === 0) return;
    for (const [key, { type }] of this.#records) if (gone.has(type)) this.#records.delete(key);
    for (const type of gone) this.#sets.delete(type);
  }

  list(): DynamicRecord[] {
    return [...this.#records.values()].map((record) => {
      const ttl = this.#sets.get(record.type)?.ttl ?? record.ttl;
      return record.ttl === ttl ? record : { ...record, ttl };
    });
  }
}

/** All dynamic records of a zone while an update changes some of them. */
export class RecordsDraft {
  readonly #before: DynamicRecords;
  readonly #changed = new Map<string, RecordsAt>();

  constructor(before: DynamicRecords) {
    this.#before = before;
  }

  /** The records of a name, by {@link nameKey}. */
  at(name: string): RecordsAt {
    const here = this.#changed.get(name) ?? new RecordsAt(this.#before.get(name) ?? []);
    this.#changed.set(name, here);
    return here;
  }

  records(): DynamicRecords {
    const after = new Map(this.#before);
    for (const [name, here] of this.#changed) {
      const list = here.list();
      if (list.length === 0) after.delete(name);
      else after.set(name, list);
    }
    return after;
  }
}
