/** Which policies are loaded, and in which order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldPolicies, type HeldPolicy, type LoadOutcome } from '../../runtime/policy/held-policies.ts';
import { heldPolicy } from './held-policy.ts';

function policy(key: string, askedAt = 0, onLoaded: (outcome: LoadOutcome) => void = () => {}): HeldPolicy {
  const held = heldPolicy(key, onLoaded);
  held.askedAt = askedAt;
  return held;
}

/** Policies with a process that notes what it is sent. */
function shelf(...held: HeldPolicy[]) {
  const policies = new HeldPolicies();
  for (const one of held) policies.put(one);
  const sent: string[] = [];
  const loader = {
    load: ({ key }: HeldPolicy) => void sent.push(key),
    drop: (key: string) => void sent.push(`drop ${key}`),
  };
  policies.moveTo(loader);
  return { policies, sent, loader };
}

const LOADED = { ok: true, manifest: {} } as const;
const FAILED = { ok: false, reason: 'throw', message: 'Boom' } as const;

test('Policies nobody waits for are loaded one at a time, the most recently asked first', () => {
  const [a, b, c] = [policy('a', 1), policy('b', 3), policy('c', 2)];
  const { policies, sent } = shelf(a, b, c);
  policies.warm();
  policies.warm();
  assert.deepEqual(sent, ['b']);
  policies.noteLoaded(b, LOADED);
  policies.noteLoaded(c, FAILED);
  policies.noteLoaded(a, LOADED);
  assert.deepEqual(sent, ['b', 'c', 'a']);
});

test('A policy that is asked for does not wait for another that is being loaded', () => {
  const [a, b] = [policy('a', 1), policy('b')];
  const { policies, sent } = shelf(a, b);
  policies.warm();
  policies.provide(b, 0);
  policies.provide(b, 0);
  assert.deepEqual(sent, ['a', 'b']);
});

test('What failed to load is tried again when it is asked for, not before', () => {
  const failing = policy('a');
  const { policies, sent } = shelf(failing);
  policies.warm();
  policies.noteLoaded(failing, FAILED);
  assert.deepEqual(sent, ['a']);
  policies.provide(failing, 0);
  assert.deepEqual(sent, ['a', 'a']);
});

test('What is quarantined is not loaded', () => {
  const quarantined = policy('a');
  for (const moment of [1, 2, 3]) quarantined.charges.add(moment);
  const { policies, sent } = shelf(quarantined);
  policies.warm();
  assert.deepEqual(sent, []);
  assert.deepEqual(policies.quarantined, ['a']);
});

test('In another process all are loaded anew', () => {
  const held = policy('a');
  const { policies, sent, loader } = shelf(held);
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
  const { policies, sent } = shelf(policy('a', 1), policy('b'));
  policies.warm();
  policies.drop('a');
  policies.drop('b');
  assert.deepEqual(sent, ['a', 'drop a']);
  assert.equal(policies.get('a'), undefined);
});

test('Only the first outcome is told', () => {
  const told: LoadOutcome[] = [];
  const held = policy('a', 0, (outcome) => told.push(outcome));
  const { policies } = shelf(held);
  policies.noteLoaded(held, LOADED);
  policies.noteLoaded(held, FAILED);
  assert.deepEqual(told, [LOADED]);
});
