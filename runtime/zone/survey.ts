/** The records of a zone by name, as the rules of check.ts and check-delegation.ts ask for them. */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, type WireName } from '../wire/name.ts';
import type { CheckedHost } from './check-hosts.ts';
import type { PlacedRecord } from './place.ts';
import { nameKey } from './rrsets.ts';
import { isWildcard } from './zone-index.ts';

/** The first record of each type at a name. */
export type TypesAtName = ReadonlyMap<number, PlacedRecord>;

export class Survey {
  readonly origin: WireName;
  /** Those at or below the origin, in the order given; the others are outside. */
  readonly records: readonly PlacedRecord[];
  readonly outside: readonly PlacedRecord[];
  readonly hosts: readonly CheckedHost[];
  readonly #names = new Map<string, Map<number, PlacedRecord>>();
  readonly #hostKeys: ReadonlySet<string>;
  readonly #apex: string;
  readonly #cuts = new Map<string, PlacedRecord>();
  readonly #dnames = new Map<string, PlacedRecord>();

  constructor(origin: WireName, records: readonly PlacedRecord[], hosts: readonly CheckedHost[]) {
    this.origin = origin;
    this.records = records.filter(({ owner }) => isAtOrBelow(owner, origin));
    this.outside = records.filter(({ owner }) => !isAtOrBelow(owner, origin));
    this.hosts = hosts;
    this.#hostKeys = new Set(hosts.map(({ name }) => nameKey(name)));
    this.#apex = nameKey(origin);
    for (const record of this.records) this.#add(record, nameKey(record.owner));
  }

  /** What there is at each name that has records. */
  names(): Iterable<TypesAtName> {
    return this.#names.values();
  }

  typesAt(name: WireName): TypesAtName | undefined {
    return this.#names.get(nameKey(name));
  }

  isApex(name: WireName): boolean {
    return nameKey(name) === this.#apex;
  }

  isHost(name: WireName): boolean {
    return this.#hostKeys.has(nameKey(name));
  }

  /** An NS record of the delegation that takes a name out of this zone's authority: the highest at or above it. */
  cutOf(name: WireName): PlacedRecord | undefined {
    if (this.#cuts.size === 0) return undefined;
    let cut: PlacedRecord | undefined;
    for (const key of this.#upFrom(name)) cut = this.#cuts.get(key) ?? cut;
    return cut;
  }

  /** The DNAME record that redirects a name: the highest above it. */
  dnameAbove(name: WireName): PlacedRecord | undefined {
    if (this.#dnames.size === 0) return undefined;
    let dname: PlacedRecord | undefined;
    for (const key of this.#upFrom(name)) dname = this.#dnames.get(parentKey(key)) ?? dname;
    return dname;
  }

  /** Whether a wildcard, of records or of the policy, may stand in for a name. */
  hasWildcardFor(name: WireName): boolean {
    for (const key of this.#upFrom(name)) {
      const wildcard = `\x01*${parentKey(key)}`;
      if (this.#names.has(wildcard) || this.#hostKeys.has(wildcard)) return true;
    }
    return false;
  }

  #add(record: PlacedRecord, key: string): void {
    const types = this.#names.get(key) ?? new Map<number, PlacedRecord>();
    this.#names.set(key, types);
    if (types.has(record.type)) return;
    types.set(record.type, record);
    const delegates = record.type === RRTYPE.NS && key !== this.#apex && !isWildcard(record.owner);
    if (delegates) this.#cuts.set(key, record);
    if (record.type === RRTYPE.DNAME) this.#dnames.set(key, record);
  }

  /** The keys of a name and its ancestors below the apex. */
  *#upFrom(name: WireName): Generator<string> {
    for (let key = nameKey(name); key.length > this.#apex.length; key = parentKey(key)) yield key;
  }
}

/** A key is the wire form: the first character is the length of the first label. */
function parentKey(key: string): string {
  return key.slice(1 + key.charCodeAt(0));
}
