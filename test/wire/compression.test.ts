import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader } from '../../runtime/base/bytes.ts';
import { Compression } from '../../runtime/wire/compression.ts';
import { readCompressedName } from '../../runtime/wire/decode.ts';
import { namesEqual, nameToText, ROOT, type WireName } from '../../runtime/wire/name.ts';
import { hex, name } from '../support/wire.ts';

/** A message that holds names and nothing else, after twelve octets. */
function writeAll(names: readonly WireName[]): { octets: Uint8Array; offsets: number[] } {
  const buffer = new Uint8Array(70_000);
  const compression = new Compression(buffer);
  const offsets: number[] = [];
  let at = 12;
  for (const one of names) {
    offsets.push(at);
    at = compression.write(one, 0, at);
  }
  return { octets: buffer.subarray(0, at), offsets };
}

function readAll(octets: Uint8Array, offsets: readonly number[]): WireName[] {
  return offsets.map((offset) => readCompressedName(new ByteReader(octets, offset)));
}

test('A name that was written before becomes a pointer', () => {
  const { octets } = writeAll([name('ns1.example.'), name('ns2.example.'), name('NS1.example.'), ROOT]);
  assert.deepEqual(octets.subarray(12), hex('036e7331 076578616d706c65 00  036e7332 c010  c00c  00'));
});

test('A label is the same only below the same parent', () => {
  const names = ['a.example.', 'a.example.a.', 'a.a.', 'example.example.'].map(name);
  const { octets, offsets } = writeAll(names);
  assert.deepEqual(readAll(octets, offsets).map(nameToText), names.map(nameToText));
});

test('What is rolled back is not pointed to', () => {
  const buffer = new Uint8Array(100);
  const compression = new Compression(buffer);
  const kept = compression.write(name('a.example.'), 0, 12);
  const mark = compression.mark();
  compression.write(name('b.other.'), 0, kept);
  compression.rollback(mark);
  const end = compression.write(name('c.other.'), 0, kept);
  assert.deepEqual(buffer.subarray(kept, end), name('c.other.'));
  assert.equal(compression.write(name('x.a.example.'), 0, end), end + 4);
});

test('What lies beyond the reach of pointers is not pointed to', () => {
  const buffer = new Uint8Array(0x4100);
  const compression = new Compression(buffer);
  const end = compression.write(name('example.'), 0, 0x4000);
  assert.equal(compression.write(name('example.'), 0, end), end + name('example.').length);
});

test('A new message knows nothing of the last', () => {
  const buffer = new Uint8Array(100);
  const compression = new Compression(buffer);
  compression.write(name('example.'), 0, 12);
  compression.reset();
  assert.ok(compression.isEmpty);
  compression.write(name('example.'), 0, 12);
  assert.deepEqual(buffer.subarray(12, 21), name('example.'));
});

/** Few and short labels, so that names share much. */
const label = fc.oneof(
  fc.constantFrom('a', 'A', 'b', 'example', String.raw`\.`),
  fc
    .uint8Array({ minLength: 1, maxLength: 3 })
    .map((octets) => [...octets].map((octet) => `\\${`${octet}`.padStart(3, '0')}`).join('')),
);
const names = fc
  .array(label, { maxLength: 6 })
  .map((labels) => (labels.length === 0 ? ROOT : name(labels.join('.'))));

test('Names come back from any message, and a message never gets longer', () => {
  fc.assert(
    fc.property(fc.array(names, { maxLength: 60 }), (list) => {
      const { octets, offsets } = writeAll(list);
      const read = readAll(octets, offsets);
      assert.ok(list.every((one, index) => namesEqual(one, read[index] ?? ROOT)));
      assert.ok(octets.length - 12 <= list.reduce((sum, one) => sum + one.length, 0));
    }),
    { numRuns: 300 },
  );
});

test('More names than there is room to remember, beyond the reach of pointers, are still right', () => {
  const list = Array.from({ length: 3000 }, (_, index) =>
    name(`host-${index}.site-${index % 7}.example.com.`),
  );
  const { octets, offsets } = writeAll(list);
  assert.ok(octets.length > 0x4000);
  assert.deepEqual(readAll(octets, offsets), list);
});
