/** Updates of answer processes on their way to the queue: the same is carried out once, and what is put off is not kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DnsUpdates } from '../../../runtime/control/updates/dns-updates.ts';
import type { UpdateOutcome } from '../../../runtime/control/updates/update-queue.ts';
import type { UpdateAsk, UpdateVerdict } from '../../../runtime/rpc/update-ask.ts';
import { RCODE } from '../../../runtime/wire/iana/rcode.ts';

const ASK: UpdateAsk = {
  id: 1,
  zone: 'zone.test',
  key: 'key.example',
  client: '192.0.2.1',
  mac: 'one',
  message: '',
};

/** Takes the same update twice; returns how often the queue had it, and the verdicts. */
async function twice(outcome: UpdateOutcome): Promise<{ taken: number; verdicts: UpdateVerdict[] }> {
  const verdicts: UpdateVerdict[] = [];
  let taken = 0;
  const queue = {
    admit: () => undefined,
    take: () => {
      taken += 1;
      return Promise.resolve(outcome);
    },
  };
  const updates = new DnsUpdates(queue, (verdict) => verdicts.push(verdict));
  await updates.take(ASK, 100);
  await updates.take({ ...ASK, id: 2 }, 101);
  return { taken, verdicts };
}

test('The same signature is the same update, whatever process it comes from', async () => {
  for (const rcode of [RCODE.NOERROR, RCODE.REFUSED]) {
    const { taken, verdicts } = await twice({ rcode });
    assert.equal(taken, 1);
    assert.deepEqual(verdicts, [
      { id: 1, rcode },
      { id: 2, rcode },
    ]);
  }
});

test('What is put off may be tried again', async () => {
  assert.equal((await twice({ rcode: RCODE.REFUSED, isPutOff: true })).taken, 2);
});
