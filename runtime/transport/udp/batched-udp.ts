/**
 * DNS over UDP (RFC 1035 §4.2.1), many messages with one system call: half the cost of udp.ts.
 *
 * libuv says when queries are there; recvmmsg(2) fetches them, each is answered where it lies, and
 * sendmmsg(2) sends the replies. Nothing is allocated for a query but a view of its octets, unless its answer
 * has to wait.
 */
import { constants } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import { localOf } from '../../base/net/socket-address.ts';
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

/**
 * Messages in one system call, before timers, TCP and sandboxes have their turn: half a millisecond, mostly.
 */
const BATCH = 64;
/** Milliseconds of answering in one go: what a policy reads can make one answer a hundred times as dear. */
const SLICE_MS = 2;
/** Messages answered between two looks at the clock. */
const LOOK = 4;

/** Batches still read from a socket before it is closed: a full socket has not many more. */
const LAST_BATCHES = 64;
const DATAGRAMS = foreignWork({
  name: 'datagrams',
  cause: 'stranger',
  kind: 'metered',
  milliseconds: SLICE_MS + 1,
  octets: BATCH * PAYLOAD_OCTETS,
});

const { EAGAIN, EINTR } = constants.errno;

/** Listens with batched sockets. All listeners of a process receive into one inbox. */
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
  readonly local: string | undefined;
  readonly #calls: SystemCalls;
  readonly #batch: Batch;
  readonly #pace: Pace;
  readonly #socket: BoundSocket;
  readonly #onQuery: OnQuery;
  readonly #counters: UdpCounters;
  readonly #outbox: Outbox;
  readonly #watch: Watch;
  /** The sender of the next query: the same object is used until a query has to wait for its answer. */
  #requester: BatchedRequester;
  /** Queries that wait for their answer. */
  #waiting = 0;
  #isReceiving = false;
  #isFlushDue = false;
  /** Promises or nextTick may be pending, which do not run after the watch's callback (system-calls.ts). */
  #isTurnDue = false;
  /** Whether queries that come are left to the process that has the socket as well. */
  #isLeft = false;
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
    this.local = localOf(socket.endpoint.address);
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

  /** A query that waited has its answer. */
  settle(): void {
    this.#waiting -= 1;
  }

  /**
   * Answers queries until the last reply is out: no other process would read them here. Queries left in the
   * socket are lost when it closes, unless another process has it as well. If one has (`lingerMs`), it gets what comes:
   * under load, a process that takes more has never answered all it took.
   */
  async close(lingerMs = 0): Promise<void> {
    await within(CLOSE_MS, this.#emptied(lingerMs > 0));
    this.#closed = true;
    if (this.#batch.owner === this) this.#batch.owner = undefined;
    this.#watch.close();
    this.#calls.close(this.#socket.descriptor);
  }

  async #emptied(isLeft: boolean): Promise<void> {
    for (let left = LAST_BATCHES; left > 0; left -= 1) {
      // Timers and streams have their turns in between.
      await nextTurn();
      if (this.#closed || this.#outbox.isBlocked || !this.#take()) break;
    }
    // Who waits no longer has closed the watch, which nobody may touch again.
    if (this.#closed) return;
    this.#isLeft = isLeft;
    this.#await();
    if (!this.#isDrained()) await this.#drained();
  }

  readonly #onReady = (hasFailed: boolean): void => {
    if (this.#closed) return;
    this.#take();
    if (hasFailed && !this.#closed) this.#await();
  };

  /** Answers what the socket has; returns whether there was anything, or may be. */
  #take(): boolean {
    const isMarked = loop.begin(DATAGRAMS);
    const isBlocked = this.#outbox.isBlocked;
    if (isBlocked) this.#unblock();
    const isSome = !isBlocked && this.#receive();
    if (isMarked) loop.end();
    return isSome;
  }

  /** Sends the replies that waited for room in the kernel, then goes on with the batch. */
  #unblock(): void {
    this.#flush();
    if (this.#batch.owner === this && !this.#outbox.isBlocked) setImmediate(this.#answerMore);
  }

  #receive(): boolean {
    const batch = this.#batch;
    // The rest of a batch is answered in its turn; a fetch now would overwrite it.
    if (batch.owner !== undefined) return true;
    if (this.#isLeft) return false;
    this.#isTurnDue = false;
    const pauseMs = this.#pace.pauseMs();
    if (pauseMs > 0) this.#calls.pause(pauseMs);
    const count = this.#calls.receive(this.#socket.descriptor, batch.inbox.address, BATCH);
    // This is an ICMP error about an earlier reply: its receiver is gone, the socket is well.
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
    // RFC 768: a sender without a port wants no reply. Nothing could be sent to it either.
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

  /** While the kernel has no room for replies, no queries are read: their answers could not be sent. */
  #await(): void {
    if (this.#outbox.isBlocked) this.#watch.await('writable');
    else if (this.#isLeft) this.#watch.rest();
    else this.#watch.await('readable');
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
