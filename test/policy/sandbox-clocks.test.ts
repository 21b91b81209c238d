/** When the oldest request of a sandbox is overdue, and when its process has to end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOverdue, judgementOf, judgeOldest } from '../../runtime/policy/sandbox-clocks.ts';
import type { LoadRequest } from '../../runtime/policy/sandbox-request.ts';
import { heldPolicy } from './held-policy.ts';

/** The oldest since moment 1000, with an allowance of 5 ms. */
function request(): LoadRequest {
  const policy = heldPolicy('a');
  return { kind: 'load', policy, id: 1, since: 1000, allowanceMs: 5, look: undefined };
}

const unknown = () => undefined;

test('A quarter of its allowance over, it is looked at; until the grace is over there is nothing to do', () => {
  assert.equal(judgementOf(request()), 1001.25);
  const oldest = request();
  assert.deepEqual(judgeOldest(oldest, 1001.2, unknown), { kind: 'wait', until: 1001.25 });
  assert.equal(oldest.look, undefined);
  assert.deepEqual(
    judgeOldest(oldest, 1003, () => 500),
    { kind: 'wait', until: 1006.25 },
  );
  assert.deepEqual(oldest.look, { at: 1003, computedMs: 500 });
  assert.deepEqual(
    judgeOldest(oldest, 1006.2, () => 502),
    { kind: 'wait', until: 1006.25 },
  );
});

test('Where nothing is known of computing, the caller is told after the grace and the process killed soon', () => {
  const oldest = request();
  assert.deepEqual(judgeOldest(oldest, 1001.25, unknown), { kind: 'wait', until: 1006.25 });
  assert.deepEqual(judgeOldest(oldest, 1006.5, unknown), { kind: 'over', until: 1007.5 });
  assert.deepEqual(judgeOldest(oldest, 1013, unknown), { kind: 'over', until: 1014 });
  assert.deepEqual(judgeOldest(oldest, 1014, unknown), { kind: 'kill' });
});

test('A judge who comes late gives the process the rest of its time', () => {
  const oldest = request();
  assert.deepEqual(judgeOldest(oldest, 1200, unknown), { kind: 'over', until: 1201 });
  assert.deepEqual(judgeOldest(oldest, 1206, unknown), { kind: 'over', until: 1207 });
  assert.deepEqual(judgeOldest(oldest, 1207.5, unknown), { kind: 'kill' });
});

test('A process that computes is told of, and killed, for as long as it has computed', () => {
  const oldest = request();
  const judge = (now: number, computedMs: number) => judgeOldest(oldest, now, () => computedMs);
  assert.deepEqual(judge(1002.5, 500), { kind: 'wait', until: 1006.25 });
  assert.deepEqual(judge(1006.5, 501.5), { kind: 'wait', until: 1007.5 });
  assert.deepEqual(judge(1008, 502.5), { kind: 'over', until: 1009 });
  assert.deepEqual(judge(1020, 511), { kind: 'over', until: 1021 });
  assert.deepEqual(judge(1021, 511.25), { kind: 'kill' });
});

test('A process that the system does not let compute is spared for a quarter of a second', () => {
  const oldest = request();
  for (let now = 1003; now < 1255; now += 10) {
    assert.equal(judgeOldest(oldest, now, () => 500).kind, 'wait');
  }
  assert.deepEqual(
    judgeOldest(oldest, 1256.5, () => 500),
    { kind: 'kill' },
  );
});

test('Where others wait for it to end, a process is killed sooner', () => {
  const oldest = request();
  const judge = (now: number, computedMs: number) => judgeOldest(oldest, now, () => computedMs, true, true);
  assert.equal(judge(1001.25, 500).kind, 'wait');
  assert.equal(judge(1009, 507.9).kind, 'over');
  assert.equal(judge(1010, 508).kind, 'kill');
});

test('Under suspicion, its callers are told by the clock on the wall, and the process is spared all the same', () => {
  const oldest = request();
  oldest.policy.charges.suspect(0);
  const judge = (now: number) => judgeOldest(oldest, now, () => 500);
  assert.deepEqual(judge(1002), { kind: 'wait', until: 1005.25 });
  assert.deepEqual(judge(1005.5), { kind: 'over', until: 1006.5 });
  assert.equal(judge(1200).kind, 'over');
});

test('A process without a successor is not killed before it is of no use to anybody', () => {
  const oldest = request();
  const judge = (now: number, computedMs: number) => judgeOldest(oldest, now, () => computedMs, false);
  assert.equal(judge(1002, 500).kind, 'wait');
  assert.equal(judge(1100, 598).kind, 'over');
  assert.equal(judge(1256.5, 700).kind, 'kill');
});

test('What is overdue is so however little the process could compute', () => {
  assert.equal(isOverdue(request(), 1005), false);
  assert.equal(isOverdue(request(), 1005.1), true);
});
