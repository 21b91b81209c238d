/** A policy that had to be stopped in its trial is tried again when an operator says so, its file unchanged. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { silentLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import type { TrialSandbox } from '../../runtime/trial/policy-on-trial.ts';
import { atEnd } from '../support/at-end.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: '192.0.2.1' }, hosts: { www: () => ({ A: '192.0.2.2' }) } });
`;

const { script: prelude } = await preludeBundle();
const real = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => real.start());
after(() => real.stop());

/** As on a machine that is at times too busy for any policy. */
let isBusy = true;
const sandbox: TrialSandbox = {
  load: (key, script, limits) => real.load(key, script, limits),
  drop: (key) => real.drop(key),
  run: (ask, done) => {
    if (isBusy) done({ ok: false, reason: 'budget', message: 'The policy was stopped' });
    else real.run(ask, done);
  },
};

async function started(context: TestContext): Promise<{ registry: Registry; put: ZoneUpdate[] }> {
  const put: ZoneUpdate[] = [];
  const registry = new Registry({
    version: '0',
    root: makeFolder(context, { 'a.example.ts': POLICY, 'b.example.ts': POLICY }).root,
    settings: { zone: ZONE_SETTINGS, policy: POLICY_SETTINGS },
    sandbox,
    log: silentLogger(),
    onUpdate: (updates) => void put.push(...updates),
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  return { registry, put };
}

test('What is tried again goes live once it passes, and no other zone is made anew', async (context) => {
  isBusy = true;
  const { registry, put } = await started(context);
  const states = () => registry.status().map(({ zone, state }) => `${zone} ${state}`);
  assert.deepEqual(states(), ['a.example quarantined', 'b.example quarantined']);

  await registry.retry('a.example');
  assert.deepEqual(states(), ['a.example quarantined', 'b.example quarantined']);
  assert.equal(put.length, 2, 'what is served is what was served');

  isBusy = false;
  await registry.retry('a.example');
  assert.deepEqual(states(), ['a.example live', 'b.example quarantined']);
  assert.deepEqual(
    put.slice(2).map(({ zone, policy }) => [zone, policy?.quarantined]),
    [['a.example', undefined]],
  );
});

test('A zone that is not there is no reason to do anything', async (context) => {
  isBusy = false;
  const { registry, put } = await started(context);
  await registry.retry('c.example');
  assert.equal(put.length, 2);
});
