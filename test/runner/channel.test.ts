/** How long runs have in the sandbox, by V8's clock on the wall and by the processor's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Addressee, SandboxChannel } from '../../runtime/runner/channel.ts';
import { Charges } from '../../runtime/runner/charges.ts';
import { HeldPolicy, newRun } from '../../runtime/runner/held-policy.ts';
import type { RunAsk } from '../../runtime/runner/runs-and-loads.ts';
import { SILENT } from './held-policy.ts';

const BUDGET_MS = 5;
const LIMITS = { memoryMb: 16, timeoutMs: 100 };
const MINUTE = 60_000;

interface SentRun {
  readonly timeoutMs: number;
  readonly wallMs: number;
}

/** A channel to a process that takes messages and says nothing. */
function silent() {
  const sent: SentRun[] = [];
  const process: Addressee = { ...SILENT, sendRun: (run) => void sent.push(run) };
  const channel = new SandboxChannel(process, () => {});
  const run = (policy: HeldPolicy, now: number): SentRun => {
    const ask = {
      key: 'a',
      host: '',
      name: '',
      type: '',
      facts: {} as RunAsk['facts'],
      budgetMs: BUDGET_MS,
      deadlineAt: now,
    };
    channel.run(
      newRun(policy, ask, () => {}, now),
      now,
    );
    const { timeoutMs, wallMs } = sent.at(-1) ?? assert.fail();
    return { timeoutMs, wallMs };
  };
  const load = (charges?: Charges): HeldPolicy => {
    const policy = new HeldPolicy({
      key: 'a',
      script: '',
      limits: LIMITS,
      charges: charges ?? new Charges(),
    });
    channel.load(policy, 0);
    return policy;
  };
  return { channel, run, load };
}

/** The runs of an isolate that may compute more than the budget. */
const COLD_RUNS = 8;

test('V8 stops a run at its budget; the first ones of an isolate may compute more', () => {
  const { run, load } = silent();
  const policy = load();
  for (let count = 0; count < COLD_RUNS; count += 1)
    assert.deepEqual(run(policy, 0), { timeoutMs: BUDGET_MS + 10, wallMs: BUDGET_MS + 11 });
  assert.deepEqual(run(policy, 0), { timeoutMs: BUDGET_MS, wallMs: BUDGET_MS + 1 });
});

test('On a machine that starved a run, runs have longer', () => {
  const { channel, run, load } = silent();
  const policy = load();
  channel.noteStarved(0);
  for (let count = 0; count < COLD_RUNS; count += 1)
    assert.deepEqual(run(policy, 1), { timeoutMs: BUDGET_MS + 10, wallMs: BUDGET_MS + 61 });
  assert.deepEqual(run(policy, 1), { timeoutMs: BUDGET_MS, wallMs: BUDGET_MS + 51 });
  assert.deepEqual(run(policy, MINUTE), { timeoutMs: BUDGET_MS, wallMs: BUDGET_MS + 1 });
});

test('Who has offended has no more than its budget on any machine', () => {
  const { channel, run, load } = silent();
  const policy = load(new Charges(0));
  channel.noteStarved(0);
  assert.deepEqual(run(policy, 1), { timeoutMs: BUDGET_MS, wallMs: BUDGET_MS + 1 });
});
