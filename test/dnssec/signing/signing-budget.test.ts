import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SigningBudget } from '../../../runtime/dnssec/signing/signing-budget.ts';

class Clocked {
  ms = 0;
  readonly budget: SigningBudget;

  constructor(share: number) {
    this.budget = new SigningBudget(share, () => this.ms);
  }

  sign(ms: number, isAhead = false): void {
    const work = (octets: Uint8Array) => {
      this.ms += ms;
      return octets;
    };
    this.budget.sign(work, new Uint8Array(1), isAhead);
  }
}

test('A burst of 20 ms, then the share', () => {
  const world = new Clocked(0.25);
  let burst = 0;
  for (; world.budget.hasTime; burst += 1) world.sign(1);
  // While it is spent, a quarter comes back.
  assert.equal(burst, Math.ceil(20 / 0.75));
  assert.ok(!world.budget.hasTime);
  world.ms += 2;
  assert.ok(world.budget.hasTime);
  assert.equal(world.budget.made, burst);
});

test('Over any time, signatures that may be put off take no more than the share, and the burst', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.array(fc.record({ idle: fc.nat(20), work: fc.double({ min: 0.02, max: 1, noNaN: true }) }), {
        minLength: 50,
        maxLength: 500,
      }),
      (share, turns) => {
        const world = new Clocked(share);
        let signing = 0;
        for (const { idle, work } of turns) {
          world.ms += idle / 10;
          if (!world.budget.hasTime) continue;
          world.sign(work);
          signing += work;
          assert.ok(signing <= 20 + 1 + share * world.ms);
        }
      },
    ),
  );
});

test('However much streams have had signed, queries are paid for again soon', () => {
  const world = new Clocked(0.5);
  for (let count = 0; count < 1000; count += 1) world.sign(10);
  assert.ok(!world.budget.hasTime);
  world.ms += 41;
  assert.ok(world.budget.hasTime);
});

test('What is signed ahead leaves half of the burst to queries', () => {
  const world = new Clocked(0.25);
  let ahead = 0;
  for (; world.budget.msUntilSpare === 0; ahead += 1) world.sign(1, true);
  assert.equal(ahead, Math.floor(10 / 0.75) + 1);
  assert.ok(world.budget.hasTime);
  const wait = world.budget.msUntilSpare;
  world.ms += wait + 1e-6;
  assert.equal(world.budget.msUntilSpare, 0);
});

test('Signing ahead has a quarter of the share, however many queries want signatures', () => {
  const world = new Clocked(0.2);
  let [ahead, queries] = [0, 0];
  while (world.ms < 20_000) {
    world.ms += 0.1;
    if (world.budget.hasTime) {
      world.sign(0.05);
      queries += 0.05;
    } else if (world.budget.msUntilSpare === 0) {
      world.sign(0.05, true);
      ahead += 0.05;
    }
  }
  assert.ok(Math.abs(ahead / world.ms - 0.05) < 0.002, `${ahead} of ${world.ms} ms`);
  assert.ok(Math.abs((ahead + queries) / world.ms - 0.2) < 0.002, `${queries} of ${world.ms} ms`);
});

test('All of the time may go to signatures', () => {
  const world = new Clocked(1);
  world.sign(30);
  world.sign(30);
  assert.ok(world.budget.hasTime);
});
