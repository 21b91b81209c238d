/** Versions of a zone for tests of journals: any records, serials that go on, wrap around or go back. */
import fc from 'fast-check';
import type { ResourceRecord } from '../../runtime/wire/record.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { draftZone } from '../../runtime/zone/zone-draft.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';
import { imageOf, tablesIn, type ZoneImage } from '../../runtime/zone/zone-image.ts';
import { ZoneIndex } from '../../runtime/zone/zone-index.ts';
import { typedRdata } from '../support/arbitraries.ts';
import { name } from '../support/wire.ts';

export const ZONE = 'example.com';
export const ORIGIN = name(`${ZONE}.`);

export interface Version {
  readonly serial: number;
  readonly image: ZoneImage;
  readonly records: RecordPack;
}

/** What no version changes, so that changes may be smaller than the zone. */
const CONSTANT = `@ 3600 NS ns\nns 3600 A 192.0.2.53\nbig 3600 TXT ${'"a long text that stays" '.repeat(20)}\n`;

/** A version with records beside SOA and NS. */
export function version(serial: number, others: Iterable<ResourceRecord>): Version {
  const apex = parseZone(`@ 3600 SOA ns host ${serial} 1 1 1 1\n${CONSTANT}`, { origin: ORIGIN }).records;
  const image = imageOf(draftZone(ORIGIN, RecordPack.of([...apex, ...others]), []).tables);
  return { serial, image, records: RecordPack.of(new ZoneIndex(ORIGIN, tablesIn(image)).records()) };
}

/** A version with addresses. */
export function hosts(serial: number, ...all: readonly string[]): Version {
  const text = all.map((host) => `${host} 60 A 192.0.2.1\n`).join('');
  return version(serial, parseZone(text, { origin: ORIGIN }).records);
}

/** The records of versions that follow one another: each takes some away and adds some. */
const changes = fc.record({
  serialStep: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 2, arbitrary: fc.integer({ min: 2 ** 29, max: 2 ** 31 - 1 }) },
    // A serial that stays or goes back.
    { weight: 1, arbitrary: fc.integer({ min: 2 ** 31, max: 2 ** 32 }) },
  ),
  kept: fc.array(fc.boolean(), { maxLength: 12 }),
  added: fc.array(
    fc.record({
      owner: fc.constantFrom('a', 'A', 'b', 'c.d', 'D', '*', 'long-label-that-is-compressed'),
      ttl: fc.constantFrom(0, 60, 3600),
      data: typedRdata.filter(({ type }) => type !== 6),
    }),
    { maxLength: 6 },
  ),
});

export const histories: fc.Arbitrary<Version[]> = fc
  .record({ first: fc.integer({ min: 0, max: 2 ** 32 - 1 }), steps: fc.array(changes, { maxLength: 8 }) })
  .map(({ first, steps }) => {
    let serial = first;
    let records: ResourceRecord[] = [];
    const all = [version(serial, records)];
    for (const { serialStep, kept, added } of steps) {
      serial = (serial + serialStep) >>> 0;
      records = records.filter((_, index) => kept[index] ?? true);
      for (const { owner, ttl, data } of added) {
        records.push({ owner: name(`${owner}.${ZONE}.`), ttl, type: data.type, rdata: data.rdata });
      }
      all.push(version(serial, records));
    }
    return all;
  });
