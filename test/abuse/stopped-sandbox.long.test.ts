/** Sandboxes are stopped by others: for good, or for moments, over and over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertNobodyBlamed,
  blameServer,
  PATIENT,
  pause,
  pidOf,
  replaced,
  undecided,
  underLoad,
} from './blame.ts';

test('A sandbox that is stopped is replaced at once, four times, and nobody is to blame', async () => {
  const server = await blameServer();
  try {
    const during = await underLoad(server, async () => {
      for (let time = 0; time < 4; time += 1) {
        const pid = pidOf(await server.status(), 'sandbox');
        process.kill(pid, 'SIGSTOP');
        await replaced(server, pid);
        await pause(700);
      }
    });
    // Within its deadline of a second there is another sandbox, and it is asked again.
    assert.deepEqual(undecided(during.get(PATIENT)), []);
    await assertNobodyBlamed(server);
  } finally {
    await server.stop();
  }
});

test('A sandbox that is given a processor half of the time only is not taken for one that hangs', async () => {
  const server = await blameServer();
  try {
    const pid = pidOf(await server.status(), 'sandbox');
    await underLoad(server, async () => {
      for (let time = 0; time < 60; time += 1) {
        process.kill(pid, 'SIGSTOP');
        await pause(25);
        process.kill(pid, 'SIGCONT');
        await pause(25);
      }
    });
    const after = await underLoad(server, () => pause(500));
    await assertNobodyBlamed(server);
    assert.equal(pidOf(await server.status(), 'sandbox'), pid, 'it went on');
    assert.deepEqual(undecided(after.get(PATIENT)), []);
  } finally {
    await server.stop();
  }
});

test('A sandbox that others kill again and again is nobody’s fault', async () => {
  const server = await blameServer();
  try {
    await underLoad(server, async () => {
      for (let time = 0; time < 5; time += 1) {
        const pid = pidOf(await server.status(), 'sandbox');
        process.kill(pid, 'SIGKILL');
        await replaced(server, pid);
        await pause(300);
      }
    });
    await assertNobodyBlamed(server);
  } finally {
    await server.stop();
  }
});
