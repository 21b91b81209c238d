/** Which policies are loaded, and in which order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldPolicies } from '../../runtime/runner/held-policies.ts';
import type { HeldPolicy } from '../../runtime/runner/held-policy.ts';
import type { LoadOutcome } from '../../runtime/runner/runs-and-loads.ts';
import { heldPolicy } from './held-policy.ts';

const LOADED = { ok: true, manifest: {} } as const;
/** As many as are loaded before they are asked. */
const WARM = 256;
const FAILED = { ok: false, reason: 'throw', message: 'Boom' } as const;

const policy = (key: string, onLoaded: (outcome: LoadOutcome) => void = () => {}) =>
  heldPolicy(key, onLoaded);
/** Nobody waits for its load. */
const lazy = (key: string) => heldPolicy(key);

/** Policies in the order they were asked, last first, with a process that notes what it is sent. */
function shelf(held: readonly HeldPolicy[], memoryMb = 4096) {
  const policies = new HeldPolicies(memoryMb);
  for (const one of held) policies.put(one);
  for (const one of held.toReversed()) policies.noteAsked(one);
  const sent: string[] = [];
  const loader = {
    load: ({ key }: HeldPolicy) => void sent.push(key),
    drop: (key: string) => void sent.push(`drop ${key}`),
  };
  policies.moveTo(loader);
  /** Loads whatever it wants loaded. */
  const loadAll = () => {
    policies.warm();
    for (let one: string | undefined; one !== sent.at(-1); ) {
      one = sent.at(-1);
      const loading = [...held].find(({ key, state }) => key === one && state === 'loading');
      if (loading !== undefined) policies.noteLoaded(loading, LOADED);
    }
  };
  const ask = (one: HeldPolicy) => {
    policies.noteAsked(one);
    policies.provide(one, 0);
    if (one.state === 'loading') policies.noteLoaded(one, LOADED);
  };
  return { policies, sent, loader, loadAll, ask };
}

test('Policies nobody waits for are loaded one at a time, the most recently asked first', () => {
  const [a, b, c] = [policy('a'), policy('b'), policy('c')];
  const { policies, sent } = shelf([b, c, a]);
  policies.warm();
  policies.warm();
  assert.deepEqual(sent, ['b']);
  policies.noteLoaded(b, LOADED);
  policies.noteLoaded(c, FAILED);
  policies.noteLoaded(a, LOADED);
  assert.deepEqual(sent, ['b', 'c', 'a']);
});

test('A policy that is asked for does not wait for another that is being loaded', () => {
  const [a, b] = [policy('a'), policy('b')];
  const { policies, sent } = shelf([a, b]);
  policies.warm();
  policies.provide(b, 0);
  policies.provide(b, 0);
  assert.deepEqual(sent, ['a', 'b']);
});

test('What failed to load is tried again when it is asked for, not before', () => {
  const failing = policy('a');
  const { policies, sent } = shelf([failing]);
  policies.warm();
  policies.noteLoaded(failing, FAILED);
  assert.deepEqual(sent, ['a']);
  policies.provide(failing, 0);
  assert.deepEqual(sent, ['a', 'a']);
});

test('What is quarantined is not loaded', () => {
  const quarantined = policy('a');
  for (const moment of [1, 2, 3]) quarantined.charges.add(moment);
  const { policies, sent } = shelf([quarantined]);
  policies.warm();
  assert.deepEqual(sent, []);
  assert.deepEqual([policies.quarantined, policies.mostRecent(9)], [['a'], []]);
});

test('In another process all are loaded anew', () => {
  const held = policy('a');
  const { policies, sent, loader } = shelf([held]);
  policies.warm();
  policies.noteLoaded(held, LOADED);
  policies.moveTo(undefined);
  policies.warm();
  assert.deepEqual(sent, ['a']);
  policies.moveTo(loader);
  policies.warm();
  assert.deepEqual(sent, ['a', 'a']);
});

test('Dropping frees the isolate, if there is one', () => {
  const { policies, sent } = shelf([policy('a'), policy('b')]);
  policies.warm();
  policies.drop('a');
  policies.drop('b');
  assert.deepEqual(sent, ['a', 'drop a']);
  assert.equal(policies.get('a'), undefined);
});

test('Only the first outcome is told', () => {
  const told: LoadOutcome[] = [];
  const held = policy('a', (outcome) => told.push(outcome));
  const { policies } = shelf([held]);
  policies.noteLoaded(held, LOADED);
  policies.noteLoaded(held, FAILED);
  assert.deepEqual(told, [LOADED]);
});

test('Of many policies those most recently asked are loaded before they are asked again, and no more', () => {
  const many = Array.from({ length: WARM + 50 }, (_, index) => lazy(String(index)));
  const { policies, sent, loadAll } = shelf(many);
  loadAll();
  assert.deepEqual(
    sent,
    many.slice(0, WARM).map(({ key }) => key),
  );
  assert.deepEqual(policies.mostRecent(9), many.slice(0, 9));
  assert.equal(policies.isWorthLoading(undefined), false);
});

test('A load that somebody waits for is made however many there are', () => {
  const many = Array.from({ length: WARM + 50 }, (_, index) => policy(String(index)));
  const { sent, loadAll } = shelf(many);
  loadAll();
  assert.equal(sent.length, many.length);
});

test('A version is worth loading where the one before it is loaded, and counts as asked as that one was', () => {
  const many = Array.from({ length: WARM + 1 }, (_, index) => lazy(String(index)));
  const { policies, loadAll } = shelf(many);
  loadAll();
  assert.deepEqual(
    many.map((before) => policies.isWorthLoading(before)),
    many.map((_, index) => index < WARM),
  );
  const [next, unknown] = [lazy('next'), lazy('unknown')];
  policies.put(next, many[0]);
  policies.put(unknown);
  assert.deepEqual(
    [policies.mostRecent(9).includes(next), policies.mostRecent(9).includes(unknown)],
    [true, false],
  );
});

test('Where there is no room for another isolate, the one least recently asked is dropped', () => {
  const many = Array.from({ length: 200 }, (_, index) => lazy(String(index)));
  const { policies, sent, loadAll, ask } = shelf(many, 256);
  loadAll();
  const room = many.filter(({ isPresent }) => isPresent).length;
  assert.ok(room < 200, `${room} of 200 are loaded`);
  const [next, last, lastButOne] = [many[room], many[room - 1], many[room - 2]] as HeldPolicy[];
  assert.ok(next !== undefined && last !== undefined && lastButOne !== undefined);
  ask(last);
  ask(next);
  assert.deepEqual(sent.slice(-2), [next.key, `drop ${many[0]?.key}`]);
  assert.equal(many.filter(({ isPresent }) => isPresent).length, room);
  assert.deepEqual([last.isPresent, next.isPresent, policies.get('0')?.state], [true, true, 'cold']);
});

test('A process that uses most of its memory gives isolates back, until it uses less', () => {
  const many = Array.from({ length: 40 }, (_, index) => lazy(String(index)));
  const { policies, loadAll, ask } = shelf(many);
  const present = () => many.filter(({ isPresent }) => isPresent).length;
  loadAll();
  policies.noteMemory(0.7);
  assert.equal(present(), 40);
  policies.noteMemory(0.8);
  policies.noteMemory(0.8);
  const pressed = present();
  assert.ok(pressed < 40, `${pressed} are loaded`);
  for (const one of many) ask(one);
  assert.equal(present(), pressed);
  policies.noteMemory(0.4);
  for (const one of many) ask(one);
  assert.equal(present(), 40);
  for (let look = 0; look < 40; look += 1) policies.noteMemory(0.9);
  assert.equal(present(), 1);
});

test('An isolate the process has lost is loaded anew, unless it is on its way', () => {
  const held = lazy('a');
  const { policies, sent, loadAll } = shelf([held]);
  loadAll();
  policies.noteLost(held);
  policies.noteLost(held);
  assert.deepEqual(sent, ['a', 'a']);
});

test('A version that is dropped while it runs is not loaded again when its isolate is lost', () => {
  const held = policy('a');
  const { policies, sent, loadAll } = shelf([held]);
  loadAll();
  policies.drop('a');
  policies.noteLost(held);
  policies.warm();
  assert.deepEqual(sent, ['a', 'drop a']);
});
