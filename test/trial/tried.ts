/** Policies of a few hosts, tried in a real sandbox. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, type TestContext } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { tryPolicy } from '../../runtime/trial/trial.ts';
import type { Trial } from '../../runtime/trial/trial-outcome.ts';
import { sandboxWithStandIns } from '../runner/impostors.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS } from '../support/policy-settings.ts';

const { script: prelude } = await preludeBundle();
export const sandbox = new Sandbox({ spare: false, isPatient: true, prelude, spawn: sandboxWithStandIns });
before(() => sandbox.start());
after(() => sandbox.stop());

/** Tries a policy with these hosts. */
export async function tried(context: TestContext, hosts: string): Promise<{ trial: Trial; told: string }> {
  const { root } = makeFolder(context, {
    'example.com.ts': `import { definePolicy, fastest, firstHealthy, health, leastLoaded, rotate, take, weighted } from 'dnsteer';
const state = { count: 0 }, PLAN = firstHealthy('us', 'pluto'), later = async () => 'us' as never;
export default definePolicy({
  pools: { us: { A: ['192.0.2.1'], check: { type: 'tcp', port: 80 } }, eu: { A: ['192.0.2.2'] } },
  fallback: 'us',
  hosts: { ${hosts} },
});
void [fastest, firstHealthy, health, leastLoaded, rotate, take, weighted, state, PLAN, later];
`,
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  const { script, sourceMap } = compiled;
  const file = path.join(root, 'example.com.ts');
  const key = `example.com@${context.name.length}`;
  const trial = await tryPolicy(
    { zone: 'example.com', file, key, script, sourceMap, settings: POLICY_SETTINGS },
    sandbox,
  );
  return { trial, told: trial.diagnostics.map(formatDiagnostic).join('\n').replaceAll(root, 'policies') };
}
