/** The key of a version leads back to its zone, whatever octets the zone's name has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policyKey, zoneOfKey } from '../../runtime/runner/policy-key.ts';

test('A key leads back to its zone', () => {
  const version = fc.stringMatching(/^[0-9a-f]{8}$/);
  fc.assert(
    fc.property(fc.string(), version, (zone, version) => {
      assert.equal(zoneOfKey(policyKey({ zone, version })), zone);
    }),
    { examples: [['a@b.example', '00000001']] },
  );
});

test('Two versions, or two zones, have two keys', () => {
  const pairs = [
    ['example.com', '00000001'],
    ['example.com', '00000002'],
    ['a@example.com', '00000001'],
  ] as const;
  assert.equal(new Set(pairs.map(([zone, version]) => policyKey({ zone, version }))).size, pairs.length);
});
