/** Slots: what was written for a question is found for it, and for no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_SLOT, PacketSlots, SLOT, WORD } from '../../../runtime/answer/replies/packet-slots.ts';
import { Query } from '../../../runtime/wire/query.ts';
import { name } from '../../support/wire.ts';

const NAMES = ['a.example', 'b.example', 'a.b.example', `${'x'.repeat(60)}.example`];
const STAMP = 7;

const keys: fc.Arbitrary<Key> = fc.record({
  name: fc.constantFrom(...NAMES),
  type: fc.constantFrom(1, 28),
  needs: fc.nat(2),
  place: fc.integer({ min: -1, max: 1 }),
  outcome: fc.nat(2),
  stamp: fc.constantFrom(STAMP, STAMP + 1),
});
interface Key {
  readonly name: string;
  readonly type: number;
  readonly needs: number;
  readonly place: number;
  readonly outcome: number;
  readonly stamp: number;
}

function turnTo(slots: PacketSlots, key: Key): void {
  const query = new Query();
  const wire = name(key.name);
  query.name.set(wire);
  query.nameLength = wire.length;
  query.type = key.type;
  slots.begin(query, key.stamp);
  slots.choose(key.needs, key.place, key.outcome);
}

for (const size of [2, 64, 1024]) {
  test(`Of ${size} slots, what is found is what was written last for the very same`, () => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 200 }), (writes) => {
        const slots = new PacketSlots(size);
        const written = new Map<string, number>();
        for (const [index, key] of writes.entries()) {
          turnTo(slots, key);
          const found = slots.find();
          if (found !== NO_SLOT)
            assert.equal(slots.words[found + WORD.SIZE], written.get(JSON.stringify(key)));
          const slot = slots.claim();
          if (slot === NO_SLOT) continue;
          slots.words[slot + WORD.SIZE] = index;
          written.set(JSON.stringify(key), index);
          assert.equal(slots.find(), slot);
        }
      }),
    );
  });
}

test('There is always a slot for what was written under another stamp, and in time one among those in use', () => {
  const slots = new PacketSlots(2);
  const key = { name: 'a.example', type: 1, needs: 0, place: 0, outcome: 0, stamp: STAMP };
  const claims = Array.from({ length: 40 }, (_, place) => {
    turnTo(slots, { ...key, place });
    return slots.claim() !== NO_SLOT;
  });
  assert.deepEqual(claims.slice(0, 2), [true, true]);
  const later = claims.slice(2).filter(Boolean).length;
  assert.ok(later > 0 && later < 10, `${later} were given up`);
  turnTo(slots, { ...key, stamp: STAMP + 1 });
  assert.notEqual(slots.claim(), NO_SLOT);
});

for (const words of Object.values(SLOT)) {
  test(`What lies in a slot of ${words} words does not reach into the next`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.nat(6 * words), (text, octets) => {
        const slots = new PacketSlots(4, words);
        const length = name(text).length;
        turnTo(slots, { name: text, type: 1, needs: 0, place: 0, outcome: 0, stamp: STAMP });
        const slot = slots.claim();
        assert.equal(slot % words, 0);
        const end = 4 * (slot + words);
        assert.equal(slots.hasRoom(length, octets), slots.contentAt(slot) + octets <= end);
        assert.equal(8 * (slots.sharesAt(slot) + 16), end);
        assert.equal(slots.hasRoomForShares(length, 16), slots.contentAt(slot) <= 8 * slots.sharesAt(slot));
        assert.equal(slots.hasRoomForShares(length, 17), false);
      }),
    );
  });
}

test('A memory follows another to what was chosen there', () => {
  const [small, large] = [new PacketSlots(4), new PacketSlots(4, SLOT.LARGE)];
  const key = { name: 'a.example', type: 1, needs: 1, place: 3, outcome: 2, stamp: STAMP };
  turnTo(small, key);
  large.follow(small);
  const slot = large.claim();
  turnTo(small, { ...key, outcome: 1 });
  large.follow(small);
  assert.equal(large.find(), NO_SLOT);
  turnTo(small, key);
  large.follow(small);
  assert.equal(large.find(), slot);
});
