/**
 * A sandbox that holds a hundred policies is killed, again and again: how long until another policy
 * than the one that ran decides, and until all are loaded again.
 * Run: node test/bench/respawn.ts [times]
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import type { RunOutcome } from '../../runtime/runner/runs-and-loads.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { quantile, table } from './measure.ts';

const TIMES = Number(process.argv[2] ?? 50);
const POLICIES = 100;
const LIMITS = { memoryMb: 32, timeoutMs: 1000 };
const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { A: '192.0.2.1' },
  hosts: { www: (query) => ({ A: query.client.country === 'DE' ? '192.0.2.2' : '192.0.2.3' }) },
});`;

const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-bench-'));
writeFileSync(path.join(root, 'a.example.ts'), POLICY);
const compiled = await compilePolicy('a.example.ts', { root });
if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ prelude });
await sandbox.start();
const keys = Array.from({ length: POLICIES }, (_, index) => `p${index}`);
await Promise.all(keys.map((key) => sandbox.load(key, compiled.script, LIMITS)));
for (const key of keys) await decide(key);

const figures = { neighbour: [] as number[], loaded: [] as number[] };
for (let time = 0; time < TIMES; time += 1) {
  // The spare that took over has its own successor by then, which has learned what is in use.
  while (sandbox.stats().spare.length < POLICIES) await new Promise((resolve) => setTimeout(resolve, 50));
  const from = performance.now();
  process.kill(sandbox.stats().pid, 'SIGKILL');
  await until(() => decide(`p${(7 * time) % POLICIES}`));
  figures.neighbour.push(performance.now() - from);
  for (const key of keys) await until(() => decide(key));
  figures.loaded.push(performance.now() - from);
}
await sandbox.stop();
table([
  ['after kill -9, ms', 'median', 'p99', 'longest'],
  ['another policy decides', ...shown(figures.neighbour)],
  [`all ${POLICIES} policies decide`, ...shown(figures.loaded)],
]);

async function until(ask: () => Promise<RunOutcome>): Promise<void> {
  while (!(await ask()).ok);
}

function decide(key: string): Promise<RunOutcome> {
  const network = { ip: '192.0.2.1', subnet: '192.0.2.0/24', family: 4 };
  const facts = { place: { country: 'DE' }, ...network, now: Date.now(), health: {} };
  const ask = { key, host: 'www', name: 'www.a.example', type: 'A', facts, budgetMs: 50 };
  return new Promise((resolve) => {
    sandbox.run({ ...ask, deadlineAt: performance.now() + 1000 }, resolve);
  });
}

function shown(values: readonly number[]): string[] {
  return [0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1));
}
