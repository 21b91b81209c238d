import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CanonicalSet } from '../../../runtime/dnssec/signing/canonical-set.ts';
import { SignatureMemory } from '../../../runtime/dnssec/signing/signature-memory.ts';
import type { SignatureShare } from '../../../runtime/dnssec/signing/signature-share.ts';

const OWNER = Uint8Array.of(1, 0x61, 0);

/** A memory, and what it must find where it finds anything. */
class Checked {
  readonly memory: SignatureMemory;
  readonly #set = new CanonicalSet();
  readonly #known = new Map<SignatureShare, Map<number, Buffer>>();

  constructor(octets: number) {
    this.memory = new SignatureMemory(octets);
  }

  /** Finds a set, or adds it with signatures of so many octets; returns whether it was found. */
  use(share: SignatureShare, number: number, octets = 90): boolean {
    const rdata = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
    this.#set.write(OWNER, OWNER.length, 1, 300, [rdata]);
    const known = this.#known.get(share) ?? new Map<number, Buffer>();
    this.#known.set(share, known);
    const found = this.memory.find(share, this.#set, 1)?.[0];
    if (found !== undefined) {
      assert.deepEqual(Buffer.from(found), known.get(number));
      return true;
    }
    const signature = Buffer.alloc(octets, `${number} of ${share.seed}`);
    known.set(number, signature);
    this.memory.add(share, this.#set, [signature]);
    return false;
  }
}

const OCTETS = 65_536;

test('Whatever is asked for, what is found is what was remembered, and the bound holds', () => {
  const step = fc.record({
    zone: fc.nat(5),
    number: fc.oneof({ weight: 3, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.nat(5000) }),
    octets: fc.constantFrom(64, 90, 90, 90, 300, 3000, 70_000),
    what: fc.constantFrom(
      'use',
      'use',
      'use',
      'use',
      'use',
      'use',
      'use',
      'use',
      'open',
      'settle',
      'release',
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 1500 }), (steps) => {
      const checked = new Checked(OCTETS);
      const { memory } = checked;
      const shares = new Map<number, SignatureShare[]>();
      for (const { zone, number, octets, what } of steps) {
        const opened = shares.get(zone) ?? [];
        shares.set(zone, opened);
        if (what === 'open' || opened.length === 0) opened.push(memory.open(`zone ${zone}`));
        const [share] = opened;
        assert.ok(share);
        if (what === 'settle') memory.settle(share);
        else if (what === 'release') memory.release(opened.pop() ?? share);
        else checked.use(share, number, octets);
        assert.ok(memory.octets <= OCTETS);
      }
      for (const share of [...shares.values()].flat()) memory.release(share);
      while (memory.sweep());
      assert.deepEqual([memory.octets, memory.size, memory.hasUnwanted], [0, 0, false]);
    }),
    { numRuns: 60 },
  );
});

test('A zone that has many made does not take the place of one that has few', () => {
  const checked = new Checked(1 << 18);
  const quiet = checked.memory.open('quiet');
  const loud = checked.memory.open('loud');
  for (let number = 0; number < 20; number += 1) checked.use(quiet, number);
  for (let number = 0; number < 20_000; number += 1) checked.use(loud, number);
  assert.ok(checked.memory.evictions > 15_000);
  for (let number = 0; number < 20; number += 1) assert.ok(checked.use(quiet, number), String(number));
});

const USED = Array.from({ length: 10 }, (_, index) => index);

test('What is in use stays, however many others come and go', () => {
  const checked = new Checked(1 << 18);
  const share = checked.memory.open('zone');
  let lost = 0;
  for (let number = 1000; number < 50_000; number += 1) {
    checked.use(share, number);
    if (number % 20 === 0) for (const used of USED) if (!checked.use(share, used)) lost += 1;
  }
  // Once each when it is new, and what stood in the first slab, which goes without a mark.
  assert.ok(lost <= 20, String(lost));
});

test('Whoever has no more than an even share keeps all of it, whatever the others do', () => {
  const zones = 6;
  const limit = 1 << 17;
  const uses = fc.array(fc.tuple(fc.nat(zones - 2), fc.nat(3000)), { minLength: 2000, maxLength: 6000 });
  fc.assert(
    fc.property(uses, fc.integer({ min: 1, max: 40 }), (steps, few) => {
      const checked = new Checked(limit);
      const [quiet, ...others] = Array.from({ length: zones }, (_, zone) =>
        checked.memory.open(`zone ${zone}`),
      );
      assert.ok(quiet);
      for (let number = 0; number < few; number += 1) checked.use(quiet, number);
      assert.ok(quiet.octets < limit / 2 / zones);
      for (const [zone, number] of steps) checked.use(others[zone] ?? quiet, number);
      for (let number = 0; number < few; number += 1) assert.ok(checked.use(quiet, number));
    }),
    { numRuns: 20 },
  );
});

test('A zone that is republished again and again takes no more memory for it', () => {
  const checked = new Checked(1 << 20);
  const { memory } = checked;
  const republish = (share: SignatureShare | undefined): SignatureShare => {
    const next = memory.open('zone');
    if (share !== undefined) memory.release(share);
    for (let number = 0; number < 12; number += 1) checked.use(next, number);
    memory.settle(next);
    return next;
  };
  let share = republish(undefined);
  const { octets } = memory;
  for (let version = 0; version < 200; version += 1) share = republish(share);
  assert.deepEqual([memory.octets, memory.size], [octets, 12]);
});

test('Memory is used well: what fits by its octets is remembered', () => {
  const checked = new Checked(1 << 20);
  const share = checked.memory.open('zone');
  let number = 0;
  for (; checked.memory.evictions === 0; number += 1) checked.use(share, number, 110);
  // Three numbers, the form of a set of one address, and a signature with its length, to the next word.
  const entry = 12 + 15 + 112 + 1;
  assert.ok(number * entry > 0.8 * (1 << 20), String(number));
});

test('A large share is given up bit by bit, and none of it is found meanwhile', () => {
  const checked = new Checked(1 << 22);
  const { memory } = checked;
  const share = memory.open('zone');
  for (let number = 0; number < 20_000; number += 1) checked.use(share, number);
  memory.release(share);
  assert.ok(memory.size > 10_000 && memory.hasUnwanted);
  const next = memory.open('zone');
  assert.ok(!checked.use(next, 1));
  while (memory.sweep());
  assert.equal(memory.size, 1);
  assert.ok(checked.use(next, 1));
});

test('A memory of nothing remembers nothing', () => {
  const checked = new Checked(0);
  const share = checked.memory.open('zone');
  assert.ok(!checked.use(share, 1) && !checked.use(share, 1));
  assert.equal(checked.memory.octets, 0);
});
