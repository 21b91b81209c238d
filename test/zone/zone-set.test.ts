import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalName, isAtOrBelow, labelCount, namesEqual } from '../../runtime/wire/name.ts';
import { ZoneSet } from '../../runtime/zone/zone-set.ts';
import { name } from '../support/wire.ts';
import { APEX_RECORDS, zoneFromText } from '../support/zone.ts';

const zoneOf = (origin: string) => zoneFromText(APEX_RECORDS, [], name(origin));

function setOf(...origins: string[]): ZoneSet<string> {
  const set = new ZoneSet<string>();
  for (const origin of origins) set.put(zoneOf(origin));
  return set;
}

function find(set: ZoneSet<string>, text: string): string | undefined {
  const wire = name(text);
  return set.find(wire, wire.length)?.attachment;
}

test('The zone with the longest name that ends the name is found', () => {
  const set = setOf('example.com.', 'sub.example.com.', 'x.y.sub.example.com.', 'example.net.');
  const cases = {
    'example.com.': 'example.com.',
    'www.example.com.': 'example.com.',
    'sub.example.com.': 'sub.example.com.',
    'y.sub.example.com.': 'sub.example.com.',
    'a.x.y.sub.example.com.': 'x.y.sub.example.com.',
    'a.example.net.': 'example.net.',
    'com.': undefined,
    '.': undefined,
    'notexample.com.': undefined,
    'example.com.org.': undefined,
  };
  for (const [text, origin] of Object.entries(cases)) assert.equal(find(set, text), origin, text);
});

test('The root may be among them', () => {
  assert.equal(find(setOf('.', 'com.'), 'example.net.'), '.');
  assert.equal(find(setOf('.', 'com.'), '.'), '.');
});

test('Only the octets that count are looked at', () => {
  const buffer = Buffer.alloc(255, 0x61);
  buffer.set(name('www.example.com.'));
  assert.equal(
    setOf('example.com.').find(buffer, name('www.example.com.').length)?.attachment,
    'example.com.',
  );
});

test('The zone above a name is that of its delegation', () => {
  const set = setOf('example.com.', 'sub.example.com.');
  const above = (text: string) => set.findAbove(name(text), name(text).length)?.attachment;
  assert.equal(above('sub.example.com.'), 'example.com.');
  assert.equal(above('x.sub.example.com.'), 'sub.example.com.');
  assert.equal(above('example.com.'), undefined);
});

test('A zone takes the place of the one of its name, whatever the case', () => {
  const set = setOf('example.com.');
  const newer = zoneOf('EXAMPLE.com.');
  set.put(newer);
  assert.equal(set.size, 1);
  assert.deepEqual([...set], [newer]);
});

test('What is deleted is gone, and nothing else', () => {
  const set = setOf('example.com.', 'sub.example.com.');
  assert.equal(set.delete(name('www.example.com.')), false);
  assert.equal(set.delete(name('Sub.example.com.')), true);
  assert.equal(set.delete(name('sub.example.com.')), false);
  assert.deepEqual([find(set, 'sub.example.com.'), set.size], ['example.com.', 1]);
});

test('After any puts and deletes, a search of the list finds the same', () => {
  const origins = fc
    .array(fc.constantFrom('a', 'b'), { maxLength: 5 })
    .map((labels) => `${labels.join('.')}.`);
  const step = fc.record({ put: fc.boolean(), origin: origins });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(origins, { minLength: 5 }), (steps, asked) => {
      const set = new ZoneSet<string>();
      const list = new Set<string>();
      for (const { put, origin } of steps) {
        if (put) set.put(zoneOf(origin));
        assert.equal(put || set.delete(name(origin)), put || list.has(origin));
        if (put) list.add(origin);
        else list.delete(origin);
      }
      assert.equal(set.size, list.size);
      for (const question of asked) {
        const candidates = [...list].filter((origin) => isAtOrBelow(name(question), name(origin)));
        const longest = candidates.sort((a, b) => labelCount(name(b)) - labelCount(name(a)))[0];
        assert.equal(find(set, question), longest);
      }
    }),
    { numRuns: 200 },
  );
});

test('A zone keeps its name in lower case', () => {
  const { origin } = zoneOf('EXAMPLE.com.');
  assert.ok(namesEqual(origin, name('example.com.')));
  assert.deepEqual(origin, canonicalName(origin));
});
