/** How many crashes within which time lead to quarantine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charges } from '../../runtime/policy/charges.ts';

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
