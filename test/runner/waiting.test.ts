/** When a host looks at requests that wait: as rarely as will do, for it answers clients meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxChannel } from '../../runtime/runner/channel.ts';
import { Crowd } from '../../runtime/runner/crowd.ts';
import { newRun, type PendingRun } from '../../runtime/runner/held-policy.ts';
import type { RunAsk, RunOutcome } from '../../runtime/runner/runs-and-loads.ts';
import { heldPolicy, SILENT } from './held-policy.ts';

function waiting(deadlineAt: number, done: (outcome: RunOutcome) => void, budgetMs = 1000): PendingRun {
  const policy = heldPolicy(`at ${deadlineAt}`);
  const facts = {} as RunAsk['facts'];
  return newRun(
    policy,
    { key: policy.key, host: '', name: '', type: '', facts, budgetMs, deadlineAt },
    done,
    0,
  );
}

test('A crowd has its answers behind its deadlines, with a look every two milliseconds', () => {
  const armed = new Set<number>();
  const channel = new SandboxChannel({ ...SILENT }, (at) => armed.add(at));
  const late: number[] = [];
  for (let index = 0; index < 200; index += 1) {
    const deadlineAt = 50 + index / 10;
    channel.run(
      waiting(deadlineAt, (outcome) => late.push(outcome.ok ? 0 : deadlineAt)),
      0,
    );
  }
  assert.ok(armed.size <= 12, `${armed.size} looks`);
  let looks = 0;
  for (let now = 0; now < 80 && late.length < 200; now += 1) {
    if (!armed.has(now)) continue;
    looks += 1;
    channel.judge(now, true);
    assert.ok(
      late.every((deadlineAt) => deadlineAt <= now),
      'not before',
    );
    assert.equal(late.length, Math.max(0, Math.min(200, Math.floor((now - 50) * 10) + 1)), `at ${now}`);
  }
  assert.equal(late.length, 200);
  assert.ok(looks <= 12, `${looks} looks`);
});

test('The first look at a request is armed, and only further looks are told to the millisecond', () => {
  const armed: number[] = [];
  const channel = new SandboxChannel({ ...SILENT }, (at) => armed.push(at));
  channel.run(
    waiting(1000, () => {}, 20),
    0,
  );
  assert.equal(channel.judge(1, true), Number.POSITIVE_INFINITY);
  const first = Math.min(...armed);
  assert.ok(first > 1 && first < 20);
  const next = channel.judge(first, true);
  assert.ok(next > first && next < 40, `${next}`);
});

test('Those that wait to be sent are looked at when one of them may be late', () => {
  const crowd = new Crowd();
  let late = 0;
  for (let index = 0; index < 100; index += 1) crowd.add(waiting(50 + index, () => (late += 1)));
  assert.equal(crowd.judge(49), 50);
  assert.equal(late, 0);
  assert.equal(crowd.judge(60), 61);
  assert.equal(late, 11);
  crowd.add(waiting(55, () => (late += 1)));
  assert.equal(crowd.judge(60.5), 61, 'one that came late');
  assert.equal(late, 12);
  assert.equal(crowd.size, 89);
});
