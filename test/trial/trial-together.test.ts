/** Policies that are tried at the same time share an isolate, and each gets the verdict that it would get alone. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import type { PolicyOnTrial } from '../../runtime/trial/policy-on-trial.ts';
import { tryPolicy } from '../../runtime/trial/trial.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS } from '../support/policy-settings.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

/** Fails where another policy has left anything behind. */
const WARY = `const isClean = !('trace' in globalThis) && !('trace' in Array.prototype) && health.trace === undefined;
  if (!isClean) throw new Error('Somebody was here');`;

/** What a policy does at its top level, and its host. */
const POLICIES: Readonly<Record<string, readonly [top: string, host: string]>> = {
  wary1: [WARY, "(q) => (q.client.country === 'DE' ? 'us' : 'eu')"],
  untidy: [
    'globalThis.trace = 1; Array.prototype.trace = 1; try { health.trace = 1; } catch {} Array.isArray = () => true;',
    "() => 'us'",
  ],
  wary2: [WARY, "() => 'us'"],
  greedy: ['const all = []; for (;;) all.push(new Array(1e6).fill(0.5));', "() => 'us'"],
  wary3: [WARY, "() => 'us'"],
  endless: ['', '() => { for (;;); }'],
  wary4: [WARY, "(q) => (q.client.family === 6 ? 'us' : 'eu')"],
  late: ['', "(q) => { if (q.client.country === 'JP') throw new Error('Not you'); return 'us'; }"],
  broken: ["throw new Error('Not today');", "() => 'us'"],
  warned: ['let count = 0;', "() => ({ A: ['192.0.2.' + (count++ % 200)] })"],
  wary5: [WARY, "() => 'us'"],
};

async function policiesOn(context: TestContext): Promise<PolicyOnTrial[]> {
  const text = (top: string, host: string) => `import { definePolicy, health } from 'dnsteer';
${top}
void health;
export default definePolicy({ pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } }, fallback: 'us', hosts: { www: ${host} } });
`;
  const files = Object.entries(POLICIES).map(([name, parts]) => [`${name}.example.ts`, text(...parts)]);
  const { root } = makeFolder(context, Object.fromEntries(files) as Record<string, string>);
  return await Promise.all(
    Object.keys(POLICIES).map(async (name) => {
      const compiled = await compilePolicy(`${name}.example.ts`, { root });
      assert.ok(compiled.ok);
      const { script, sourceMap } = compiled;
      const file = path.join(root, `${name}.example.ts`);
      return {
        zone: `${name}.example`,
        file,
        key: `${name}@1`,
        script,
        sourceMap,
        settings: POLICY_SETTINGS,
      };
    }),
  );
}

/** The verdict as an operator reads it. Where V8 stops a loop, and for want of what, is not the same each time. */
async function verdictOf(policy: PolicyOnTrial): Promise<string> {
  const { kind, diagnostics } = await tryPolicy(policy, sandbox);
  const told = diagnostics.map(({ message }) =>
    message.replace(/The (?:policy ran|sandbox was given).*/, 'It was stopped'),
  );
  return [policy.zone, kind, ...told].join('\n');
}

test('Each policy gets the same verdict in bad company as alone', async (context) => {
  const policies = await policiesOn(context);
  const together = await Promise.all(policies.map(verdictOf));
  const alone: string[] = [];
  for (const policy of policies) alone.push(await verdictOf(policy));
  assert.deepEqual(together, alone);
  const passed = together.filter((text) => text.split('\n')[1] === 'passed');
  assert.equal(passed.length, 7);
  assert.match(together.join(), /greedy\.example\nrefused\nDoes not load/);
  assert.match(together.join(), /endless\.example\nfailed\n.*It was stopped/s);
  assert.match(together.join(), /late\.example\nfailed\n.*Not you/s);
});
