/** The order of a zone's names, by comparing each with each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalName, compareNames, nameToText, type WireName } from '../../../runtime/wire/name.ts';
import { NO_NODE } from '../../../runtime/zone/label-tree.ts';
import { RecordPack } from '../../../runtime/zone/record-pack.ts';
import { draftZone } from '../../../runtime/zone/zone-draft.ts';
import { imageOf, tablesIn } from '../../../runtime/zone/zone-image.ts';
import { ZoneIndex } from '../../../runtime/zone/zone-index.ts';
import { name, rdata } from '../../support/wire.ts';

const ORIGIN = name('z.');

/** A zone of these names, as an answer process reads it. */
function indexOf(names: readonly WireName[], isSigned = true): ZoneIndex {
  const records = names.map((owner) => ({ owner, type: RRTYPE.TXT, ttl: 60, rdata: rdata('TXT', 'v') }));
  const { tables } = draftZone(ORIGIN, RecordPack.of(records), [], { isSigned });
  return new ZoneIndex(ORIGIN, tablesIn(imageOf(tables)));
}

function namesIn(index: ZoneIndex): WireName[] {
  const room = new Uint8Array(255);
  return Array.from({ length: index.orderedCount }, (_, place) =>
    room.slice(0, index.writeName(index.nodeAt(place), room)),
  );
}

const octet = fc.oneof(fc.constantFrom(0x61, 0x41, 0, 0xff), fc.integer({ min: 0, max: 255 }));
const label = fc.array(octet, { minLength: 1, maxLength: 4 });
const sameStart = label.map((end) => [...Array<number>(63 - end.length).fill(0x61), ...end]);
const anyName = fc
  .array(fc.oneof(label, sameStart), { minLength: 1, maxLength: 3 })
  .map((labels) => Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), ...ORIGIN]));

test('Names stand in canonical order, as many siblings as there are, and each is found at its place', () => {
  fc.assert(
    fc.property(
      fc.array(anyName, { minLength: 200, maxLength: 400 }),
      fc.array(anyName, { minLength: 20 }),
      (names, others) => {
        const index = indexOf(names);
        const sorted = names
          .map(canonicalName)
          .toSorted(compareNames)
          .filter((one, at, all) => at === 0 || compareNames(one, all[at - 1] ?? ORIGIN) !== 0);
        assert.deepEqual(namesIn(index), sorted);
        for (const [place, one] of sorted.entries()) assert.equal(index.placeOf(one, one.length), place);
        for (const other of others.map(canonicalName)) {
          const after = sorted.findIndex((one) => compareNames(one, other) >= 0);
          const before = (after === -1 ? sorted.length : after) - 1;
          const isThere = compareNames(sorted[after] ?? ORIGIN, other) === 0;
          assert.equal(index.placeOf(other, other.length), isThere ? after : ~before);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('RFC 4034 §6.1: the names of its example stand in the order it gives', () => {
  const example = ['', 'a.', 'yljkjljk.a.', 'Z.a.', 'zABC.a.', 'z.', '\\001.z.', '*.z.', '\\200.z.'];
  const names = example.map((text) => name(`${text}z.`));
  assert.deepEqual(
    namesIn(indexOf(names.toReversed())).map(nameToText),
    names.map(canonicalName).map(nameToText),
  );
});

test('Names of 127 labels are in order as well', () => {
  const names = Array.from({ length: 126 }, (_, depth) => name(`${'a.'.repeat(depth)}z.`));
  assert.deepEqual(namesIn(indexOf(names.toReversed())), names);
  const last = names.at(-1) ?? ORIGIN;
  assert.equal(indexOf(names).placeOf(last, last.length), 125);
});

test('A zone that is not signed has no order, and its image grows by the length of nothing', () => {
  const index = indexOf([name('a.z.')], false);
  assert.equal(index.orderedCount, 0);
  assert.equal(index.nodeAt(0), NO_NODE);
});
