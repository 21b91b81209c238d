/** How many crashes within which time lead to quarantine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charges } from '../../runtime/runner/charges.ts';

function chargedAt(...moments: number[]): Charges {
  const charges = new Charges();
  for (const moment of moments) charges.add(moment);
  return charges;
}

test('The third charge within a minute quarantines', () => {
  assert.equal(chargedAt(0, 30_000).quarantined, false);
  assert.equal(chargedAt(0, 30_000, 59_999).quarantined, true);
});

test('Charges older than a minute do not count', () => {
  assert.equal(chargedAt(0, 30_000, 60_000).quarantined, false);
  assert.equal(chargedAt(0, 30_000, 60_000, 89_999).quarantined, true);
});

test('Quarantine lasts until it is released, and then nothing is held against the policy', () => {
  const charges = chargedAt(0, 1, 2);
  charges.add(1_000_000);
  assert.equal(charges.quarantined, true);
  charges.release();
  charges.add(1_000_001);
  charges.add(1_000_002);
  assert.equal(charges.quarantined, false);
});

test('An offence is held against it for a minute, and against the version after it, unless it is released', () => {
  assert.equal(new Charges().isSuspect(0), false);
  const charges = new Charges();
  charges.suspect(1000);
  assert.equal(charges.isSuspect(60_999), true);
  assert.equal(charges.isSuspect(61_000), false);
  assert.equal(new Charges(1000).isSuspect(60_999), true);
  charges.release();
  assert.equal(charges.isSuspect(1001), false);
});
