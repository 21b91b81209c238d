/** Of a policy that is slow little is on its way at a time, of a quick one much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairShare } from '../../runtime/runner/fair-share.ts';

/** How many are sent before it says no, with nothing coming back. */
function sentBy(share: FairShare<unknown>): number {
  let sent = 0;
  for (; share.admits && sent < 10_000; sent += 1) share.noteSent();
  return sent;
}

function after(micros: number, runs = 100): FairShare<unknown> {
  const share = new FairShare();
  for (let run = 0; run < runs; run += 1) {
    share.noteSent();
    share.noteReply(micros);
  }
  return share;
}

test('A policy whose runs are longer than the window has one on its way', () => {
  assert.equal(sentBy(after(5000)), 1);
});

test('A quick policy has a millisecond of work on its way, and no more than so many requests', () => {
  assert.equal(sentBy(after(100)), 10);
  assert.equal(sentBy(after(0.1)), 256);
});

test('One slow run among quick ones is soon forgotten', () => {
  const share = after(10);
  share.noteSent();
  share.noteReply(20_000);
  assert.equal(sentBy(share), 1);
  share.reset();
  for (let run = 0; run < 100; run += 1) {
    share.noteSent();
    share.noteReply(10);
  }
  assert.ok(sentBy(share) > 50);
});

test('What did not run says nothing of how long runs take, and makes room', () => {
  const share = after(5000);
  share.noteSent();
  assert.equal(share.admits, false);
  share.noteReply(undefined);
  assert.equal(sentBy(share), 1);
});
