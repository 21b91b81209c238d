/** RFC 4471 §3.1.2: the name right after another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeSuccessor } from '../../../runtime/dnssec/denial/successor.ts';
import { canonicalName, compareNames, nameToText, type WireName } from '../../../runtime/wire/name.ts';
import { name } from '../../support/wire.ts';

const ORIGIN = name('z.');
const FULL = `${'y'.repeat(63)}.`;
/** 192 octets and the origin's 3: a label before them may be 59 octets long. */
const TAIL = `${FULL.repeat(3)}z.`;

function successor(of: WireName): WireName {
  const into = new Uint8Array(255);
  return into.slice(0, writeSuccessor(of, of.length, ORIGIN, into));
}

const cases: [string, string, string][] = [
  ['a name with room below it', 'a.z.', '\\000.a.z.'],
  ['the zone’s own name', 'z.', '\\000.z.'],
  ['a name that just has room', `${'a'.repeat(57)}.${TAIL}`, `\\000.${'a'.repeat(57)}.${TAIL}`],
  ['a name with room for one octet', `${'a'.repeat(58)}.${TAIL}`, `${'a'.repeat(58)}\\000.${TAIL}`],
  ['a name with no room', `${'a'.repeat(59)}.${TAIL}`, `${'a'.repeat(58)}b.${TAIL}`],
  ['an octet before the capital letters', `${'a'.repeat(58)}@.${TAIL}`, `${'a'.repeat(58)}[.${TAIL}`],
  ['the last octet', `${'a'.repeat(58)}\\255.${TAIL}`, `${'a'.repeat(57)}b.${TAIL}`],
  [
    'a label of last octets, whose parent has room for none',
    `${'\\255'.repeat(59)}.${TAIL}`,
    `${'y'.repeat(62)}z.${FULL.repeat(2)}z.`,
  ],
  [
    'a label of last octets, whose parent has room',
    `${'\\255'.repeat(59)}.y.${FULL.repeat(2)}${'y'.repeat(61)}.z.`,
    `y\\000.${FULL.repeat(2)}${'y'.repeat(61)}.z.`,
  ],
  ['the last name of a zone', `${'\\255'.repeat(59)}.${`${'\\255'.repeat(63)}.`.repeat(3)}z.`, 'z.'],
];

for (const [what, of, next] of cases) {
  test(`The successor of ${what}`, () => {
    assert.equal(nameToText(successor(name(of))), nameToText(name(next)));
  });
}

test('No name fits between a name and its successor', () => {
  const octet = fc.constantFrom(0, 0x40, 0x41, 0x5a, 0x5b, 0x60, 0x61, 0x7a, 0xfe, 0xff);
  const long = fc
    .tuple(octet, fc.integer({ min: 57, max: 63 }), fc.array(octet, { maxLength: 3 }))
    .map(([fill, length, tail]) =>
      Uint8Array.from([...Array<number>(length - tail.length).fill(fill), ...tail]),
    );
  const short = fc.uint8Array({ minLength: 1, maxLength: 3 });
  const wire = fc
    .tuple(fc.array(short, { maxLength: 2 }), fc.array(long, { maxLength: 4 }))
    .map(([few, many]) => wireOf([...few, ...many]));
  const isName = (one: WireName) => one.length <= 255;
  fc.assert(
    fc.property(wire.filter(isName), fc.array(wire, { maxLength: 4 }), octet, (any, others, extra) => {
      const of = canonicalName(any);
      const next = successor(of);
      assert.deepEqual(next, canonicalName(next));
      const isLast = next.length === ORIGIN.length;
      assert.ok(isLast || compareNames(of, next) < 0);
      const near = [of, next].flatMap((one) => [...nearNames(one, extra)]);
      for (const other of [...others, ...near].filter(isName)) {
        const isBetween = compareNames(of, other) < 0 && (isLast || compareNames(other, next) < 0);
        assert.ok(!isBetween, nameToText(other));
      }
    }),
    { numRuns: 1000 },
  );
});

/** Names that differ from another by one octet or one label, at any of its labels. */
function* nearNames(of: WireName, octet: number): Generator<WireName> {
  const labels: Uint8Array[] = [];
  for (let at = 0; of.length - at > ORIGIN.length; at += 1 + (of[at] ?? 0))
    labels.push(of.slice(at + 1, at + 1 + (of[at] ?? 0)));
  for (let at = 0; at <= labels.length; at++) {
    const above = labels.slice(at + 1);
    const label = labels[at];
    yield wireOf([Uint8Array.of(octet), ...labels.slice(at)]);
    if (label === undefined) return;
    yield wireOf([label, ...above]);
    if (label.length > 1) yield wireOf([label.slice(0, -1), ...above]);
    if (label.length < 63) yield wireOf([Uint8Array.from([...label, octet]), ...above]);
    yield wireOf([label.with(label.length - 1, ((label.at(-1) ?? 0) + 1) & 0xff), ...above]);
    yield wireOf([label.with(label.length - 1, octet), ...above]);
  }
}

function wireOf(labels: readonly Uint8Array[]): WireName {
  return Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), ...ORIGIN]);
}
