/**
 * A zone that is being transferred here: the whole zone (RFC 5936 §2.2), or the changes to the version held
 * (RFC 1995 §4). The second record shows which of the two it is.
 *
 *     AXFR: SOA, everything else, SOA
 *     IXFR: SOA, then for each step: old SOA, removed records, new SOA, added records; SOA
 */
import { CLASS } from '../wire/iana/class.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ClassedRecord, Message } from '../wire/message.ts';
import { isAtOrBelow, namesEqual, type WireName } from '../wire/name.ts';
import { soaFromRdata, soaIn } from '../wire/rdata/soa.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { recordKey } from '../wire/record-key.ts';

export type Taken = 'more' | 'done' | { readonly problem: string };

/** Records by owner, type and RDATA in canonical form, which identify a record (RFC 4034 §6.2). */
type Records = Map<string, ResourceRecord>;

export class IncomingZone {
  readonly #origin: WireName;
  /** The records of the version held, for IXFR. */
  readonly #before: readonly ResourceRecord[] | undefined;
  #state: 'first' | 'second' | 'all' | 'remove' | 'add' | 'done' = 'first';
  #serial = 0;
  #records: Records = new Map();
  #first: ResourceRecord | undefined;
  /** The serial of the version that the steps so far have led to. */
  #step: number | undefined;

  constructor(origin: WireName, before?: readonly ResourceRecord[]) {
    this.#origin = origin;
    this.#before = before;
    this.#step = serialIn(before ?? []);
  }

  /** The records of the zone, once it is complete; `undefined` if the version held is the newest. */
  get records(): ResourceRecord[] | undefined {
    return this.#state === 'done' ? [...this.#records.values()] : undefined;
  }

  /** How many records there are so far. */
  get count(): number {
    return this.#records.size;
  }

  get serial(): number {
    return this.#serial;
  }

  take({ answers }: Message): Taken {
    for (const record of answers) {
      if (this.#state === 'done') return { problem: 'it goes on behind the end of the zone' };
      const problem = this.#takeRecord(record);
      if (problem !== undefined) return { problem };
    }
    if (this.#state === 'done') return 'done';
    if (this.#state === 'first') return { problem: 'it sends no records' };
    // RFC 1995 §2: the SOA alone means that there is no newer version.
    if (this.#state === 'second' && this.#before !== undefined && this.#serial === this.#step) return 'done';
    return 'more';
  }

  #takeRecord(record: ClassedRecord): string | undefined {
    if (record.class !== CLASS.IN) return 'it sends records of another class';
    if (!isAtOrBelow(record.owner, this.#origin)) return 'it sends records of another zone';
    const serial = this.#soaSerial(record);
    switch (this.#state) {
      case 'first':
        if (serial === undefined) return 'it does not begin with the SOA';
        this.#serial = serial;
        this.#first = record;
        this.#state = 'second';
        return undefined;
      case 'second':
        if (serial === undefined || this.#before === undefined) return this.#begin(record, serial);
        if (serial === this.#serial) return this.#begin(record, serial);
        if (serial !== this.#step) return 'its changes do not begin with the version held here';
        for (const one of this.#before) this.#records.set(recordKey(one), one);
        this.#state = 'remove';
        return this.#remove(record);
      case 'all':
        if (serial === undefined) this.#records.set(recordKey(record), plain(record));
        else if (serial !== this.#serial) return 'its last SOA is not the first';
        else this.#state = 'done';
        return undefined;
      case 'remove':
        if (serial === undefined) return this.#remove(record);
        this.#state = 'add';
        this.#step = serial;
        this.#records.set(recordKey(record), plain(record));
        return undefined;
      case 'add':
        return this.#add(record, serial);
      case 'done':
        return 'it goes on behind the end of the zone';
      default:
        return this.#state satisfies never;
    }
  }

  #begin(record: ClassedRecord, serial: number | undefined): string | undefined {
    if (this.#first !== undefined) this.#records.set(recordKey(this.#first), plain(this.#first));
    this.#state = 'all';
    // A zone with only its SOA has no use; check.ts finds that.
    if (serial !== undefined) return this.#takeRecord(record);
    this.#records.set(recordKey(record), plain(record));
    return undefined;
  }

  #remove(record: ResourceRecord): string | undefined {
    return this.#records.delete(recordKey(record)) ? undefined : 'it removes a record that is not there';
  }

  #add(record: ClassedRecord, serial: number | undefined): string | undefined {
    if (serial === undefined) {
      this.#records.set(recordKey(record), plain(record));
      return undefined;
    }
    if (serial !== this.#step) return 'its changes do not follow one another';
    if (serial === this.#serial) {
      this.#state = 'done';
      return undefined;
    }
    this.#state = 'remove';
    return this.#remove(record);
  }

  #soaSerial({ type, owner, rdata }: ResourceRecord): number | undefined {
    return type === RRTYPE.SOA && namesEqual(owner, this.#origin) ? soaFromRdata(rdata)?.serial : undefined;
  }
}

/** The serial of the SOA among the records. */
export function serialIn(records: readonly ResourceRecord[]): number | undefined {
  return soaIn(records)?.serial;
}

function plain({ owner, type, ttl, rdata }: ResourceRecord): ResourceRecord {
  return { owner, type, ttl, rdata };
}
