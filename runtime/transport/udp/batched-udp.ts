/**
 * DNS over UDP (RFC 1035 §4.2.1), many messages with one system call: half the cost of udp.ts.
 *
 * libuv tells that queries are there; recvmmsg(2) brings as many as there are, each is answered
 * where it lies, and sendmmsg(2) takes the replies. Nothing is allocated for a query but a view of
 * its octets, unless its answer has to wait.
 */
import { constants } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import { within } from '../../base/within.ts';
import { CLOSE_MS, type Endpoint, type Listener, type ListenPlace, type OnQuery } from '../listener.ts';
import type { Batch } from './batch.ts';
import { BatchedRequester, type ReplyOutlet } from './batched-requester.ts';
import { type BoundSocket, bindSocket, boundSocket } from './bound-socket.ts';
import { Inbox } from './inbox.ts';
import { PAYLOAD_OCTETS } from './kernel-memory.ts';
import { Outbox } from './outbox.ts';
import { Pace } from './pace.ts';
import type { SystemCalls, Watch } from './system-calls.ts';
import type { UdpCounters } from './udp.ts';

/** Messages with one system call, and before timers, TCP and sandboxes have their turn: half a millisecond's work, mostly. */
const BATCH = 64;
/** Milliseconds of it in one go: what a policy reads can make an answer a hundred times as dear as most. */
const SLICE_MS = 2;
/** Messages between two looks at the clock. */
const LOOK = 4;

/** Batches that are still taken from a socket that is to be closed: a full one has not many more. */
const LAST_BATCHES = 64;
const DATAGRAMS = foreignWork({
  name: 'datagrams',
  cause: 'stranger',
  kind: 'metered',
  milliseconds: SLICE_MS + 1,
  octets: BATCH * PAYLOAD_OCTETS,
});

const { EAGAIN, EINTR } = constants.errno;

/** Listens with batched sockets. What is received lies in one place for all of a process's listeners. */
export function batchedUdp(
  calls: SystemCalls,
): (place: ListenPlace, onQuery: OnQuery, counters: UdpCounters) => Promise<Listener> {
  const batch: Batch = { inbox: new Inbox(calls, BATCH), owner: undefined, count: 0, next: 0 };
  const pace = new Pace(BATCH);
  return async (place, onQuery, counters) => {
    const { descriptor } = place;
    const socket =
      descriptor === undefined ? bindSocket(calls, place) : boundSocket(calls, descriptor, place);
    return new BatchedListener(calls, batch, pace, socket, onQuery, counters);
  };
}

class BatchedListener implements Listener, ReplyOutlet {
  readonly transport = 'udp';
  readonly endpoint: Endpoint;
  readonly #calls: SystemCalls;
  readonly #batch: Batch;
  readonly #pace: Pace;
  readonly #socket: BoundSocket;
  readonly #onQuery: OnQuery;
  readonly #counters: UdpCounters;
  readonly #outbox: Outbox;
  readonly #watch: Watch;
  /** The sender of the next query: the same object, until one has to wait for its answer. */
  #requester: BatchedRequester;
  /** Queries that wait. */
  #waiting = 0;
  #isReceiving = false;
  #isFlushDue = false;
  /** Promises or nextTick may be waited for, which do not run after our own callback (system-calls.ts). */
  #isTurnDue = false;
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(
    calls: SystemCalls,
    batch: Batch,
    pace: Pace,
    socket: BoundSocket,
    onQuery: OnQuery,
    counters: UdpCounters,
  ) {
    this.endpoint = socket.endpoint;
    this.#calls = calls;
    this.#batch = batch;
    this.#pace = pace;
    this.#socket = socket;
    this.#onQuery = onQuery;
    this.#counters = counters;
    this.#outbox = new Outbox(calls, socket, counters, BATCH);
    this.#requester = new BatchedRequester(this, socket.family);
    this.#watch = calls.watch(socket.descriptor, this.#onReady);
  }

  send(response: Uint8Array, words: Uint32Array, envelope: number): void {
    if (this.#closed) return;
    this.#outbox.put(response, words, envelope);
    // Replies of one turn of the event loop go out together.
    if (this.#isReceiving || this.#isFlushDue || this.#outbox.isBlocked) return;
    this.#isFlushDue = true;
    setImmediate(this.#flushDue);
  }

  /** The answer of one that waited is there. */
  settle(): void {
    this.#waiting -= 1;
  }

  /**
   * Until the last reply is out queries are still answered: nobody else would read them from this socket. What is in it
   * by then goes with it, unless another process has the socket as well.
   */
  async close(): Promise<void> {
    await within(CLOSE_MS, this.#emptied());
    this.#closed = true;
    if (this.#batch.owner === this) this.#batch.owner = undefined;
    this.#watch.close();
    this.#calls.close(this.#socket.descriptor);
  }

  async #emptied(): Promise<void> {
    for (let left = LAST_BATCHES; left > 0; left -= 1) {
      // Others have their turns in between.
      await nextTurn();
      if (this.#closed || this.#outbox.isBlocked || !this.#take()) break;
    }
    if (!this.#isDrained()) await this.#drained();
  }

  readonly #onReady = (hasFailed: boolean): void => {
    if (this.#closed) return;
    this.#take();
    if (hasFailed && !this.#closed) this.#await();
  };

  /** Whether there was anything, or may be. */
  #take(): boolean {
    const isMarked = loop.begin(DATAGRAMS);
    const isBlocked = this.#outbox.isBlocked;
    if (isBlocked) this.#unblock();
    const isSome = !isBlocked && this.#receive();
    if (isMarked) loop.end();
    return isSome;
  }

  /** Replies wait until the kernel has room for them, and so does the rest of a batch. */
  #unblock(): void {
    this.#flush();
    if (this.#batch.owner === this && !this.#outbox.isBlocked) setImmediate(this.#answerMore);
  }

  #receive(): boolean {
    const batch = this.#batch;
    // The rest of it is answered in its turn; what would be received lies where it does.
    if (batch.owner !== undefined) return true;
    this.#isTurnDue = false;
    if (this.#pace.isDense()) this.#calls.pause();
    const count = this.#calls.receive(this.#socket.descriptor, batch.inbox.address, BATCH);
    // An ICMP error about an earlier reply: its receiver is gone, the socket is well.
    if (count < 0 && count !== -EAGAIN && count !== -EINTR) this.#counters.sendErrors += 1;
    if (count <= 0) {
      this.#pace.note(count);
      return false;
    }
    this.#counters.datagrams += count;
    batch.owner = this;
    batch.count = count;
    batch.next = 0;
    this.#answer();
    return true;
  }

  #answer(): void {
    const batch = this.#batch;
    const until = batch.count > LOOK ? performance.now() + SLICE_MS : Number.POSITIVE_INFINITY;
    this.#isReceiving = true;
    try {
      do {
        this.#takeOne(batch.next);
        batch.next += 1;
      } while (batch.next < batch.count && (batch.next % LOOK > 0 || performance.now() < until));
    } finally {
      this.#isReceiving = false;
    }
    if (batch.next === batch.count) batch.owner = undefined;
    this.#flush();
    if (batch.owner === this) {
      if (!this.#outbox.isBlocked) setImmediate(this.#answerMore);
      return;
    }
    this.#pace.note(batch.count);
    if (this.#isTurnDue) setImmediate(NOTHING);
  }

  readonly #answerMore = (): void => {
    if (this.#batch.owner !== this || this.#outbox.isBlocked) return;
    const isMarked = loop.begin(DATAGRAMS);
    this.#answer();
    if (isMarked) loop.end();
  };

  #takeOne(index: number): void {
    const { inbox } = this.#batch;
    const requester = this.#requester;
    requester.begin(inbox.words, inbox.open(index));
    // RFC 768: no port, no reply. Nothing can be sent to it either.
    if (requester.port === 0) return;
    if (!this.#onQuery(inbox.payload(index), requester) || requester.isAnswered) return;
    requester.keep();
    this.#waiting += 1;
    this.#isTurnDue = true;
    this.#requester = new BatchedRequester(this, this.#socket.family);
  }

  readonly #flushDue = (): void => {
    this.#isFlushDue = false;
    this.#flush();
  };

  #flush(): void {
    if (this.#closed) return;
    const wasBlocked = this.#outbox.isBlocked;
    this.#outbox.flush();
    if (this.#outbox.isBlocked !== wasBlocked) this.#await();
    if (this.#isDrained()) this.#onDrained?.();
  }

  /** While the kernel has no room for replies nothing is read: there is nowhere to go with answers. */
  #await(): void {
    this.#watch.await(this.#outbox.isBlocked ? 'writable' : 'readable');
  }

  #isDrained(): boolean {
    return !this.#isReceiving && this.#batch.owner !== this && this.#waiting === 0 && this.#outbox.isEmpty;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }
}

const NOTHING = (): void => {};
