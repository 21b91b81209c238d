import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { MessageReader, MOST_LENT } from '../../runtime/wire/message-reader.ts';
import { framed } from '../transport/dialer.ts';

suite('A message reader', () => {
  test('finds the same messages however they are cut into segments and whenever it is asked', () => {
    const texts = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 }), { maxLength: 12 });
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 70 }), fc.boolean()), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(texts, sizes, (messages, segments) => {
        const reader = new MessageReader();
        const found: string[] = [];
        const octets = framed(...messages);
        for (let at = 0, turn = 0; at < octets.length; turn += 1) {
          const [size, isAsked] = segments[turn % segments.length] ?? [1, true];
          reader.append(Buffer.from(octets.subarray(at, at + size)));
          at += size;
          if (isAsked) found.push(...all(reader));
        }
        found.push(...all(reader));
        assert.deepEqual(found, messages);
      }),
    );
  });

  test('keeps what it is lent before others write there, whatever the pieces and whoever else keeps some', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 0xffff })), {
      maxLength: 6,
    });
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: MOST_LENT })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const shared = Buffer.alloc(MOST_LENT);
    fc.assert(
      fc.property(fc.array(fc.tuple(lengths, sizes, fc.nat(9)), { minLength: 1, maxLength: 4 }), (plans) => {
        const readers = plans.map(([each, pieces, most], index) => {
          const messages = each.map((length, at) => String.fromCharCode(65 + index + 5 * at).repeat(length));
          return { messages, pieces, most, octets: framed(...messages), at: 0, reader: new MessageReader() };
        });
        const found = readers.map((): string[] => []);
        for (let turn = 0; readers.some(({ at, octets }) => at < octets.length); turn += 1) {
          for (const [index, one] of readers.entries()) {
            const piece = one.octets.subarray(one.at, one.at + (one.pieces[turn % one.pieces.length] ?? 1));
            one.at += piece.length;
            piece.copy(shared);
            if (piece.length > 0) one.reader.append(shared.subarray(0, piece.length));
            found[index]?.push(...all(one.reader, one.most));
            one.reader.keep();
            shared.fill('!');
          }
        }
        for (const [index, { reader }] of readers.entries()) found[index]?.push(...all(reader));
        assert.deepEqual(
          found,
          readers.map(({ messages }) => messages),
        );
        for (const { reader } of readers) reader.clear();
      }),
      { numRuns: 60 },
    );
  });

  test('holds nothing once it is cleared', () => {
    const reader = new MessageReader();
    reader.append(framed('first', 'second').subarray(0, 10));
    reader.keep();
    reader.clear();
    assert.equal(reader.hasNext, false);
    reader.append(framed('third'));
    assert.deepEqual(all(reader), ['third']);
  });

  test('takes a message of the greatest length octet by octet', () => {
    const reader = new MessageReader();
    const message = 'x'.repeat(65_535);
    for (const octet of framed(message)) {
      assert.equal(reader.next(), undefined);
      reader.append(Buffer.of(octet));
    }
    assert.deepEqual(all(reader), [message]);
  });

  test('does not write into messages it has given before the next comes', () => {
    const reader = new MessageReader();
    reader.append(framed('first', 'second').subarray(0, 10));
    const first = reader.next();
    assert.equal(reader.next(), undefined);
    assert.equal(first?.toString(), 'first');
  });
});

/** All messages there are, or so many at most. */
function all(reader: MessageReader, most = Number.POSITIVE_INFINITY): string[] {
  const messages: string[] = [];
  while (messages.length < most) {
    const next = reader.next();
    if (next === undefined) break;
    messages.push(next.toString('latin1'));
  }
  return messages;
}
