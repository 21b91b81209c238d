/**
 * One zone as answer processes serve it: its records and the names a policy decides. A zone never
 * changes; a new zone replaces it as a whole.
 *
 * Its records have passed check.ts; records with an error are a bug here.
 */
import { assert } from '../base/assert.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { canonicalName, type WireName } from '../wire/name.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { RecordPack } from './record-pack.ts';
import { draftZone } from './zone-draft.ts';
import { tablesIn, type ZoneImage, type ZoneTables } from './zone-image.ts';
import { APEX, ZoneIndex } from './zone-index.ts';

export interface ZoneParts<P> {
  readonly origin: WireName;
  /** Records, SOA and NS included. Duplicates are dropped, and all records of a set get its lowest TTL. */
  readonly records: Iterable<ResourceRecord>;
  /** Names that a policy decides, wildcards too. `Lookup.hostIndex` is an index into this list. */
  readonly hosts: readonly WireName[];
  /** Whether the zone is to deny as signed zones do; by default it is not. */
  readonly isSigned?: boolean;
  /** Data that the serving code attaches to the zone. */
  readonly attachment: P;
}

export interface Zone<P> {
  /** In lower case. */
  readonly origin: WireName;
  readonly attachment: P;
  readonly soa: RRset;
  readonly ns: RRset;
  /** The TTL of the SOA in negative answers (RFC 2308 §3): the lower of its TTL and its minimum. */
  readonly negativeTtl: number;
  /** For lookup.ts. */
  readonly index: ZoneIndex;
}

/** Builds a zone from records and hosts. */
export function buildZone<P>({ origin, records, hosts, isSigned, attachment }: ZoneParts<P>): Zone<P> {
  const draft = draftZone(origin, RecordPack.of(records), hosts, { isSigned: isSigned ?? false });
  assert(draft.outside.length === 0, 'All names are in the zone');
  return openZone(draft.origin, draft.tables, attachment);
}

/** A zone with the records of another, for a name whose own are not known. */
export function zoneLike<P>(
  { soa, ns, negativeTtl, index }: Zone<unknown>,
  origin: WireName,
  attachment: P,
): Zone<P> {
  return new ServedFrom(canonicalName(origin), { soa, ns, negativeTtl, index }, attachment);
}

/** Opens a zone from its finished tables. */
export function openZone<P>(origin: WireName, tables: ZoneTables, attachment: P): Zone<P> {
  const lower = canonicalName(origin);
  return new ServedFrom(lower, open(lower, tables), attachment);
}

/**
 * A zone whose tables are opened once somebody asks for its records: of a hundred thousand zones most are never asked for,
 * and the tables of each are two dozen objects, which V8 visits again and again.
 */
export function zoneOfImage<P>(origin: WireName, image: ZoneImage, attachment: P): Zone<P> {
  return new ServedFrom(canonicalName(origin), image, attachment);
}

type Opened = Pick<Zone<unknown>, 'soa' | 'ns' | 'negativeTtl' | 'index'>;

class ServedFrom<P> implements Zone<P> {
  readonly origin: WireName;
  readonly attachment: P;
  #image: ZoneImage | undefined;
  #opened: Opened | undefined;

  constructor(origin: WireName, from: ZoneImage | Opened, attachment: P) {
    this.origin = origin;
    this.attachment = attachment;
    this.#image = from instanceof Uint8Array ? from : undefined;
    this.#opened = from instanceof Uint8Array ? undefined : from;
  }

  get soa(): RRset {
    return (this.#opened ?? this.#open()).soa;
  }

  get ns(): RRset {
    return (this.#opened ?? this.#open()).ns;
  }

  get negativeTtl(): number {
    return (this.#opened ?? this.#open()).negativeTtl;
  }

  get index(): ZoneIndex {
    return (this.#opened ?? this.#open()).index;
  }

  #open(): Opened {
    assert(this.#image !== undefined, 'It has an image or was open from the beginning');
    this.#opened = open(this.origin, tablesIn(this.#image));
    this.#image = undefined;
    return this.#opened;
  }
}

function open(origin: WireName, tables: ZoneTables): Opened {
  const index = new ZoneIndex(origin, tables);
  const soa = index.rrset(APEX, RRTYPE.SOA);
  const ns = index.rrset(APEX, RRTYPE.NS);
  assert(soa !== undefined && ns !== undefined, 'A zone has SOA and NS');
  const minimum = soaFromRdata(soa.rdatas[0] ?? new Uint8Array())?.minimum;
  assert(minimum !== undefined && soa.rdatas.length === 1, 'A zone has one SOA');
  return { soa, ns, negativeTtl: Math.min(soa.ttl, minimum), index };
}
