import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { SignAhead } from '../../../runtime/dnssec/signing/sign-ahead.ts';
import { SignatureMemory } from '../../../runtime/dnssec/signing/signature-memory.ts';
import { SigningBudget } from '../../../runtime/dnssec/signing/signing-budget.ts';
import { ZoneSigner } from '../../../runtime/dnssec/signing/zone-signer.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { name } from '../../support/wire.ts';
import { NOW, newKey, RULES, type SignedSet, signaturesOf } from './signing-world.ts';

class World {
  now = NOW;
  readonly memory = new SignatureMemory(1 << 20);
  readonly budget: SigningBudget;
  readonly ahead: SignAhead;
  turns = 0;

  constructor(share: number) {
    this.budget = new SigningBudget(share, undisturbed());
    this.ahead = new SignAhead(this.memory, this.budget, () => {
      this.turns += 1;
    });
  }

  signer(zone: string): ZoneSigner {
    const { memory, budget } = this;
    return new ZoneSigner({
      origin: name(zone),
      keys: [KEY],
      rules: RULES,
      memory,
      budget,
      now: () => this.now,
    });
  }

  /** Until all that was asked for is signed; the runner's own time limit is the only one. */
  async done(): Promise<void> {
    while (this.ahead.waiting > 0) await setTimeout(1);
  }
}

/** Milliseconds, without those for which another process had the processor: no signature takes so long. */
function undisturbed(): () => number {
  let [seen, passed] = [performance.now(), 0];
  return () => {
    const now = performance.now();
    passed += Math.min(now - seen, 4);
    seen = now;
    return passed;
  };
}

const KEY = newKey();

function setsOf(zone: string, count: number): SignedSet[] {
  return Array.from({ length: count }, (_, index) => ({
    owner: name(`n${index}.${zone}`),
    type: RRTYPE.A,
    ttl: 300,
    rdatas: [Uint8Array.of(192, 0, 2, index)],
  }));
}

test('What is known of a zone is signed before it is asked for, and again when the period turns', async () => {
  const world = new World(1);
  const signer = world.signer('example.');
  const sets = setsOf('example.', 30);
  world.ahead.add('example.', signer, () => sets);
  await world.done();
  assert.equal(world.budget.made, 30);
  for (const set of sets) signaturesOf(signer, set, true);
  assert.deepEqual([world.budget.made, world.memory.found], [30, 30]);
  world.ahead.look();
  await world.done();
  assert.equal(world.budget.made, 30);
  world.now = signer.times.endsAt;
  world.ahead.look();
  await world.done();
  assert.equal(world.budget.made, 60);
  world.ahead.stop();
});

test('A period that turns while the last set is signed is told of, as replies may hold older signatures', async () => {
  const world = new World(1);
  const signer = world.signer('example.');
  const { endsAt } = signer.times;
  let begun = 0;
  world.ahead.add('example.', signer, function* () {
    begun += 1;
    yield* setsOf('example.', 3);
    world.now = endsAt;
  });
  await world.done();
  assert.deepEqual([begun, world.turns], [2, 1]);
  world.ahead.look();
  await world.done();
  assert.deepEqual([begun, world.turns], [2, 1]);
  world.ahead.stop();
});

test('Zones take turns: a large one does not keep a small one waiting', async () => {
  const world = new World(1);
  let done = 0;
  const counted = function* (sets: readonly SignedSet[]) {
    for (const set of sets) yield set;
    done = world.budget.made;
  };
  const [large, small] = [setsOf('large.', 200), setsOf('small.', 5)];
  world.ahead.add('large.', world.signer('large.'), () => large);
  world.ahead.add('small.', world.signer('small.'), () => counted(small));
  await world.done();
  assert.equal(world.budget.made, 205);
  assert.ok(done <= 12, String(done));
  world.ahead.stop();
});

test('It takes what queries leave of the budget, and lets the loop turn meanwhile', async () => {
  const world = new World(0.5);
  const sets = setsOf('example.', 250);
  world.ahead.add('example.', world.signer('example.'), () => sets);
  let turns = 0;
  for (; world.ahead.waiting > 0; turns += 1) {
    assert.ok(world.budget.hasTime, 'queries have theirs');
    await setImmediate();
  }
  assert.equal(world.budget.made, 250);
  assert.ok(turns > 3, String(turns));
  world.ahead.stop();
});

test('A version that is retired is signed no further, and what only it had is given up after the next is signed', async () => {
  const world = new World(1);
  const first = world.signer('example.');
  const retire = world.ahead.add('example.', first, () => setsOf('example.', 40));
  await world.done();
  const second = world.signer('example.');
  retire();
  first.close();
  world.ahead.add('example.', second, () => setsOf('example.', 10));
  await world.done();
  assert.deepEqual([world.budget.made, world.memory.size], [40, 10]);
  world.ahead.stop();
});
