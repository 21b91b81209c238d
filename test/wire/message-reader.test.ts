import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { MessageReader } from '../../runtime/wire/message-reader.ts';
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

function all(reader: MessageReader): string[] {
  const messages: string[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next())
    messages.push(next.toString('latin1'));
  return messages;
}
