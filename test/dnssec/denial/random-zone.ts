/**
 * Random zones with labels that are easily taken for others, and what is at their names by a list that is searched
 * from end to end. Names are lists of labels below the zone's own, the lowest first; a label has a character for
 * each octet.
 */
import fc from 'fast-check';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { WireName } from '../../../runtime/wire/name.ts';
import type { ResourceRecord } from '../../../runtime/wire/record.ts';
import { RecordPack } from '../../../runtime/zone/record-pack.ts';
import { buildZone } from '../../../runtime/zone/zone.ts';
import { draftZone } from '../../../runtime/zone/zone-draft.ts';
import { imageOf } from '../../../runtime/zone/zone-image.ts';
import { rdata } from '../../support/wire.ts';
import { type Deniable, deniableOf } from './deniable.ts';

export type Labels = readonly string[];

export interface ZoneModel {
  readonly records: readonly { readonly owner: Labels; readonly type: StaticType }[];
  readonly hosts: readonly { readonly name: Labels; readonly types: readonly number[] }[];
}

const TEXTS = {
  A: '192.0.2.1',
  TXT: 'v',
  MX: '0 .',
  CAA: '0 issue ";"',
  CNAME: 't.example.',
  DNAME: 'd.example.',
  NS: 's.example.',
  DS: `1 13 2 ${'00'.repeat(32)}`,
};
export type StaticType = keyof typeof TEXTS;
export const STATIC_TYPES = Object.keys(TEXTS) as StaticType[];

const plain = fc.constantFrom('a', 'b', '*');
const nasty = fc.constantFrom(
  'A',
  'B*',
  '*a',
  '**',
  '\0',
  '\0a',
  'a\0',
  'ab',
  '\xff',
  'a\xff',
  '@',
  '[',
  '`',
  '{',
  'Z',
  'a.b',
  '\\',
  '\x80',
  'x'.repeat(63),
  `${'x'.repeat(62)}y`,
  '\xff'.repeat(63),
);
const label = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: nasty });
/** At most 3 labels of 63 octets go before the zone's own name, so that every name has room. */
export const anyLabels: fc.Arbitrary<Labels> = fc
  .array(label, { maxLength: 4 })
  .filter((labels) => labels.reduce((length, one) => length + 1 + one.length, 0) <= 240);

/** RFC 4592 §4.2 leaves open what NS at a wildcard means. */
const anyRecord = fc
  .record({ owner: anyLabels, type: fc.constantFrom(...STATIC_TYPES) })
  .filter(({ owner, type }) => owner[0] !== '*' || type !== 'NS');
const hostTypes = fc.subarray([RRTYPE.A, RRTYPE.AAAA, RRTYPE.TXT, RRTYPE.CNAME, RRTYPE.HTTPS, RRTYPE.URI]);

export const anyZone: fc.Arbitrary<ZoneModel> = fc
  .record({
    records: fc.array(anyRecord, { maxLength: 12 }),
    hosts: fc.array(fc.record({ name: anyLabels, types: hostTypes }), { maxLength: 4 }),
  })
  .map(({ records, hosts }) => ({
    records,
    hosts: hosts.filter(({ name }, at) => {
      const isTwice = hosts.slice(0, at).some((other) => isSame(other.name, name));
      return !isTwice && !new ZoneOracle({ records, hosts: [] }).isCut(name);
    }),
  }));

/** Which names a zone speaks of, and what is there, by searching all of its records and hosts. */
export class ZoneOracle {
  readonly #model: ZoneModel;
  /** All names that have records or a policy, in no order. */
  readonly owners: readonly Labels[];

  constructor({ records, hosts }: ZoneModel) {
    this.#model = { records, hosts };
    const owners = [[], ...records.map(({ owner }) => owner), ...hosts.map(({ name }) => name)];
    this.owners = owners
      .filter((owner) => this.#isVisible(owner))
      .filter((owner, at, all) => all.findIndex((other) => isSame(other, owner)) === at);
  }

  /** Whether a name delegates. */
  isCut(name: Labels): boolean {
    return name.length > 0 && name[0] !== '*' && this.#has(name, 'NS');
  }

  isHost(name: Labels): boolean {
    return this.#model.hosts.some((host) => isSame(host.name, name));
  }

  /** Whether a name has records or names below it. */
  exists(name: Labels): boolean {
    return this.owners.some((owner) => isSame(owner.slice(owner.length - name.length), name));
  }

  /** All types that are or could be at a name of the list, RRSIG and NSEC too. */
  types(name: Labels): Set<number> {
    const apex = name.length === 0 ? [RRTYPE.SOA, RRTYPE.NS] : [];
    const own = this.#model.records
      .filter(({ owner }) => isSame(owner, name))
      .map(({ type }): number => RRTYPE[type])
      .filter((type) => !this.isCut(name) || type === RRTYPE.NS || type === RRTYPE.DS);
    const possible = this.#model.hosts
      .filter((host) => isSame(host.name, name))
      .flatMap(({ types }) => types);
    return new Set<number>([...apex, ...own, ...possible, RRTYPE.RRSIG, RRTYPE.NSEC]);
  }

  #isVisible(name: Labels): boolean {
    return name.every((_, at) => {
      const above = name.slice(at + 1);
      return !this.isCut(above) && !this.#has(above, 'DNAME');
    });
  }

  #has(name: Labels, type: StaticType): boolean {
    return this.#model.records.some((record) => record.type === type && isSame(record.owner, name));
  }
}

export function isSame(a: Labels, b: Labels): boolean {
  return a.length === b.length && a.every((one, at) => lowerOf(one) === lowerOf(b[at] ?? ''));
}

/** Lower-case letters of ASCII alone. */
export function lowerOf(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function built({ records, hosts }: ZoneModel): Deniable {
  const zone = buildZone({
    origin: wireOf([]),
    records: [SOA, recordOf({ owner: [], type: 'NS' }), ...records.map(recordOf)],
    hosts: hosts.map(({ name }) => wireOf(name)),
    isSigned: true,
    attachment: undefined,
  });
  return deniableOf(
    zone,
    hosts.map(({ types }) => types),
  );
}

/** The same zone as control sends it, with its key. */
export function imageOfModel({ records, hosts }: ZoneModel, dnskey: Uint8Array): Uint8Array<ArrayBuffer> {
  const apex = [SOA, recordOf({ owner: [], type: 'NS' })];
  const key = { owner: wireOf([]), type: RRTYPE.DNSKEY, ttl: 60, rdata: dnskey };
  const names = hosts.map(({ name }) => wireOf(name));
  const pack = RecordPack.of([...apex, key, ...records.map(recordOf)]);
  return imageOf(draftZone(wireOf([]), pack, names, { isSigned: true }).tables);
}

export function wireOf(labels: Labels): WireName {
  const octets = [...labels, 'z'].map((one) => Buffer.from(String.fromCharCode(one.length) + one, 'latin1'));
  return Uint8Array.from(Buffer.concat([...octets, Buffer.alloc(1)]));
}

/** Labels below `z.`. */
export function labelsOf(name: Uint8Array): Labels {
  const labels: string[] = [];
  for (let at = 0; (name[at] ?? 0) > 0; at += 1 + (name[at] ?? 0))
    labels.push(Buffer.from(name.subarray(at + 1, at + 1 + (name[at] ?? 0))).toString('latin1'));
  return labels.slice(0, -1);
}

export const NEGATIVE_TTL = 50;
const SOA: ResourceRecord = {
  owner: wireOf([]),
  type: RRTYPE.SOA,
  ttl: 60,
  rdata: rdata('SOA', `a. b. 1 2 3 4 ${NEGATIVE_TTL}`),
};

function recordOf({ owner, type }: ZoneModel['records'][number]): ResourceRecord {
  return { owner: wireOf(owner), type: RRTYPE[type], ttl: 60, rdata: rdata(type, TEXTS[type]) };
}
