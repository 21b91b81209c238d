/** Many more policies than a sandbox has memory for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charges } from '../../runtime/runner/charges.ts';
import { DEFAULT_SANDBOX } from '../../runtime/runner/process/program.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { decide, guest, LIMITS, reasonOf, STEADY } from './guests.ts';

/** The least a sandbox can be given: a hundred of them fill it. */
const SETTINGS = { ...DEFAULT_SANDBOX, memory: 256 };
const KEYS = Array.from({ length: 500 }, (_, index) => `zone${index}.example@1`);

test('All are answered, with those loaded that there is room for', async () => {
  const sandbox = new Sandbox({ spare: false, settings: SETTINGS });
  await sandbox.start();
  const held = KEYS.map((key, index) => {
    const script = guest(`return { kind: 'records', A: '192.0.2.${index % 256}' };`);
    return sandbox.hold({ key, script, limits: LIMITS, charges: new Charges() });
  });
  const loaded = (await Promise.all(held)).filter((outcome) => outcome?.ok).length;
  assert.ok(loaded > 0 && loaded < KEYS.length, `${loaded} were loaded before they were asked`);
  for (const key of [...KEYS, ...KEYS.toReversed()]) {
    const outcome = await decide(sandbox, key);
    assert.equal(reasonOf(outcome), 'none');
  }
  assert.equal(sandbox.stats().restarts, 0);
  await sandbox.stop();
});

test('A policy that is loaded does not wait for all that have to be, and those are answered too', async () => {
  const sandbox = new Sandbox({ spare: false });
  await sandbox.start();
  const slow = guest(
    'return { kind: "nodata" };',
    'for (const until = Date.now() + 5; Date.now() < until; );',
  );
  const hold = (key: string, script: string) =>
    sandbox.hold({ key, script, limits: LIMITS, charges: new Charges() });
  // As many as are loaded before they are asked, and then some.
  await Promise.all(Array.from({ length: 256 }, (_, index) => hold(`other${index}`, STEADY)));
  const cold = Array.from({ length: 40 }, (_, index) => `cold${index}`);
  for (const key of cold) await hold(key, slow);
  const answered: string[] = [];
  const asked = [...cold, 'other0'].map(async (key) => {
    assert.equal(reasonOf(await decide(sandbox, key)), 'none');
    answered.push(key);
  });
  await Promise.all(asked);
  const before = answered.indexOf('other0');
  assert.ok(before < 10, `${before} of ${cold.length} had to be loaded before it`);
  await sandbox.stop();
});

test('Those that cannot be loaded in time are told so at their deadline, and nothing is done for them after it', async () => {
  const sandbox = new Sandbox({ spare: false });
  await sandbox.start();
  const slow = guest(
    'return { kind: "nodata" };',
    'for (const until = Date.now() + 50; Date.now() < until; );',
  );
  const hold = (key: string, script: string) =>
    sandbox.hold({ key, script, limits: LIMITS, charges: new Charges() });
  await Promise.all(Array.from({ length: 256 }, (_, index) => hold(`other${index}`, STEADY)));
  const cold = Array.from({ length: 100 }, (_, index) => `cold${index}`);
  for (const key of cold) await hold(key, slow);
  const outcomes = await Promise.all(cold.map((key) => decide(sandbox, key, { withinMs: 200 })));
  const late = outcomes.filter((outcome) => reasonOf(outcome) === 'deadline').length;
  assert.ok(late > 50, `${late} were late`);
  assert.ok(sandbox.stats().pending <= 10, `${sandbox.stats().pending} are still pending`);
  await sandbox.stop();
});
