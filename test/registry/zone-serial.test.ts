/** Serials of SOAs made here (RFC 1982). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextSerial, type Serial, staleSerial, watchedBasis } from '../../runtime/registry/zone-serial.ts';
import { isSerialAfter } from '../../runtime/wire/serial-number.ts';

const T = 1_795_000_000_000;

test('The serial is the second of the last change, the same on every server that has the files', () => {
  assert.equal(nextSerial(undefined, 'a', T + 999).value, T / 1000);
  const before = nextSerial(undefined, 'a', T);
  assert.equal(nextSerial(before, 'b', T + 60_000).value, nextSerial(undefined, 'b', T + 60_000).value);
});

test('While static records are as they were, so is the serial', () => {
  const before: Serial = { basis: 'a', value: 7 };
  assert.equal(nextSerial(before, 'a', T), before);
});

test('Every change makes a serial that comes after the one before, whatever the clock and the round say', () => {
  const times = fc.array(fc.nat({ max: 2 ** 33 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), times, (first, seconds) => {
      let before: Serial = { basis: 'first', value: first };
      for (const [index, second] of seconds.entries()) {
        const next = nextSerial(before, String(index), second * 1000);
        assert.ok(isSerialAfter(next.value, before.value), `${before.value} → ${next.value}`);
        before = next;
      }
    }),
  );
});

test('RFC 1982 §3.2: serials go round', () => {
  assert.ok(isSerialAfter(0, 0xffffffff));
  assert.ok(isSerialAfter(2 ** 31 - 1, 0));
  assert.ok(!isSerialAfter(2 ** 31, 0) && !isSerialAfter(0, 2 ** 31));
  assert.ok(!isSerialAfter(5, 5));
});

test('Secondaries miss changes of records under an old serial, and nothing of a comment', () => {
  const of = (octets: readonly number[], value: number): Serial => ({
    basis: watchedBasis(Uint8Array.from(octets), undefined),
    value,
  });
  const problem = (before: Serial | undefined, next: Serial) => staleSerial(before, next, 'a.zone')?.message;
  assert.match(problem(of([1], 7), of([2], 7)) ?? '', /its serial is 7 still/);
  assert.match(problem(of([1], 7), of([2], 6)) ?? '', /went back from 7 to 6/);
  assert.equal(problem(of([1], 7), of([2], 8)), undefined);
  assert.equal(problem(of([1], 7), of([1], 7)), undefined, 'the file has another hash, and the same records');
  assert.equal(problem({ basis: 'files', value: 7 }, of([2], 7)), undefined, 'nobody was to see it before');
  assert.equal(problem(undefined, of([2], 7)), undefined);
});
