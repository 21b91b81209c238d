/** What becomes of replies when the kernel does not take them all, with a kernel that does as it is told. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { suite, test } from 'node:test';
import { Outbox } from '../../../runtime/transport/udp/outbox.ts';

const { EAGAIN, EHOSTUNREACH, EINTR, EINVAL, EIO, EMSGSIZE, ENOBUFS } = constants.errno;
const SIZE = 4;
const HEADER = 64;
const ENVELOPE = new Uint32Array(18);

/** An outbox whose kernel gives these outcomes, one for each attempt to send, and cannot cut messages. */
function outbox(...outcomes: number[]) {
  return outboxOf(false, outcomes);
}

function outboxOf(canSegment: boolean, outcomes: number[]) {
  const attempts: string[] = [];
  const calls = {
    addressOf: () => 2 ** 32 - HEADER,
    send: (_: number, address: number, count: number) => {
      attempts.push(`${count} from ${(address - 2 ** 32) / HEADER + 1}`);
      return outcomes.shift() ?? count;
    },
  };
  const counters = { datagrams: 0, sendErrors: 0 };
  const box = new Outbox(calls, { descriptor: 0, family: 4, canSegment }, counters, SIZE);
  const put = (count: number): void => {
    for (let index = 0; index < count; index += 1) box.put(new Uint8Array(1), ENVELOPE, 0);
  };
  /** Whether all is sent. */
  const flush = (): boolean => {
    box.flush();
    assert.equal(box.isBlocked, !box.isEmpty);
    return box.isEmpty;
  };
  return { attempts, counters, put, flush, isEmpty: () => box.isEmpty };
}

suite('An outbox', () => {
  test('sends all it has at once', () => {
    const { put, flush, attempts, counters, isEmpty } = outbox();
    put(3);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['3 from 0']);
    assert.ok(isEmpty());
    assert.equal(counters.sendErrors, 0);
  });

  test('goes on where fewer were sent', () => {
    const { put, flush, attempts, counters } = outbox(1, 2);
    put(4);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['4 from 0', '3 from 1', '1 from 3']);
    assert.equal(counters.sendErrors, 0);
  });

  test('passes over what cannot be sent, and counts it', () => {
    const { put, flush, attempts, counters } = outbox(1, -EHOSTUNREACH, -EMSGSIZE, 1);
    put(4);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['4 from 0', '3 from 1', '2 from 2', '1 from 3']);
    assert.equal(counters.sendErrors, 2);
  });

  test('keeps what the kernel has no room for', () => {
    const { put, flush, attempts, counters } = outbox(1, -EAGAIN, -ENOBUFS, -EAGAIN);
    put(3);
    assert.deepEqual([flush(), flush(), flush(), flush()], [false, false, false, true]);
    assert.deepEqual(attempts, ['3 from 0', '2 from 1', '2 from 1', '2 from 1', '2 from 1']);
    assert.equal(counters.sendErrors, 0);
  });

  test('passes over what finds no room again and again, and counts it', () => {
    const { put, flush, attempts, counters } = outbox(...Array<number>(8).fill(-EAGAIN));
    put(2);
    for (let turn = 1; turn < 8; turn += 1) assert.equal(flush(), false);
    assert.equal(flush(), true);
    assert.equal(attempts.at(-1), '1 from 1');
    assert.equal(counters.sendErrors, 1);
  });

  test('drops what comes when it is full and cannot send, and counts it', () => {
    const { put, flush, attempts, counters } = outbox(-EAGAIN);
    put(SIZE + 2);
    assert.equal(counters.sendErrors, 2);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['4 from 0', '4 from 0']);
  });

  test('sends what it has when it is full and there is more', () => {
    const { put, flush, attempts, counters } = outbox();
    put(SIZE + 2);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['4 from 0', '2 from 0']);
    assert.equal(counters.sendErrors, 0);
  });

  test('is not stopped by a signal', () => {
    const { put, flush, counters } = outbox(-EINTR);
    put(1);
    assert.equal(flush(), true);
    assert.equal(counters.sendErrors, 0);
  });

  test('sends one by one what the kernel does not cut for it, and so from then on', () => {
    for (const refusal of [-EINVAL, -EIO, -EMSGSIZE]) {
      const { put, flush, attempts, counters } = outboxOf(true, [refusal]);
      put(3);
      assert.equal(flush(), true);
      put(3);
      assert.equal(flush(), true);
      assert.deepEqual(attempts, ['1 from 0', '3 from 0', '3 from 0']);
      assert.equal(counters.sendErrors, 0);
    }
  });

  test('counts each reply that cannot be sent, and goes on joining others', () => {
    const { put, flush, attempts, counters } = outboxOf(true, [-EHOSTUNREACH, -EHOSTUNREACH, -EHOSTUNREACH]);
    put(2);
    assert.equal(flush(), true);
    put(2);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['1 from 0', '2 from 0', '1 from 1', '1 from 0']);
    assert.equal(counters.sendErrors, 2);
  });

  test('keeps a message of several replies while there is no room', () => {
    const { put, flush, attempts, counters } = outboxOf(true, [-EAGAIN]);
    put(2);
    assert.equal(flush(), false);
    put(1);
    assert.equal(flush(), true);
    assert.deepEqual(attempts, ['1 from 0', '2 from 0']);
    assert.equal(counters.sendErrors, 0);
  });
});
