/** States that are pushed: who goes by them, and what becomes of who stops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthMemory } from '../../runtime/health/memory.ts';
import { HealthMonitor } from '../../runtime/health/monitor.ts';
import { PushBoard } from '../../runtime/health/push-board.ts';
import type { Target } from '../../runtime/health/target.ts';
import { targetOf } from '../../runtime/health/target-id.ts';
import { HandClock, settled } from '../support/hand-clock.ts';

const OWNER = 'shop.example';

function pushed(name: string, expiresMs: number): Target {
  const timing = { intervalMs: expiresMs, timeoutMs: 0, rise: 1, fall: 1 };
  return targetOf({ type: 'push', address: name, port: 0 }, timing);
}

function monitored(memory = new HealthMemory()) {
  const clock = new HandClock();
  const board = new PushBoard(clock);
  const probe = () => assert.fail('nobody is probed');
  const monitor = new HealthMonitor({ probe, clock, pushes: board, memory });
  const changes: string[] = [];
  monitor.onChange(({ state, problem }) =>
    changes.push(problem === undefined ? state : `${state}: ${problem}`),
  );
  return { clock, board, monitor, changes };
}

test('A push counts at once, holds for its time, and its end is a failure', async () => {
  const { clock, board, monitor, changes } = monitored();
  monitor.declare(OWNER, [pushed('db', 60_000)]);
  assert.equal(board.push('db', { state: 'up' }), 1);
  await clock.advance(50_000);
  board.push('db', { state: 'up' });
  await clock.advance(59_999);
  assert.deepEqual(changes, ['unknown', 'up']);
  await clock.advance(1);
  assert.deepEqual(changes.slice(2), ['down: No push for 60 s']);
  board.push('db', { state: 'up' });
  board.push('db', { state: 'down', reason: 'disk full' });
  assert.deepEqual(changes.slice(3), ['up', 'down: disk full']);
});

test('Without any push a target is unknown for as long as one would hold, then down', async () => {
  const { clock, monitor, changes } = monitored();
  monitor.declare(OWNER, [pushed('db', 30_000)]);
  await monitor.allKnown();
  await clock.advance(29_999);
  assert.deepEqual(changes, ['unknown']);
  await clock.advance(1);
  assert.deepEqual(changes.slice(1), ['down: No push for 30 s']);
});

test('A push may hold for less than the check allows, and for no more', async () => {
  const { clock, board, monitor, changes } = monitored();
  monitor.declare(OWNER, [pushed('db', 30_000)]);
  board.push('db', { state: 'up', forMs: 5000 });
  await clock.advance(5000);
  assert.deepEqual(changes.slice(1), ['up', 'down: No push for 5 s']);
  board.push('db', { state: 'up', forMs: 90_000 });
  await clock.advance(30_000);
  assert.deepEqual(changes.slice(3), ['up', 'down: No push for 30 s']);
});

test('All that have the name go by it, each as long as it allows; others do not', async () => {
  const { clock, board, monitor } = monitored();
  monitor.declare(OWNER, [pushed('db', 10_000), pushed('other', 60_000)]);
  monitor.declare('two.example', [pushed('db', 20_000)]);
  assert.equal(board.push('db', { state: 'up' }), 2);
  await clock.advance(15_000);
  assert.deepEqual([...monitor.states().values()], ['down', 'unknown', 'up']);
  assert.equal(board.push('bd', { state: 'up' }), 0);
  assert.equal(board.meant('othr'), 'other');
});

test('Whoever is declared no more is followed no more', async () => {
  const { clock, board, monitor, changes } = monitored();
  monitor.declare(OWNER, [pushed('db', 10_000)]);
  monitor.declare(OWNER, []);
  assert.equal(board.push('db', { state: 'up' }), 0);
  assert.equal(clock.pending, 0);
  assert.deepEqual(changes, ['unknown', 'gone']);
  await settled();
});

test('After a restart the state before holds until it would have expired', async () => {
  const memory = new HealthMemory();
  memory.inherit([{ owner: OWNER, probed: 'push://db', state: 'up', since: 0, at: 0 }]);
  const { clock, monitor, changes } = monitored(memory);
  monitor.declare(OWNER, [pushed('db', 10_000)]);
  await clock.advance(9999);
  assert.deepEqual(changes, ['up']);
  await clock.advance(1);
  assert.deepEqual(changes.slice(1), ['down: No push for 10 s']);
});

test('A report tells of no time that a probe took', () => {
  const { board, monitor } = monitored();
  monitor.declare(OWNER, [pushed('db', 10_000)]);
  board.push('db', { state: 'up' });
  const [report] = monitor.snapshot();
  assert.deepEqual([report?.type, report?.address, report?.latencyMs], ['push', 'db', undefined]);
});
