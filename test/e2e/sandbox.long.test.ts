/** Sandboxes may be killed, hung and refused for good: clients get their answers, and the operator sees it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import type { ZoneStatus } from '../../runtime/admin/status.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { logLine } from '../support/log.ts';
import { until } from '../support/until.ts';

/** A busy machine is no reason to fall back, nor to change why. */
const PATIENT = 'budget: 1000,';

/** Decides anew for every query: by itself, or not at all for names that begin with `hang` or `throw`. */
function policy(name: string, budget = PATIENT): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  ${budget}
  deadline: 1000,
  fallback: { TXT: 'fallback' },
  hosts: {
    fixed: { TXT: 'fixed' },
    '*': (query) => {
      if (query.name.startsWith('hang')) standIn('hang');
      if (query.name.startsWith('throw')) throw new Error('thrown');
      return { TXT: '${name} for ' + query.client.ip };
    },
  },
});
`;
}

describe('A server', () => {
  let server: TestServer;
  let client: Client;
  before(async () => {
    const zones = ['killed', 'hanging', 'failing', 'sound'].map((zone) => [
      `${zone}.example.ts`,
      policy('policy', zone === 'hanging' ? 'budget: 10,' : PATIENT),
    ]);
    server = await startServer({
      policies: Object.fromEntries(zones),
      config: 'policy: { maxBudget: 1000 }',
      standIns: true,
    });
    client = await Client.open(server.port);
  });
  after(async () => {
    client.close();
    await server.stop();
  });

  async function answer(name: string): Promise<string> {
    const reply = await client.ask(`${name}.example`, 'TXT');
    return reply === undefined ? 'nothing' : `${reply.rcode} ${reply.answers.join()}`;
  }

  async function zone(name: string): Promise<ZoneStatus | undefined> {
    return (await server.status()).zones.find((one) => one.zone === `${name}.example`);
  }

  async function sandbox(): Promise<number> {
    const found = (await server.status()).processes.find(
      ({ kind, index }) => kind === 'sandbox' && index === 0,
    );
    return found?.pid ?? 0;
  }

  async function becomes(name: string, expected: string): Promise<void> {
    await until(
      () => answer(name),
      (now) => now === expected,
    );
  }

  test('answers by its policies for the queries that a killed sandbox was at', async () => {
    const pid = await sandbox();
    process.kill(pid, 'SIGSTOP');
    const waiting = [answer('www.killed'), answer('www.sound'), answer('www.failing')];
    // Answered after these three were passed on, for they came before it.
    assert.equal(await answer('fixed.sound'), 'NOERROR TXT fixed');
    process.kill(pid, 'SIGKILL');
    assert.deepEqual(await Promise.all(waiting), [SOUND, SOUND, SOUND]);
    assert.deepEqual((await zone('killed'))?.fallbacks, {});
    await server.printed(new RegExp(`"pid":${pid},.*killed by another process.*"Sandbox ended"`));
  });

  test('answers by the fallback while a policy fails again and again, and asks it again later', async () => {
    for (let turn = 0; turn < 5; turn += 1) assert.equal(await answer('throw.failing'), FALLBACK);
    assert.equal((await zone('failing'))?.breaker, 'open');
    assert.equal(await answer('www.failing'), FALLBACK, 'no matter what');
    assert.equal(await answer('www.sound'), SOUND);
    await becomes('www.failing', SOUND);
    assert.equal((await zone('failing'))?.breaker, 'closed');
  });

  test('quarantines a policy that hangs for the third time, until its file changes', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      // After the first time in a sandbox of its own, once that is there.
      await becomes('www.hanging', SOUND);
      assert.equal(await answer('hang.hanging'), FALLBACK);
      assert.equal(await answer('www.sound'), SOUND);
    }
    await until(
      async () => (await zone('hanging'))?.breaker,
      (breaker) => breaker === 'quarantined',
    );
    const quarantined = await zone('hanging');
    assert.equal(quarantined?.breaker, 'quarantined');
    await server.printed(/hanging\.example@\w+, which is quarantined now/);

    const pid = await sandbox();
    assert.equal(await answer('hang.hanging'), FALLBACK);
    assert.equal(await answer('www.hanging'), FALLBACK, 'what would not hang is not run either');
    assert.equal(await sandbox(), pid, 'it is not killed again');
    assert.ok((await zone('hanging'))?.fallbacks.quarantined);
    assert.equal(await answer('www.sound'), SOUND);

    server.write('hanging.example.ts', policy('mended', 'budget: 10,'));
    await becomes('www.hanging', 'NOERROR TXT mended for 127.0.0.1');
    const mended = await zone('hanging');
    assert.equal(mended?.breaker, 'closed');
    assert.notEqual(mended?.version, quarantined?.version);
  });

  test('quarantines a policy that hangs in its trial, when there is no version before it', async () => {
    server.write(
      'stuck.example.ts',
      policy('policy', '').replace(`startsWith('hang')`, `startsWith('sample')`),
    );
    const { msg } = await logLine(server, 'stuck.example', /error:/);
    assert.match(
      msg,
      /^policies\/stuck\.example\.ts:8:5: error: Host "\*" fails for a client in .*\n.*\n {8}\^$/,
    );
    await becomes('www.stuck', FALLBACK);
    assert.equal((await zone('stuck'))?.state, 'quarantined');
    assert.equal((await zone('stuck'))?.breaker, 'quarantined');
    assert.equal(await answer('fixed.stuck'), 'NOERROR TXT fixed', 'what needs no sandbox is served as ever');
  });

  test('answers what is pending when it is told to end', async () => {
    const waiting = answer('hang.hanging');
    assert.equal(await answer('fixed.sound'), 'NOERROR TXT fixed');
    server.process.kill('SIGTERM');
    assert.equal(await waiting, FALLBACK);
    const [code] = await once(server.process, 'exit');
    assert.equal(code, 0);
  });
});

const FALLBACK = 'NOERROR TXT fallback';
const SOUND = 'NOERROR TXT policy for 127.0.0.1';
