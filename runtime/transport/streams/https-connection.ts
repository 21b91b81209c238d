/**
 * One client's HTTP/2 connection: each stream carries one query and its answer, in the order they are
 * decided.
 *
 * As on TCP, no client is waited for without end, and nothing is held without bound. Streams that a client
 * gives up count until their decision has come: it cannot have more decided by resetting them
 * (CVE-2023-44487); node:http2 bounds the resets themselves (https.ts). Frames are parsed (http2-inlet.ts), and
 * queries answered, a few at a time, when it is this connection's turn (turns.ts). This file is long because
 * streams and the session end each other.
 */
import { constants, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { OnQuery } from '../listener.ts';
import type { Standing } from './circle.ts';
import type { Seat } from './clients.ts';
import type { Http2Inlet } from './http2-inlet.ts';
import { type HttpsReplies, JoinedReplies, ParcelledReplies } from './https-replies.ts';
import { needsRecords, type Refusal, readRequest, refusal } from './https-request.ts';
import { HttpsRequester } from './https-requester.ts';
import { gatherBody } from './request-body.ts';
import type { Conversation, StreamParts } from './streams.ts';
import type { Worker } from './turns.ts';

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/**
 * Queries of one connection that may wait for their decision; a client may send further ones again (RFC 9113
 * §8.7).
 */
const MOST_PENDING = 100;
/**
 * Streams taken of what came at once that are not answered meanwhile: as many as may be open, and some that
 * were given up. Who opens more gives up more, and node:http2 takes a tenth of a millisecond for each.
 */
const MOST_TAKEN = 104;
/** Refusals in a row after which a client is sent away that goes on: one read may bring hundreds of requests. */
const MOST_REFUSED = 32;
/** Requests answered, or streams closed, in one go, and milliseconds after which no more are. */
const BATCH = 4;
const BATCH_MS = 0.4;
/**
 * Milliseconds that node:http2 takes for an answer once our code has given it: to write it, and to end its
 * stream. That is ten times as long as our code takes.
 */
const ANSWER_MS = 0.1;
/** Octets of unfinished requests and unread answers of one connection; a stream that needs more is closed. */
const MOST_HELD = 1 << 20;
/** Milliseconds between two notes that the connection is in use, as in tcp-connection.ts. */
const USE_MS = 10;

export class HttpsConnection implements Conversation, Worker {
  readonly address: string;
  readonly client: string;
  standing?: Standing;
  readonly #session: Http2Session;
  readonly #path: string;
  readonly #seat: Seat;
  readonly #onQuery: OnQuery;
  readonly #parts: StreamParts;
  readonly #idle: NodeJS.Timeout;
  readonly #inlet: Http2Inlet;
  /** Requests whose turn has not come; each counts as pending. */
  readonly #asked: HttpsRequester[] = [];
  #pending = 0;
  /** Streams taken and not answered since nothing waited to be parsed. */
  #taken = 0;
  #replies: HttpsReplies | undefined;
  /** Requests refused since the last decision came. */
  #refused = 0;
  readonly #streams = new Set<ServerHttp2Stream>();
  /** Why the session ends, once it does. */
  #code: number | undefined;
  #held = 0;
  #usedAt = 0;

  constructor(
    session: Http2Session,
    inlet: Http2Inlet,
    seat: Seat,
    path: string,
    onQuery: OnQuery,
    parts: StreamParts,
  ) {
    this.address = seat.address;
    this.client = seat.client;
    this.#session = session;
    this.#seat = seat;
    this.#path = path;
    this.#onQuery = onQuery;
    this.#parts = parts;
    this.#idle = setTimeout(() => this.#onIdle(), parts.clients.limits.idleMs);
    session.on('stream', (stream, headers) => this.#take(stream as ServerHttp2Stream, headers));
    // A client's fault ends its session: 'close' follows.
    session.on('error', () => {});
    session.on('close', () => clearTimeout(this.#idle));
    this.#inlet = inlet;
    inlet.onReady = (isFirst) => {
      if (isFirst) this.#taken = 0;
      parts.turns.want(this);
    };
    inlet.onGone = () => this.#end();
  }

  get local(): string | undefined {
    return this.#inlet.local;
  }

  get isBusy(): boolean {
    return this.#inlet.isBehind;
  }

  /** Takes no more streams; closes once the open ones have ended. */
  finish(): void {
    this.#session.close();
  }

  /** HTTP/2 tells the client that it goes away, and loses no stream. */
  finishLater(): void {
    this.finish();
  }

  work(): boolean {
    if (this.#code !== undefined) return this.#endSome(this.#code);
    const from = performance.now();
    // Streams are not opened before there is time for them.
    if (this.#asked.length < BATCH) this.#inlet.pass();
    for (let left = BATCH; left > 0 && performance.now() - from < BATCH_MS; left -= 1) {
      const requester = this.#asked.shift();
      if (requester === undefined) break;
      this.#answer(requester);
    }
    return this.#asked.length > 0 || this.#inlet.isReady;
  }

  /** Called when a decision has come, whether or not the client still waits for it. */
  settle(): void {
    this.#pending -= 1;
    this.#refused = 0;
  }

  /** Called with each answer that a client still waits for. */
  reply(requester: HttpsRequester, response: Uint8Array, isForAll: boolean): void {
    const { stream } = requester;
    if (!this.#hold(requester, response.length)) return;
    if (this.#taken > 0) this.#taken -= 1;
    this.#replies?.add({ stream, body: Buffer.from(response), isForAll });
  }

  /**
   * Counts octets that a stream holds until it closes. Where there is no room, closes the stream and returns
   * false.
   */
  #hold(requester: HttpsRequester, octets: number): boolean {
    if (this.#held + octets > MOST_HELD) {
      requester.stream.close(NGHTTP2_ENHANCE_YOUR_CALM);
      return false;
    }
    this.#held += octets;
    requester.held += octets;
    return true;
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.#parts.turns.heard();
    stream.on('error', () => {});
    if (this.#code !== undefined) {
      this.#streams.add(stream);
      return;
    }
    this.#taken += 1;
    if (this.#taken > MOST_TAKEN) {
      this.#end(NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    // The client has given it up in the same piece.
    if (stream.destroyed) return;
    if (this.#pending >= MOST_PENDING) {
      this.#turnAway(stream);
      return;
    }
    const requester = new HttpsRequester(this, stream);
    this.#streams.add(stream);
    stream.on('close', () => {
      this.#streams.delete(stream);
      this.#held -= requester.held;
    });
    this.#replies ??= this.#repliesTo(headers);
    const request = readRequest(headers, this.#path);
    if (request.kind === 'packet') this.#ask(requester, request.packet);
    else if (request.kind === 'body') this.#readBody(requester);
    else this.#refuse(stream, request);
  }

  #repliesTo(headers: IncomingHttpHeaders): HttpsReplies {
    const began = (): void => this.#parts.turns.owe(ANSWER_MS);
    return needsRecords(headers) ? new ParcelledReplies(began) : new JoinedReplies(began);
  }

  #turnAway(stream: ServerHttp2Stream): void {
    this.#refused += 1;
    if (this.#refused > MOST_REFUSED) this.#end(NGHTTP2_ENHANCE_YOUR_CALM);
    else stream.close(NGHTTP2_REFUSED_STREAM);
  }

  #readBody(requester: HttpsRequester): void {
    gatherBody(requester.stream, {
      hold: (octets) => this.#hold(requester, octets),
      end: (packet) => {
        if (packet === undefined) this.#refuse(requester.stream, refusal(413));
        else this.#ask(requester, packet);
      },
    });
  }

  #ask(requester: HttpsRequester, packet: Buffer): void {
    this.#use();
    this.#pending += 1;
    requester.packet = packet;
    this.#asked.push(requester);
    // With more than one request, the connection waits for its turn already.
    if (this.#asked.length === 1) this.#parts.turns.want(this);
  }

  #use(): void {
    const { startedAt } = this.#parts.turns;
    if (startedAt - this.#usedAt < USE_MS) return;
    this.#usedAt = startedAt;
    this.#idle.refresh();
    this.#seat.use();
  }

  #answer(requester: HttpsRequester): void {
    const { packet, stream } = requester;
    requester.forget();
    // The client has given it up before its turn.
    if (stream.destroyed) {
      this.#pending -= 1;
      return;
    }
    if (this.#onQuery(packet, requester)) return;
    // Octets that would get no answer over UDP are no DNS query.
    this.#pending -= 1;
    this.#refuse(stream, refusal(400));
  }

  #refuse(stream: ServerHttp2Stream, { status, headers }: Refusal): void {
    this.#parts.clients.counters.httpErrors += 1;
    if (stream.destroyed) return;
    stream.respond({ ...headers, ':status': status }, { endStream: true });
    // RFC 9113 §8.1: the client need not send the rest of its request. A reset at once would overtake the
    // response.
    setImmediate(() => stream.close(NGHTTP2_NO_ERROR));
  }

  #onIdle(): void {
    // Decisions come: each has a deadline of its own.
    if (this.#pending > 0) {
      this.#idle.refresh();
      return;
    }
    // The client left requests unfinished, or answers unread.
    if (this.#streams.size > 0) this.#parts.clients.counters.cut += 1;
    this.#end();
  }

  /** Ends the session, a few streams at a time: a hundred of them take milliseconds. */
  #end(code: number = NGHTTP2_NO_ERROR): void {
    if (this.#code !== undefined) return;
    this.#code = code;
    this.#parts.turns.want(this);
  }

  /** Returns whether there are more streams to end. */
  #endSome(code: number): boolean {
    let left = BATCH;
    for (const stream of this.#streams) {
      if (left === 0) return true;
      left -= 1;
      this.#streams.delete(stream);
      stream.destroy();
    }
    if (code !== NGHTTP2_NO_ERROR && !this.#session.destroyed) this.#session.goaway(code);
    this.#session.destroy();
    this.#inlet.letGo();
    return false;
  }
}
