/** A host that stalls while replies arrive, or a sandbox that is given no processor, is nobody’s fault. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { SandboxLanes } from '../../runtime/runner/lanes/lanes.ts';
import type { SandboxState } from '../../runtime/runner/state.ts';
import { until } from '../support/until.ts';
import { decide, LIMITS, reasonOf, STEADY } from './guests.ts';

const STALL_MS = 300;

/**
 * Stalls this process’s loop again and again, in the very phase in which sockets are read: what arrives
 * meanwhile is read one turn later, after timers and immediates of this one have run.
 */
async function stallingSocket(): Promise<AsyncDisposable & { stalls: number }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const again = () => {
    if (!held.isClosed) socket.send('again', port, '127.0.0.1');
  };
  const held = {
    stalls: 0,
    isClosed: false,
    async [Symbol.asyncDispose]() {
      held.isClosed = true;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
  socket.on('message', () => {
    held.stalls += 1;
    for (const until = performance.now() + STALL_MS; performance.now() < until; );
    // Not at once: a socket is read as long as there is something to read.
    setImmediate(again);
  });
  again();
  return held;
}

async function lanesWith(keys: readonly string[]) {
  const states: SandboxState[] = [];
  const lanes = new SandboxLanes({ onState: (state) => void states.push(state) });
  await lanes.start();
  for (const key of keys) assert.ok((await lanes.hold(key, STEADY, LIMITS))?.ok);
  return { lanes, states, [Symbol.asyncDispose]: () => lanes.stop() };
}

test('A loop that stalls over and over charges, kills and moves nobody', async () => {
  await using held = await lanesWith(['asked@1', 'patient@1']);
  const { pid } = held.lanes.stats();
  await using socket = await stallingSocket();
  for (let round = 0; round < 6; round += 1) {
    const outcomes = [
      decide(held.lanes, 'asked@1', { budgetMs: 5 }),
      decide(held.lanes, 'patient@1', { budgetMs: 100 }),
    ];
    // Late as it is, there is a decision, and it is the policy’s own.
    for (const outcome of await Promise.all(outcomes)) assert.equal(reasonOf(outcome), 'none');
  }
  assert.ok(socket.stalls >= 6, `${socket.stalls} stalls`);
  const { pid: later, quarantined, offenders, restarts } = held.lanes.stats();
  assert.deepEqual(
    { later, quarantined, offenders, restarts },
    {
      later: pid,
      quarantined: [],
      offenders: [],
      restarts: 0,
    },
  );
});

test('A sandbox that was stopped is replaced within a moment, and nobody is blamed', async () => {
  await using held = await lanesWith(['asked@1', 'patient@1']);
  for (let round = 0; round < 4; round += 1) {
    const { pid } = held.lanes.stats();
    await until(
      async () => held.lanes.stats().spare.length,
      (learned) => learned === (round === 0 ? 0 : 2),
    );
    process.kill(pid, 'SIGSTOP');
    // The larger budget is no reason to wait longer.
    const outcomes = ['asked@1', 'patient@1'].map((key) => decide(held.lanes, key, { budgetMs: 5000 }));
    for (const outcome of await Promise.all(outcomes)) assert.equal(reasonOf(outcome), 'none');
    assert.notEqual(held.lanes.stats().pid, pid);
  }
  const { quarantined, offenders } = held.lanes.stats();
  assert.deepEqual({ quarantined, offenders }, { quarantined: [], offenders: [] });
  const exited = held.states.filter(({ state }) => state === 'exited');
  assert.match(exited[0]?.detail ?? '', /^SIGKILL; it was stopped, or given no processor$/);
});
