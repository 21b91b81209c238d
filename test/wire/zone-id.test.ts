/** Ids of zones: every name has one, and it leads back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalName, nameFromText, ROOT, type WireName } from '../../runtime/wire/name.ts';
import { zoneIdOf, zoneNameFromText } from '../../runtime/wire/zone-id.ts';

function name(text: string): WireName {
  const read = zoneNameFromText(text);
  assert.ok(read.ok);
  return read.value;
}

test('Every name but \\.. reads back from its id', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
      const wire = Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), 0]);
      if (labels.length === 1 && labels[0]?.length === 1 && labels[0][0] === 0x2e) return;
      assert.deepEqual(name(zoneIdOf(wire)), canonicalName(wire));
    }),
  );
});

test('Ids are typed in any case, with a final dot or without, or with the escapes of zone files', () => {
  const id = '0%2F27.2.0.192.in-addr.arpa';
  for (const text of [
    id,
    `${id}.`,
    id.toLowerCase(),
    '0/27.2.0.192.IN-ADDR.arpa',
    String.raw`0\04727.2.0.192.in-addr.arpa`,
  ])
    assert.equal(zoneIdOf(name(text)), id);
  assert.deepEqual([name('.'), name('%2E')], [ROOT, ROOT]);
  assert.equal(zoneIdOf(ROOT), '%2E');
  assert.ok(!nameFromText('a..b').ok);
  for (const text of ['a%252F', String.raw`a\%2F`, String.raw`a\0372F`])
    assert.equal(zoneIdOf(name(text)), 'a%252f');
  for (const text of ['50%', '50%25', String.raw`50\%`]) assert.equal(zoneIdOf(name(text)), '50%25');
});
