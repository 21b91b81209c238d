import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { signatureTimes } from '../../../runtime/dnssec/signing/signature-times.ts';
import { names } from '../../support/arbitraries.ts';
import { name } from '../../support/wire.ts';
import { DAY, NOW, RULES } from './signing-world.ts';

const rules = fc
  .record({
    validity: fc.integer({ min: 10, max: 90 * DAY }),
    refresh: fc.double({ min: 1, max: 90 * DAY, noNaN: true }),
    since: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -30 * DAY, max: 30 * DAY }).map((ago) => NOW + ago),
    ),
  })
  .map(({ validity, refresh, since }) => ({ validity, since, refresh: Math.max(validity / 3, refresh) }));
const times = fc.integer({ min: -400 * DAY, max: 400 * DAY }).map((ahead) => NOW + ahead);

test('A signature made now began an hour ago and lasts longer than its refresh, which begins when the period ends', () => {
  fc.assert(
    fc.property(names, rules, times, (zone, rule, now) => {
      const { inception, expiration, endsAt } = signatureTimes(zone, rule, now);
      assert.ok(inception <= now - 3600);
      assert.ok(expiration - now > rule.refresh);
      assert.ok(endsAt > now);
      assert.ok(expiration - endsAt >= rule.refresh);
      assert.ok([inception, expiration, endsAt].every(Number.isInteger));
    }),
  );
});

test('Times stay the same until the period ends, on every server, and then all change', () => {
  fc.assert(
    fc.property(names, rules, times, fc.double({ min: 0, max: 1, noNaN: true }), (zone, rule, now, part) => {
      const first = signatureTimes(zone, rule, now);
      const later = now + Math.floor(part * (first.endsAt - 1 - now));
      const upper = zone.map((octet) => (octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet));
      assert.deepEqual(signatureTimes(upper, rule, later), first);
      const next = signatureTimes(zone, rule, first.endsAt);
      assert.equal(next.inception, first.endsAt - 3600);
      assert.ok(next.expiration >= first.expiration);
    }),
  );
});

test('As the settings have them by default', () => {
  const refresh = (14 * DAY) / 3;
  const { inception, expiration, endsAt } = signatureTimes(name('shop.example.'), { ...RULES, refresh }, NOW);
  assert.equal(expiration - inception, 14 * DAY + 3600);
  assert.equal(expiration - endsAt, refresh);
});

test('A change of keys begins signatures anew; one yet to come does when it comes', () => {
  const zone = name('shop.example.');
  const { inception, endsAt, expiration } = signatureTimes(zone, RULES, NOW);
  const since = endsAt - 100;
  const changed = { ...RULES, since };
  assert.deepEqual(signatureTimes(zone, changed, since - 1), { inception, expiration, endsAt: since });
  assert.deepEqual(signatureTimes(zone, changed, since), { inception: since - 3600, expiration, endsAt });
  assert.deepEqual(signatureTimes(zone, changed, endsAt), signatureTimes(zone, RULES, endsAt));
});

test('Periods of many zones end at all times alike', () => {
  const length = RULES.validity - RULES.refresh;
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 2000; index += 1) {
    const { endsAt } = signatureTimes(name(`zone${index}.example.`), RULES, NOW);
    const tenth = Math.floor((10 * (endsAt - NOW - 1)) / length);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  // The mean is 200, the standard deviation 13.4; the names are the same each time.
  for (const count of tenths) assert.ok(count > 140 && count < 260, String(tenths));
});

test('A refresh that leaves no time for a period makes signatures last longer', () => {
  const rule = { validity: 8 * DAY, refresh: 8 * DAY, since: 0 };
  const { inception, expiration, endsAt } = signatureTimes(name('a.example.'), rule, NOW);
  assert.deepEqual([endsAt - inception - 3600, expiration - endsAt], [DAY, 8 * DAY]);
});
