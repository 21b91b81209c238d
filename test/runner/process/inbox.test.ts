/** What a sandbox says is dealt with in order, all of it, and in no turn for long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SandboxInbox } from '../../../runtime/runner/process/inbox.ts';

/** Chunks are numbers of messages, each of which takes so long. */
function inbox(messageMs: number) {
  const world = {
    turn: 0,
    isReading: true,
    dealt: [] as number[],
    perTurn: [0],
    due: [] as (() => void)[],
    next: 0,
  };
  const box: SandboxInbox = new SandboxInbox({
    read: (chunk) => {
      const count = chunk.readUInt32BE();
      box.add(Array.from({ length: count }, () => world.next++));
    },
    take: (message) => {
      world.dealt.push(message as number);
      const end = performance.now() + messageMs;
      while (performance.now() < end);
      world.perTurn[world.turn] = (world.perTurn[world.turn] ?? 0) + 1;
    },
    pause: () => {
      world.isReading = false;
    },
    resume: () => {
      world.isReading = true;
    },
    turns: () => world.turn,
    nextTurn: (callback) => world.due.push(callback),
  });
  const receive = (count: number): void => {
    const chunk = Buffer.alloc(4);
    chunk.writeUInt32BE(count);
    box.receive(chunk);
  };
  const turn = (): void => {
    for (const callback of world.due.splice(0)) callback();
    world.turn += 1;
    world.perTurn.push(0);
  };
  return { box, world, receive, turn };
}

test('All messages are dealt with, in order, however they come', () => {
  const chunks = fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 12 });
  fc.assert(
    fc.property(chunks, (all) => {
      const { box, world, receive, turn } = inbox(0.3);
      for (const [count, isTurn] of all) {
        if (world.isReading) receive(count);
        if (isTurn) turn();
      }
      for (let turns = 0; turns < 100 && !box.isEmpty; turns += 1) turn();
      assert.deepEqual(
        world.dealt,
        Array.from({ length: world.next }, (_, index) => index),
      );
      turn();
      turn();
      assert.ok(world.isReading, 'reading goes on');
    }),
    { numRuns: 30 },
  );
});

test('In one turn they are dealt with for a millisecond, whatever is read in it', () => {
  const { world, receive, turn } = inbox(0.6);
  for (let chunk = 0; chunk < 5; chunk += 1) receive(4);
  assert.ok(world.dealt.length <= 2, `${world.dealt.length}`);
  assert.ok(!world.isReading, 'nothing more is read meanwhile');
  for (let turns = 0; turns < 30; turns += 1) turn();
  assert.equal(world.dealt.length, 20);
  assert.ok(Math.max(...world.perTurn) <= 2, world.perTurn.join());
  assert.ok(world.isReading);
});

test('Where nothing more comes all of it is dealt with at once', () => {
  const { box, world, receive } = inbox(0.6);
  receive(6);
  box.finish();
  assert.equal(world.dealt.length, 6);
});
