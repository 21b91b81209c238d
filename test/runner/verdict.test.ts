/** What becomes of a sandbox that does not reply, by what is known of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxEvidence, type Sight } from '../../runtime/runner/evidence.ts';
import { type Circumstances, verdictOf } from '../../runtime/runner/verdict.ts';

const ALONE: Circumstances = { isSuspect: false, hasSuccessor: true, othersWait: false };
const KNOWN = { usedMs: 0, seenMs: 0, waitedMs: 0, idleMs: 0, allowanceMs: 5, stopMs: 5, isStopped: false };

/** Of a request that has been the oldest since moment 1000, to be looked at by 1001.25. */
function evidence(): SandboxEvidence {
  return new SandboxEvidence({ since: 1000, allowanceMs: 5, stopMs: 5 }, 1001.25);
}

function seen(sights: readonly Partial<Sight>[]): SandboxEvidence {
  const all = evidence();
  for (const sight of sights) {
    all.add({
      now: 1001.25,
      figureMs: undefined,
      toldMs: undefined,
      isOwn: false,
      isStopped: () => false,
      isRead: true,
      ...sight,
    });
    all.expect((sight.now ?? 0) + 50);
  }
  return all;
}

test('What it has computed makes it guilty, and the clock on the wall does not', () => {
  const used = (usedMs: number, circumstances = ALONE) =>
    verdictOf({ ...KNOWN, usedMs, seenMs: usedMs, waitedMs: 5000 }, circumstances).kind;
  assert.deepEqual(
    [0, 6.9, 7, 14.4, 14.5].map((ms) => used(ms)),
    ['wait', 'wait', 'over', 'over', 'kill'],
  );
  const others = { ...ALONE, othersWait: true };
  assert.deepEqual(
    [6.9, 7, 9.9, 10].map((ms) => used(ms, others)),
    ['wait', 'over', 'over', 'kill'],
  );
  const without = { ...others, hasSuccessor: false };
  assert.deepEqual(
    [200, 256.9, 257].map((ms) => used(ms, without)),
    ['over', 'over', 'kill'],
  );
});

test('One that V8 was told to stop later is killed later, and its caller is told no later', () => {
  const used = (usedMs: number, circumstances = ALONE) =>
    verdictOf({ ...KNOWN, stopMs: 15, usedMs, seenMs: usedMs }, circumstances).kind;
  assert.deepEqual(
    [6.9, 7, 24.4, 24.5].map((ms) => used(ms)),
    ['wait', 'over', 'over', 'kill'],
  );
  const others = { ...ALONE, othersWait: true };
  assert.deepEqual(
    [6.9, 7, 9.9, 10].map((ms) => used(ms, others)),
    ['wait', 'over', 'over', 'kill'],
    'others do not wait for V8',
  );
});

test('One that computes nothing for a second is replaced, whatever its budget, and sooner if it was stopped', () => {
  const idle = (idleMs: number, isStopped = false) => {
    const longest = { allowanceMs: 5000, stopMs: 5000 };
    return verdictOf({ ...KNOWN, ...longest, waitedMs: idleMs, idleMs, isStopped }, ALONE).kind;
  };
  assert.deepEqual(
    [0, 999, 1000].map((ms) => idle(ms)),
    ['wait', 'wait', 'replace'],
  );
  assert.deepEqual(
    [0, 99, 100].map((ms) => idle(ms, true)),
    ['wait', 'wait', 'replace'],
  );
});

test('One that comes to no end in five seconds is replaced, however it fills them', () => {
  const waited = (waitedMs: number) => verdictOf({ ...KNOWN, waitedMs }, ALONE).kind;
  assert.deepEqual([5006, 5007].map(waited), ['wait', 'replace']);
});

test('Callers of one under suspicion are told as soon as it is seen to have computed the budget', () => {
  const late = (seenMs: number) => verdictOf({ ...KNOWN, seenMs }, { ...ALONE, isSuspect: true });
  assert.deepEqual(late(4), { kind: 'wait', ms: 1.25 });
  assert.equal(late(5.25).kind, 'late');
});

test('What was seen counts when the pipe was read after it', () => {
  const sights = [
    { now: 1001.25, figureMs: 500 },
    { now: 1010, figureMs: 509 },
    { now: 1011, figureMs: 510, isRead: false },
    { now: 1012, figureMs: 511 },
  ];
  const used = sights.map((_, index) => seen(sights.slice(0, index + 1)).usedMs);
  assert.deepEqual(used, [0, 0, 0, 10]);
});

test('It counts from what the process told last, as far as that can be true', () => {
  const sights = (toldMs: number) =>
    [1, 2, 3].map((turn) => ({ now: 1001 + turn, figureMs: 500 + turn, toldMs }));
  assert.equal(seen(sights(499)).usedMs, 3);
  assert.equal(seen(sights(501.5)).usedMs, 0.5);
  // It says that it had computed for an hour by then, to seem innocent for as long.
  const liar = sights(3_600_000).map((sight, turn) => ({ ...sight, figureMs: 500 + 20 * turn }));
  assert.equal(seen(liar).usedMs, 10);
});

test('What it computes for itself is no policy’s, and not to go on for ever', () => {
  const all = evidence();
  for (let turn = 0; turn < 30; turn += 1) {
    all.add({
      now: 1002 + 50 * turn,
      figureMs: 500 + 50 * turn,
      toldMs: 499,
      isOwn: true,
      isStopped: () => false,
      isRead: true,
    });
    all.expect(1052 + 50 * turn);
    assert.equal(all.usedMs, 0);
  }
  assert.equal(verdictOf(all, ALONE).kind, 'replace');
});

test('A pause of the host itself is no time in which it waited', () => {
  const all = evidence();
  all.add({ now: 4000, figureMs: 500, toldMs: 499, isOwn: false, isStopped: () => false, isRead: true });
  all.expect(4050);
  all.add({ now: 9000, figureMs: 500, toldMs: 499, isOwn: false, isStopped: () => false, isRead: true });
  assert.deepEqual([all.waitedMs, all.idleMs], [6.25 + 55, 0], 'its pipe was not read after that');
  all.expect(9010);
  all.add({ now: 9010, figureMs: 500, toldMs: 499, isOwn: false, isStopped: () => false, isRead: true });
  assert.deepEqual([all.waitedMs, all.idleMs], [6.25 + 55 + 10, 55]);
});

test('Where the system does not tell, the time for which the host was well stands for what it computed', () => {
  const all = evidence();
  const verdicts = [1001.25, 1007, 1008, 1012, 1016, 1017].map((now) => {
    all.add({ now, figureMs: undefined, toldMs: 17, isOwn: false, isStopped: () => false, isRead: true });
    const verdict = verdictOf(all, ALONE);
    all.expect(now + ('ms' in verdict ? verdict.ms : 0));
    return verdict.kind;
  });
  assert.deepEqual(verdicts, ['wait', 'wait', 'over', 'over', 'over', 'kill']);
});
