/**
 * The law of the memory with nothing played: policies made up as text, compiled, run by a sandbox process.
 * Each query is decided there first, by an answer from memory then, and both are what the oracle says.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { compilePolicy } from '../../../runtime/build/compile.ts';
import { preludeBundle } from '../../../runtime/build/prelude-bundle.ts';
import { Sandbox } from '../../../runtime/runner/sandbox.ts';
import { policyText, trees } from '../policy-tree.ts';
import { asks, TARGETS, type TreeAsk, type Trees, TreeWorld } from '../tree-world.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-memo-'));
const sandbox = new Sandbox({ spare: false, prelude: (await preludeBundle()).script });
before(() => sandbox.start());
after(async () => {
  await sandbox.stop();
  rmSync(root, { recursive: true });
});

async function load(key: string, made: Trees): Promise<void> {
  await loadText(key, policyText(made));
}

async function loadText(key: string, text: string): Promise<void> {
  writeFileSync(path.join(root, 'example.com.ts'), text);
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.diagnostics));
  const loaded = await sandbox.load(key, compiled.script, { memoryMb: 32, timeoutMs: 10_000 });
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
}

async function answerTo(world: TreeWorld, ask: TreeAsk): Promise<string> {
  const { answer, answered } = world.send(ask);
  await answered;
  return answer() ?? assert.fail('no answer');
}

const tree = trees();
const moments = fc.record({
  asks: fc.array(asks, { minLength: 1, maxLength: 8 }),
  hours: fc.nat(30),
  down: fc.subarray([...TARGETS]),
});

test('Whatever the policy, what is remembered is what its sandbox decides, and an oracle as well', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ a: tree, b: tree, '*.w': tree }),
      fc.array(moments, { minLength: 1, maxLength: 3 }),
      async (made, history) => {
        const world = new TreeWorld({ realSandbox: sandbox });
        const zone = world.put(made);
        const key = zone.attachment.policy?.key ?? assert.fail();
        await load(key, made);
        for (const { asks: asked, hours, down } of history) {
          world.now += hours * 3_600_000;
          for (const target of TARGETS) world.setHealth(target, down.includes(target) ? 'down' : 'up');
          for (const ask of asked) {
            const { answer } = world.oracle(ask);
            assert.equal(await answerTo(world, ask), answer, 'now or before, by the sandbox');
            const { memoMisses } = world.server.counters.steps;
            assert.equal(await answerTo(world, ask), answer, 'from memory');
            assert.equal(world.server.counters.steps.memoMisses, memoMisses);
          }
        }
        assert.deepEqual([world.server.fallbacks, world.server.contradictions], [[], []]);
        sandbox.drop(key);
      },
    ),
    { numRuns: 25 },
  );
});

test('A policy that compares is asked once: it decides for all groups of countries, and nobody waits for it again', async () => {
  const none = { leaf: 0 };
  const world = new TreeWorld({ realSandbox: sandbox });
  const key = world.put({ a: none, b: none, '*.w': none }).attachment.policy?.key ?? assert.fail();
  const text = `import { definePolicy } from 'dnsteer';
    const NORDIC = new Set(['DK', 'FI', 'SE', 'US']);
    const site = (country = 'AQ') => (NORDIC.has(country) ? 1 : country === 'DE' ? 2 : country === 'AQ' ? 3 : 4);
    export default definePolicy({
      fallback: { A: '192.0.2.99' },
      hosts: {
        a: (query) => ({ A: '10.0.0.' + site(query.client.country) }),
        b: () => ({ A: '10.0.0.' + site('DE') }),
      },
    });`;
  await loadText(key, text);
  const { steps } = world.server.counters;
  const ask = (from: string, host: 'a' | 'b' = 'a'): Promise<string> =>
    answerTo(world, { host, label: 'x', type: 'A', from });
  // Nothing is decided ahead where runs take long, and the first one in an isolate does on a busy machine.
  await ask('198.51.100.1', 'b');
  const { memoMisses } = steps;
  const answers = ['198.51.100.1', '192.0.2.1', '203.0.113.1', '2001:db8:a::1', '::1'];
  const said: string[] = [];
  for (const from of answers) said.push((await ask(from)).split(' ').at(-1) ?? '');
  assert.deepEqual(said, ['10.0.0.2', '10.0.0.1', '10.0.0.4', '10.0.0.4', '10.0.0.3']);
  // DE, the Nordic countries, AQ; others, and none.
  assert.deepEqual([steps.memoMisses - memoMisses, steps.memoAhead], [1, 4]);
  assert.deepEqual([world.server.fallbacks, world.server.contradictions], [[], []]);
  sandbox.drop(key);
});
