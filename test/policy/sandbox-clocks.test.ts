/** When the oldest request of a sandbox is overdue, and when its process has to end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgementOf, judgeOldest } from '../../runtime/policy/sandbox-clocks.ts';
import type { LoadRequest } from '../../runtime/policy/sandbox-request.ts';
import { heldPolicy } from './held-policy.ts';

/** The oldest since moment 1000, with an allowance of 5 ms. */
function request(): LoadRequest {
  const policy = heldPolicy('a');
  return { kind: 'load', policy, id: 1, since: 1000, allowanceMs: 5, overdue: undefined };
}

const unknown = () => undefined;

test('Within its allowance and the grace there is nothing to do', () => {
  assert.equal(judgementOf(request()), 1007);
  assert.deepEqual(judgeOldest(request(), 1006.9, unknown), { kind: 'wait', until: 1007 });
});

test('Where nothing is known of computing, the caller is told after the grace and the process killed after 10 ms', () => {
  const oldest = request();
  assert.deepEqual(judgeOldest(oldest, 1007, unknown), { kind: 'over', until: 1009 });
  assert.deepEqual(judgeOldest(oldest, 1014, unknown), { kind: 'over', until: 1016 });
  assert.deepEqual(judgeOldest(oldest, 1015, unknown), { kind: 'kill' });
});

test('A judge who comes late gives the process the rest of its time', () => {
  const oldest = request();
  assert.deepEqual(judgeOldest(oldest, 1200, unknown), { kind: 'over', until: 1202 });
  assert.deepEqual(judgeOldest(oldest, 1207, unknown), { kind: 'over', until: 1209 });
  assert.deepEqual(judgeOldest(oldest, 1208, unknown), { kind: 'kill' });
});

test('A process that computes is told of, and killed, for as long as it has computed', () => {
  const oldest = request();
  assert.deepEqual(
    judgeOldest(oldest, 1007, () => 500),
    { kind: 'wait', until: 1009 },
  );
  assert.deepEqual(
    judgeOldest(oldest, 1009, () => 502),
    { kind: 'over', until: 1011 },
  );
  assert.deepEqual(
    judgeOldest(oldest, 1020, () => 507),
    { kind: 'over', until: 1022 },
  );
  assert.deepEqual(
    judgeOldest(oldest, 1022, () => 508),
    { kind: 'kill' },
  );
});

test('A process that the system does not let compute is spared for a second', () => {
  const oldest = request();
  for (let now = 1007; now < 2007; now += 10) {
    assert.equal(judgeOldest(oldest, now, () => 500).kind, 'wait');
  }
  assert.deepEqual(
    judgeOldest(oldest, 2007, () => 500),
    { kind: 'kill' },
  );
});
