/** Many more policies than a sandbox has memory for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charges } from '../../runtime/policy/charges.ts';
import { Sandbox } from '../../runtime/policy/sandbox.ts';
import { DEFAULT_SANDBOX } from '../../runtime/policy/sandbox-program.ts';
import { decide, guest, LIMITS, reasonOf } from './guests.ts';

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
