/** How answers are ended to streams of HTTP/2: RFC 8484 §5.1. */
import type { ServerHttp2Stream } from 'node:http2';
import { cacheableSeconds } from '../../wire/cacheable-seconds.ts';
import { MEDIA_TYPE } from './https-request.ts';

/** An answer, and the stream that waits for it. */
interface HttpsReply {
  readonly stream: ServerHttp2Stream;
  readonly body: Buffer;
  /** Whether other clients may be given it as well. */
  readonly isForAll: boolean;
}

/** Writes the answers of one connection; `began` is called as each is ended. */
export interface HttpsReplies {
  add(reply: HttpsReply): void;
}

/** What node:http2 writes within one turn leaves as one write, and so in one TLS record. */
export class JoinedReplies implements HttpsReplies {
  readonly #began: () => void;

  constructor(began: () => void) {
    this.#began = began;
  }

  add(reply: HttpsReply): void {
    if (write(reply)) this.#began();
  }
}

/**
 * Each answer leaves in a TLS record of its own, in a turn of its own, which is dear: for clients that keep one
 * answer of each record they read (`needsRecords`). An answer waits until the stream of the one before is
 * closed. That comes while node:http2 gathers what it is about to write, so the next answer waits for the turn.
 */
export class ParcelledReplies implements HttpsReplies {
  readonly #began: () => void;
  readonly #waiting: HttpsReply[] = [];
  #isWriting = false;

  constructor(began: () => void) {
    this.#began = began;
  }

  add(reply: HttpsReply): void {
    this.#waiting.push(reply);
    if (!this.#isWriting) this.#next();
  }

  readonly #ended = (): void => void setImmediate(this.#next);

  readonly #next = (): void => {
    for (let reply = this.#waiting.shift(); reply !== undefined; reply = this.#waiting.shift()) {
      this.#isWriting = write(reply, this.#ended);
      if (!this.#isWriting) continue;
      this.#began();
      return;
    }
    this.#isWriting = false;
  };
}

/** Returns whether the client still waits; if so, `ended` is called once the stream is closed. */
function write({ stream, body, isForAll }: HttpsReply, ended?: () => void): boolean {
  if (stream.destroyed || stream.closed) return false;
  stream.respond({
    ':status': 200,
    'content-type': MEDIA_TYPE,
    'content-length': body.length,
    'cache-control': cacheControl(body, isForAll),
  });
  if (ended !== undefined) stream.once('close', ended);
  stream.end(body);
  return true;
}

/** No cache that other clients use may keep an answer made for one client (RFC 9111 §5.2.2.7). */
function cacheControl(response: Buffer, isForAll: boolean): string {
  const seconds = cacheableSeconds(response);
  if (seconds === 0) return 'no-store';
  return isForAll ? `max-age=${seconds}` : `private, max-age=${seconds}`;
}
