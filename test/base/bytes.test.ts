import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../runtime/base/bytes.ts';

test('What is written is read back', () => {
  const values = fc.tuple(fc.nat(0xff), fc.nat(0xffff), fc.nat(0xffffffff), fc.uint8Array());
  fc.assert(
    fc.property(values, ([small, middle, large, octets]) => {
      const writer = new ByteWriter(7 + octets.length);
      writer.u8(small);
      writer.u16(middle);
      writer.u32(large);
      writer.write(octets);
      assert.equal(writer.failed, false);
      const reader = new ByteReader(writer.toBytes());
      assert.deepEqual([reader.u8(), reader.u16(), reader.u32()], [small, middle, large]);
      assert.deepEqual(reader.rest(), octets);
      assert.ok(reader.done);
    }),
  );
});

test('Numbers are big-endian', () => {
  const writer = new ByteWriter(4);
  writer.u32(0xfedcba98);
  assert.deepEqual([...writer.toBytes()], [0xfe, 0xdc, 0xba, 0x98]);
});

test('Reading beyond the end fails for good', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3));
  assert.equal(reader.u32(), 0);
  assert.ok(reader.failed);
  assert.equal(reader.u8(), 0);
  assert.equal(reader.done, false);
});

test('A reader keeps to its part of the octets', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
  assert.equal(reader.u16(), 0x0203);
  assert.ok(reader.done);
  assert.equal(reader.u8(), 0);
  assert.ok(reader.failed);
});

test('A part that begins behind its end has failed already', () => {
  assert.ok(new ByteReader(Uint8Array.of(1), 2).failed);
});

test('What is left unread is not done', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2));
  reader.u8();
  assert.equal(reader.remaining, 1);
  assert.equal(reader.done, false);
});

test('Writing beyond the room writes nothing more', () => {
  const writer = new ByteWriter(3);
  writer.u16(0x0102);
  writer.u16(0x0304);
  writer.u8(5);
  assert.ok(writer.failed);
  assert.deepEqual([...writer.toBytes()], [1, 2]);
});
