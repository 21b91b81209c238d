/** The process that asks is stopped again and again, for a second, while policies are asked: nobody is to blame. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNobodyBlamed, blameServer, PATIENT, pause, pidOf, undecided, underLoad } from './blame.ts';

test('Answering stops for a second five times: no policy is charged, moved or quarantined for it', async () => {
  const server = await blameServer();
  try {
    const status = await server.status();
    const [answer, sandbox] = [pidOf(status, 'answer'), pidOf(status, 'sandbox')];
    await underLoad(server, async () => {
      for (let time = 0; time < 5; time += 1) {
        process.kill(answer, 'SIGSTOP');
        await pause(1000);
        process.kill(answer, 'SIGCONT');
        await pause(300);
      }
    });
    const after = await underLoad(server, () => pause(1000));
    await assertNobodyBlamed(server);
    assert.equal(pidOf(await server.status(), 'sandbox'), sandbox, 'the sandbox went on');
    assert.deepEqual(undecided(after.get(PATIENT)), []);
  } finally {
    await server.stop();
  }
});
