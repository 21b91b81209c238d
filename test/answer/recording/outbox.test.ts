/** Lines on their way to control: gathered, bounded, and counted whatever becomes of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineOutbox } from '../../../runtime/answer/recording/outbox.ts';
import type { RecordedBatch } from '../../../runtime/rpc/events.ts';

const WAY = { sample: 0.5, full: false };

function opened() {
  const sent: RecordedBatch[] = [];
  const outbox = new LineOutbox((batch) => sent.push(batch));
  outbox.use(WAY);
  return { outbox, sent };
}

test('Lines are sent together, when there are many or when they are to be sent', () => {
  const { outbox, sent } = opened();
  outbox.add('{"a":1}');
  outbox.add('{"a":2}');
  assert.equal(sent.length, 0);
  outbox.send();
  assert.deepEqual(sent, [{ ...WAY, text: '{"a":1}\n{"a":2}\n' }]);
  for (let count = 0; count < 10; count += 1) outbox.add('x'.repeat(5000));
  assert.equal(sent.length, 2);
  assert.equal(sent[1]?.text.length, 6 * 5001);
});

test('What was to be sent while it could not be is sent as soon as it can be', () => {
  const { outbox, sent } = opened();
  for (let count = 0; count < 8; count += 1) {
    outbox.add('{}');
    outbox.send();
  }
  outbox.add('{"late":true}');
  outbox.send();
  assert.equal(sent.length, 8);
  outbox.settle(true);
  assert.deepEqual([sent.length, sent.at(-1)?.text], [9, '{"late":true}\n']);
});

test('While control says nothing of what it got, no more than so much waits, and the rest is dropped and counted', async () => {
  const { outbox, sent } = opened();
  for (let count = 0; count < 1000; count += 1) {
    if (outbox.isFull) outbox.drop();
    else outbox.add('x'.repeat(9999));
  }
  assert.equal(sent.length, 8);
  assert.equal(
    sent.every(({ text }) => text.length <= 32_768),
    true,
  );
  assert.equal(outbox.isFull, true);
  const inSight = 8 * 3;
  outbox.settle(true);
  assert.equal(outbox.isFull, false);
  for (let count = 1; count < 8; count += 1) outbox.settle(count % 2 === 0);
  const ended = outbox.end();
  while (sent.length > 0 && outbox.counts.written + outbox.counts.dropped < 1000) outbox.settle(true);
  await ended;
  assert.equal(outbox.counts.written + outbox.counts.dropped, 1000);
  assert.ok(outbox.counts.written >= inSight / 2 && outbox.counts.written <= inSight + 3);
});

test('A line that is too long is dropped', async () => {
  const { outbox, sent } = opened();
  outbox.add('x'.repeat(16_384));
  await outbox.end();
  assert.deepEqual([sent, outbox.counts], [[], { written: 0, dropped: 1 }]);
});

test('Lines that were made in one way are not sent as if in another', () => {
  const { outbox, sent } = opened();
  outbox.add('{"client":"192.0.2.0/24"}');
  outbox.use({ sample: 1, full: true });
  outbox.add('{"client":"192.0.2.1"}');
  void outbox.end();
  assert.deepEqual(
    sent.map(({ full, text }) => [full, text]),
    [
      [false, '{"client":"192.0.2.0/24"}\n'],
      [true, '{"client":"192.0.2.1"}\n'],
    ],
  );
});

test('The end waits until control has said what became of all', async () => {
  const { outbox, sent } = opened();
  await outbox.end();
  outbox.add('{}');
  let isOver = false;
  const ended = outbox.end().then(() => {
    isOver = true;
  });
  assert.equal(sent.length, 1);
  await Promise.resolve();
  assert.equal(isOver, false);
  outbox.settle(true);
  await ended;
  assert.deepEqual(outbox.counts, { written: 1, dropped: 0 });
});
