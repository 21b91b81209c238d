/** Room for all memos together: it is never exceeded, and nobody with a fair share or less pays for those with more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoSpace, memoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import type { Tenant } from '../../../runtime/base/structures/shared-space.ts';

/** Remembers things of a size, and gives up the oldest. */
class Sized implements Tenant {
  readonly #space: MemoSpace;
  readonly #sizes: number[] = [];
  evictions = 0;

  constructor(space: MemoSpace) {
    this.#space = space;
    space.enter(this);
  }

  get octets(): number {
    return this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  add(size: number): void {
    this.#space.makeRoom(size);
    this.#sizes.push(size);
    this.#space.note(this, size);
  }

  evict(): void {
    const size = this.#sizes.shift() ?? assert.fail('nothing to give up');
    this.#space.note(this, -size);
    this.evictions += 1;
  }
}

test('All together stay within the bound, and whoever has no more than a fair share loses nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 100 })), { minLength: 20, maxLength: 200 }),
      (count, additions) => {
        const space = new MemoSpace({ leaves: 1, policyOctets: 1000, octets: 1000 });
        const tenants = Array.from({ length: count }, () => new Sized(space));
        const fair = (1000 - 100 - 1000 / 256) / count - 100;
        for (const [index, size] of additions) {
          const before = tenants.map(({ octets, evictions }) => ({ octets, evictions }));
          const adding = tenants[index % count] ?? assert.fail();
          adding.add(size);
          assert.ok(space.octets <= 1000, `${space.octets}`);
          for (const [at, tenant] of tenants.entries()) {
            const { octets = 0, evictions = 0 } = before[at] ?? {};
            if (octets <= fair) assert.equal(tenant.evictions, evictions, `it had ${octets} of ${fair}`);
          }
        }
      },
    ),
  );
});

test('Of ten thousand that have the same, each is looked at a few times to make room, however much has to go', () => {
  let looks = 0;
  class Watched extends Sized {
    override get octets(): number {
      looks += 1;
      return super.octets;
    }
  }
  const space = new MemoSpace({ leaves: 1, policyOctets: 1e9, octets: 3e7 });
  const tenants = Array.from({ length: 10_000 }, () => new Watched(space));
  for (const size of [1000, 1000, 500]) for (const tenant of tenants) tenant.add(size);
  let most = 0;
  for (let index = 0; index < 30_000; index += 1) {
    const [looked, evicted] = [looks, space.evictions];
    tenants[index % tenants.length]?.add(500);
    most = Math.max(most, looks - looked);
    assert.equal(space.evictions, evicted);
    assert.ok(space.octets <= 3e7);
  }
  assert.ok(tenants.some(({ evictions }) => evictions > 0));
  assert.ok(most < 5 * tenants.length, `${most} looks`);
});

test('Who has most gives up first, and not who has a little more than others', () => {
  const space = new MemoSpace({ leaves: 1, policyOctets: 1e6, octets: 100_000 });
  const [large, ...small] = Array.from({ length: 9 }, () => new Sized(space));
  for (const tenant of small) for (let count = 0; count < 15; count += 1) tenant.add(300);
  for (let count = 0; count < 2000; count += 1) large?.add(100);
  assert.deepEqual(new Set(small.map(({ evictions }) => evictions)), new Set([0]));
  assert.ok((large?.octets ?? 0) > 60_000);
});

test('One that floods pays for it alone', () => {
  const space = new MemoSpace({ leaves: 1, policyOctets: 10_000, octets: 10_000 });
  const [quiet, loud] = [new Sized(space), new Sized(space)];
  for (let count = 0; count < 40; count += 1) quiet.add(100);
  for (let count = 0; count < 1000; count += 1) loud.add(100);
  assert.equal(quiet.evictions, 0);
  assert.ok(loud.octets > 5800, `${loud.octets}`);
});

test('Whoever has left counts no more', () => {
  const space = new MemoSpace({ leaves: 1, policyOctets: 1000, octets: 1000 });
  const [gone, stays] = [new Sized(space), new Sized(space)];
  gone.add(900);
  space.octets -= 900;
  space.leave(gone);
  for (let count = 0; count < 20; count += 1) stays.add(100);
  assert.equal(gone.evictions, 0);
});

test('Settings are in megabytes', () => {
  assert.deepEqual(memoSpace({ leaves: 3, policyMemory: 1, memory: 2, packets: 0 }).limits, {
    leaves: 3,
    policyOctets: 1_048_576,
    octets: 2_097_152,
  });
});
