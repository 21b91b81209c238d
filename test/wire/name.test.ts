import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  absoluteNameFromText,
  canonicalName,
  compareNames,
  concatName,
  isAtOrBelow,
  labelCount,
  nameFromText,
  nameLengthAt,
  namesEqual,
  nameToText,
  parentName,
  ROOT,
  type WireName,
} from '../../runtime/wire/name.ts';
import { hex, must, name, problemOf } from '../support/wire.ts';

/** Names of any octets, up to the greatest length. */
const names = fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 20 }).map((labels) => {
  const octets: number[] = [];
  for (const label of labels) {
    if (octets.length + label.length + 2 <= 255) octets.push(label.length, ...label);
  }
  return Uint8Array.from([...octets, 0]);
});

test('Any name comes back from its text', () => {
  fc.assert(
    fc.property(names, (wire) => {
      assert.deepEqual(name(nameToText(wire)), wire);
    }),
  );
});

test('A name is a row of labels with their lengths', () => {
  assert.deepEqual(name('Www.example.'), hex('03 577777 07 6578616d706c65 00'));
  assert.deepEqual(name('.'), ROOT);
});

test('What could be misread is escaped', () => {
  const wire = Uint8Array.of(4, 0x2e, 0x5c, 0x20, 0xff, 2, 0x40, 0x24, 0);
  assert.equal(nameToText(wire), String.raw`\.\\\032\255.\@\$.`);
});

test('Relative names end in the origin, absolute ones in the root', () => {
  const origin = name('example.com.');
  assert.equal(nameToText(must(nameFromText('www', origin))), 'www.example.com.');
  assert.equal(nameToText(must(nameFromText('www.', origin))), 'www.');
  assert.equal(nameToText(must(nameFromText('@', origin))), 'example.com.');
  assert.equal(nameToText(must(nameFromText('www.example'))), 'www.example.');
});

const MISTAKES: readonly (readonly [text: string, problem: RegExp])[] = [
  ['', /empty; write "\."/],
  ['@', /no/],
  ['a..b', /empty label/],
  ['.a', /empty label/],
  [`${'a'.repeat(64)}.b`, /label over 63/],
  [`${'a'.repeat(63)}.`.repeat(4), /over 255 octets/],
  ['a b', /escape it as "\\032"/],
  ['bücher.example', /write "xn--bcher-kva\.example"/],
  [String.raw`a\300`, /no octet/],
  ['a\\', /escapes nothing/],
];

for (const [text, problem] of MISTAKES) {
  test(`Name ${JSON.stringify(text.slice(0, 20))} is refused`, () => {
    assert.match(problemOf(nameFromText(text)), problem);
  });
}

test('A name of 255 octets is the longest', () => {
  const text = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}.`;
  assert.equal(name(text).length, 255);
  assert.match(problemOf(nameFromText(`b${text}`)), /label over|over 255/);
});

test('In policies names are absolute, and one label alone is ambiguous', () => {
  const zone = name('example.com.');
  assert.deepEqual(must(absoluteNameFromText('mail.example.net', zone)), name('mail.example.net.'));
  assert.deepEqual(must(absoluteNameFromText('mail.', zone)), name('mail.'));
  assert.deepEqual(must(absoluteNameFromText('@', zone)), zone);
  assert.deepEqual(must(absoluteNameFromText('.', zone)), ROOT);
  assert.match(problemOf(absoluteNameFromText('mail', zone)), /write "mail\.example\.com\."/);
});

test('Case does not count, and nothing but letters has it', () => {
  assert.ok(namesEqual(name('WWW.Example.'), name('www.eXAMPLE.')));
  assert.ok(!namesEqual(name('[.'), name('{.')));
  assert.ok(!namesEqual(name('a.b.'), name('ab.')));
  assert.deepEqual(canonicalName(name('A[Z.')), name('a[z.'));
});

test('A name is below another by whole labels', () => {
  const zone = name('Example.com.');
  assert.ok(isAtOrBelow(name('www.example.COM.'), zone));
  assert.ok(isAtOrBelow(zone, zone));
  assert.ok(isAtOrBelow(zone, ROOT));
  assert.ok(!isAtOrBelow(name('badexample.com.'), zone));
  assert.ok(!isAtOrBelow(name('com.'), zone));
  assert.ok(!isAtOrBelow(name(String.raw`x\007example\003com.`), zone), 'the same octets inside one label');
});

test('Labels come off one by one, until the root', () => {
  const seen: string[] = [];
  for (let at: WireName | undefined = name('a.b.c.'); at !== undefined; at = parentName(at))
    seen.push(nameToText(at));
  assert.deepEqual(seen, ['a.b.c.', 'b.c.', 'c.', '.']);
  assert.equal(labelCount(name('a.b.c.')), 3);
  assert.equal(labelCount(ROOT), 0);
});

test('Names are joined unless that is too long', () => {
  assert.deepEqual(concatName(name('a.b.'), name('c.')), name('a.b.c.'));
  const long = name(`${'a'.repeat(63)}.`.repeat(3));
  assert.equal(concatName(long, long), undefined);
});

test('Names sort as RFC 4034 §6.1 lists them', () => {
  const sorted = [
    'example.',
    'a.example.',
    'yljkjljk.a.example.',
    'Z.a.example.',
    'zABC.a.EXAMPLE.',
    'z.example.',
    String.raw`\001.z.example.`,
    '*.z.example.',
    String.raw`\200.z.example.`,
  ];
  const shuffled = sorted.toReversed().map(name).sort(compareNames);
  assert.deepEqual(shuffled.map(nameToText), sorted);
  assert.equal(compareNames(name('A.example.'), name('a.EXAMPLE.')), 0);
});

test('The length of a name inside other octets', () => {
  assert.equal(nameLengthAt(hex('ff 0161 00 ff'), 1), 3);
  assert.equal(nameLengthAt(hex('0161'), 0), undefined, 'no root');
  assert.equal(nameLengthAt(hex('0561 00'), 0), undefined, 'cut short');
  assert.equal(nameLengthAt(hex('c000'), 0), undefined, 'a pointer');
});
