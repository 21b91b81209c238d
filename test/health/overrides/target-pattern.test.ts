/** What overrides are of, as operators write it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesGlob, readTargetPattern } from '../../../runtime/health/overrides/target-pattern.ts';

function read(written: string) {
  const pattern = readTargetPattern(written);
  assert.ok(pattern.ok, pattern.ok ? '' : pattern.problem);
  return pattern.value;
}

test('A target has one form, however it is written', () => {
  for (const [written, form] of [
    ['Shop.Example./eu', 'shop.example/eu'],
    ['shop.example/eu/2001:DB8:0::1', 'shop.example/eu/2001:db8::1'],
    ['0\\047 27.example/eu'.replace(' ', ''), '0%2F27.example/eu'],
    ['*/EU', '*/EU'],
    ['*.EXAMPLE/eu', '*.example/eu'],
    ['*/*/192.0.2.0/24', '*/*/192.0.2.0/24'],
  ] as const)
    assert.equal(read(written).text, form);
});

test('A network stands for all in it, and a glob for all that it matches', () => {
  const network = read('shop.example/eu/192.0.2.0/28').address ?? assert.fail();
  assert.deepEqual(['192.0.2.1', '192.0.2.16', '2001:db8::1'].map(network.matches), [true, false, false]);
  const { zone, pool, address } = read('*.example/e?/192.0.2.1*');
  assert.deepEqual(['shop.example', 'example', 'shop.test'].map(zone.matches), [true, false, false]);
  assert.deepEqual(['eu', 'us', 'eux'].map(pool.matches), [true, false, false]);
  assert.deepEqual(['192.0.2.1', '192.0.2.17', '192.0.2.2'].map(address?.matches ?? assert.fail), [
    true,
    true,
    false,
  ]);
});

test('What is no target is told with its form', () => {
  for (const [written, problem] of [
    ['shop.example', /is no target: write zone\/pool or zone\/pool\/address/],
    ['/eu', /is no target: write/],
    ['shop.example/', /is no target: write/],
    ['shop.example/eu/', /is no target: write/],
    ['shop.example/eu/192.0.2.300', /"192\.0\.2\.300" is no address/],
    ['shop.example/eu/192.0.2.0/33', /is no network/],
    ['shop..example/eu', /is no target: /],
    ['shop.example/eu\u0007', /strange character/],
    [`${'a'.repeat(500)}/eu`, /400 characters at most/],
  ] as const) {
    const pattern = readTargetPattern(written);
    assert.ok(!pattern.ok, written);
    assert.match(pattern.problem, problem);
  }
});

test('Law: a glob matches what the same regular expression does', () => {
  const part = fc.constantFrom('*', '?', 'a', 'b', '.');
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '.') }),
      (parts, text) => {
        const source = parts
          .map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one.replace('.', '\\.')))
          .join('');
        assert.equal(matchesGlob(parts.join(''), text), new RegExp(`^${source}$`, 's').test(text));
      },
    ),
  );
});

test('A glob of many stars takes no time', () => {
  assert.equal(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(10_000)), false);
});
