/** What JSON takes to parse is told before it is parsed, and never too low. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeReplies } from '../../runtime/rpc/framing.ts';
import { isFrameParsable, isOfFewParts, jsonParts, MOST_PARTS } from '../../runtime/rpc/json-work.ts';

/** As the scan counts, by walking what was parsed. */
function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  const inside = members.reduce<number>((sum, member) => sum + partsOf(member), 0);
  const commas = Math.max(0, members.length - 1);
  return inside + commas + (Array.isArray(value) ? 1 : 3 + 2 * members.length);
}

test('Parts are counted as they are after parsing, whatever stands in texts and keys', () => {
  const texts = fc.oneof(fc.string({ unit: fc.constantFrom(...'",:[]{}\\a\u2028') }), fc.string());
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      texts,
      fc.double(),
      fc.constantFrom(null, true),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, (data) => {
      const json = JSON.stringify(data);
      assert.equal(jsonParts(json), partsOf(JSON.parse(json)));
    }),
  );
});

test('A frame is as good as its worst message', () => {
  const message = (values: number): string => JSON.stringify({ t: 'ran', plan: Array(values).fill(0) });
  const frame = (...messages: string[]): string => `[${messages.join(',')}]`;
  const half = message(MOST_PARTS / 2);
  assert.ok(isFrameParsable(frame(half, half, half)));
  assert.ok(isFrameParsable(frame(message(MOST_PARTS))));
  for (const place of [0, 1, 2]) {
    const messages = [half, half, half].with(place, message(MOST_PARTS + 100));
    assert.deepEqual(decodeReplies(frame(...messages)), {
      ok: false,
      problem: 'Frame holds a message of too many parts',
    });
  }
});

test('What is no JSON has some number of parts, and is told to be none', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'",:[]{}\\0') }), (text) => {
      assert.ok(jsonParts(text) >= 0);
      decodeReplies(text);
    }),
  );
});

test('The largest decision that makes sense fits', () => {
  const of = Array.from({ length: 256 }, () => ({ weight: 1, plan: { kind: 'pool', pool: 'p' } }));
  const reads = Array.from({ length: 1024 }, () => ['client.country', 'DE']);
  const records = { kind: 'records', records: { A: Array(512).fill('192.0.2.1') } };
  assert.ok(
    jsonParts(JSON.stringify({ plan: { kind: 'weighted', of }, reads, also: records })) <= MOST_PARTS,
  );
});

test('Data that is too much is so before and after it is parsed', () => {
  const objects = (count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => ({ [`k${index}`]: [0] }));
  for (const one of [0, [], {}, objects(1)]) assert.ok(isOfFewParts(one));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (count) => {
      const data = objects(count);
      const parts = jsonParts(JSON.stringify(data));
      if (Math.abs(parts - MOST_PARTS) < 10) return;
      assert.equal(isOfFewParts(data), parts <= MOST_PARTS);
    }),
  );
  assert.ok(!isOfFewParts({ a: { b: objects(5000) } }));
});
