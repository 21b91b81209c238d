import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quote, readField, splitFields, unescapeText } from '../../runtime/wire/text-field.ts';
import { must, problemOf } from '../support/wire.ts';

const word = (text: string) => ({ text, quoted: false });
const quoted = (text: string) => ({ text, quoted: true });

test('Words are split at blanks, and quotes hold them together', () => {
  const fields = must(splitFields('  10\tmail.example.com  "two words" "" x '));
  assert.deepEqual(fields, [
    word('10'),
    word('mail.example.com'),
    quoted('two words'),
    quoted(''),
    word('x'),
  ]);
});

test('Escapes stay inside, and what they escape ends nothing', () => {
  const fields = must(splitFields(String.raw`a\ b "c\"d" \; e\.f`));
  assert.deepEqual(fields, [
    word(String.raw`a\ b`),
    quoted(String.raw`c\"d`),
    word(String.raw`\;`),
    word(String.raw`e\.f`),
  ]);
});

test('Quotes within a word stay, with the blanks in them', () => {
  assert.deepEqual(must(splitFields('alpn="h2 h3" port=1')), [word('alpn="h2 h3"'), word('port=1')]);
});

for (const text of ['a ; comment', '( a', 'a )']) {
  test(`"${text}" is for zone files`, () => {
    assert.match(problemOf(splitFields(text)), /quote the text it is in/);
  });
}

for (const text of ['"open', 'a="open', String.raw`"\"`, 'end\\']) {
  test(`${text} never ends`, () => {
    assert.match(problemOf(splitFields(text)), /not closed|Backslash/);
  });
}

test('A field ends where the text says, for those who split by other rules', () => {
  assert.deepEqual(must(readField('a;b', 0)), { field: word('a'), end: 1 });
  assert.deepEqual(must(readField('x "b c")', 2)), { field: quoted('b c'), end: 7 });
});

test('Escapes stand for octets, other text for its UTF-8', () => {
  assert.deepEqual(
    [...must(unescapeText(String.raw`\065\\\"\255é😀`))],
    [65, 0x5c, 0x22, 255, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80],
  );
});

for (const text of [String.raw`\256`, String.raw`\1`, String.raw`\12x`, '\\', String.raw`\é`]) {
  test(`${text} is no escape`, () => {
    problemOf(unescapeText(text));
  });
}

test('Any octets come back from their quoted form', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const [field, ...more] = must(splitFields(quote(octets)));
      assert.equal(more.length, 0);
      assert.equal(field?.quoted, true);
      assert.deepEqual(Uint8Array.from(must(unescapeText(field?.text ?? ''))), octets);
    }),
  );
});
