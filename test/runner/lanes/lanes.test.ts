/** A policy that harms those it shares a sandbox with gets another, and they go on undisturbed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxLanes } from '../../../runtime/runner/lanes/lanes.ts';
import type { SandboxState } from '../../../runtime/runner/state.ts';
import { until } from '../../support/until.ts';
import { CRASH, decide, FACTS, guest, HANG, HOARD, LIMITS, reasonOf, STEADY } from '../guests.ts';
import { sandboxWithStandIns } from '../impostors.ts';

/** Offends when it is asked for the name, and decides otherwise. */
const offender = (body: string) => guest(`if (name === 'offend') { ${body} } return { kind: 'nodata' };`);

async function lanesWith(scripts: Readonly<Record<string, string>>) {
  const states: SandboxState[] = [];
  const lanes = new SandboxLanes({
    spawn: sandboxWithStandIns,
    onState: (state) => void states.push(state),
  });
  await lanes.start();
  for (const [key, script] of Object.entries(scripts)) {
    const loaded = await lanes.hold(key, script, LIMITS);
    assert.ok(loaded?.ok, JSON.stringify(loaded));
  }
  /** On a busy machine it may be stopped before it has computed that long, which is no offence. */
  const offend = (budgetMs = 20) =>
    until(
      () => decide(lanes, 'offender', { name: 'offend', budgetMs }),
      (outcome) => reasonOf(outcome) !== 'deadline',
    );
  /** Asks for something harmless until the second sandbox answers. */
  const movedApart = () =>
    until(
      async () => [lanes.stats().offenders.join(), reasonOf(await decide(lanes, 'offender'))].join(),
      (state) => state === 'offender,none',
    );
  return { lanes, states, offend, movedApart, [Symbol.asyncDispose]: () => lanes.stop() };
}

for (const [what, body, budgetMs] of [
  ['runs too long', 'for (;;);', 20],
  // Memory is what is to run out first.
  ['takes too much memory', HOARD, 1000],
] as const) {
  test(`A policy that ${what} is moved, and decides all the while`, async () => {
    await using held = await lanesWith({ offender: offender(body), steady: STEADY });
    const { pid } = held.lanes.stats();
    assert.notEqual(reasonOf(await held.offend(budgetMs)), 'none');
    assert.equal(reasonOf(await decide(held.lanes, 'offender')), 'none');
    await held.movedApart();
    assert.equal(held.lanes.stats().pid, pid, 'the shared process went on');
    assert.notEqual(held.lanes.stats().apart?.pid, pid);
  });
}

for (const [what, body] of [
  ['ends the process', CRASH],
  ['hangs where no timeout stops it', HANG],
] as const) {
  test(`A policy that ${what} does so to the others once`, async () => {
    await using held = await lanesWith({ offender: offender(body), steady: STEADY });
    await held.offend();
    await held.movedApart();
    // The one that ended has a successor some time later.
    const shared = await until(
      async () => held.lanes.stats().pid,
      (pid) => pid !== 0,
    );
    await held.offend();
    assert.equal(reasonOf(await decide(held.lanes, 'steady')), 'none');
    assert.equal(held.lanes.stats().pid, shared, 'the shared process went on');
    await until(
      async () => reasonOf(await held.offend()),
      (reason) => reason === 'quarantined',
    );
    assert.deepEqual(held.lanes.stats().quarantined, ['offender']);
    assert.equal(held.lanes.stats().pid, shared);
    held.lanes.release('offender');
    await held.movedApart();
  });
}

test('A policy that takes most of the time, each run within its budget, is moved', async () => {
  const slow = guest(`for (const until = Date.now() + 40; Date.now() < until; ); return { kind: 'nodata' };`);
  await using held = await lanesWith({ offender: slow, steady: STEADY });
  for (let run = 0; run < 8; run += 1) await decide(held.lanes, 'offender');
  await held.movedApart();
});

test('A version that is replaced or dropped leaves the second sandbox with it', async () => {
  await using held = await lanesWith({ offender: offender('for (;;);'), steady: STEADY });
  await held.offend();
  await held.movedApart();
  assert.ok((await held.lanes.hold('offender', STEADY, LIMITS))?.ok);
  assert.equal(reasonOf(await decide(held.lanes, 'offender')), 'none');
  held.lanes.drop('offender');
  assert.equal(reasonOf(await decide(held.lanes, 'offender')), 'sandbox');
});

/** Computes for so long, at the top level. */
const busyTop = (ms: number) => `for (const until = Date.now() + ${ms}; Date.now() < until; );`;

test('A policy that took long to load in its trial is never loaded where others wait', async () => {
  await using held = await lanesWith({ steady: STEADY });
  const heavy = guest('return { kind: "nodata" };', busyTop(40));
  const loaded = await held.lanes.hold('heavy.example@1', heavy, LIMITS, { loadMs: 40 });
  assert.ok(loaded?.ok, JSON.stringify(loaded));
  assert.notEqual(held.lanes.stats().heavy?.pid, held.lanes.stats().pid);
  assert.equal(reasonOf(await decide(held.lanes, 'heavy.example@1')), 'none');
  assert.match(
    held.states.find(({ state }) => state === 'moved')?.detail ?? '',
    /^heavy\.example@1 takes 40\.0 ms/,
  );
  assert.deepEqual(held.lanes.stats().offenders, []);
  held.lanes.drop('heavy.example@1');
  assert.equal(reasonOf(await decide(held.lanes, 'heavy.example@1')), 'sandbox');
});

test('A policy with a large budget never runs where others wait', async () => {
  await using held = await lanesWith({ steady: STEADY });
  for (const [key, budgetMs] of [
    ['usual.example@1', 100],
    ['patient.example@1', 101],
  ] as const)
    assert.ok((await held.lanes.hold(key, STEADY, LIMITS, { budgetMs }))?.ok);
  const moved = held.states.filter(({ state }) => state === 'moved').map(({ detail }) => detail);
  assert.deepEqual(moved, ['patient.example@1 may run for 101 ms: it has a sandbox with its like']);
  assert.notEqual(held.lanes.stats().heavy?.pid, held.lanes.stats().pid);
  assert.equal(reasonOf(await decide(held.lanes, 'patient.example@1')), 'none');
});

test('A load that takes longer than it did is stopped where others wait, and is made elsewhere', async () => {
  await using held = await lanesWith({ steady: STEADY });
  const { pid } = held.lanes.stats();
  const script = guest('return { kind: "nodata" };', busyTop(200));
  for (const version of ['late.example@1', 'late.example@2']) {
    const loaded = await held.lanes.hold(version, script, LIMITS, { loadMs: 1 });
    assert.ok(loaded?.ok, JSON.stringify(loaded));
    assert.equal(reasonOf(await decide(held.lanes, version)), 'none');
  }
  assert.equal(held.lanes.stats().pid, pid, 'the shared process went on');
  const moved = held.states.filter(({ state }) => state === 'moved').map(({ detail }) => detail);
  assert.match(moved[0] ?? '', /^late\.example@1 did not load within 10 ms/);
  // The next version is not even tried there.
  assert.match(moved[1] ?? '', /^late\.example@2 takes 1\.0 ms to load/);
  assert.equal(moved.length, 2);
});

test('Stopping ends both', async () => {
  const held = await lanesWith({ offender: offender('for (;;);') });
  await held.offend();
  await held.movedApart();
  const pids = [held.lanes.stats().pid, held.lanes.stats().apart?.pid ?? 0];
  await held.lanes.stop();
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('While it is being moved after a crash, its caller is told at once', async () => {
  await using held = await lanesWith({ offender: offender(CRASH), steady: STEADY });
  const crashed = decide(held.lanes, 'offender', { name: 'offend', budgetMs: 10_000 });
  assert.equal(reasonOf(await crashed), 'sandbox');
  // Told before the call returns: nothing was waited for.
  let told = 'nothing';
  const ask = {
    key: 'offender',
    host: 'www',
    name: 'www',
    type: 'A',
    budgetMs: 20,
    deadlineAt: Number.POSITIVE_INFINITY,
  };
  const facts = FACTS;
  held.lanes.run({ ...ask, facts }, (outcome) => {
    told = reasonOf(outcome);
  });
  assert.equal(told, 'sandbox');
  await held.movedApart();
});
