/** Mutated messages to a server over HTTPS (RFC 8484), by POST. */

import { once } from 'node:events';
import { type ClientHttp2Session, connect, type IncomingHttpStatusHeader } from 'node:http2';
import type { Mutations } from './in-process.ts';
import type { Tally } from './tally.ts';

const WINDOW = 20;

export class OverHttps {
  readonly #session: ClientHttp2Session;
  readonly #mutations: Mutations;
  readonly #tally: Tally;

  constructor(port: number, ca: string, mutations: Mutations, tally: Tally) {
    this.#session = connect(`https://127.0.0.1:${port}`, { ca });
    this.#mutations = mutations;
    this.#tally = tally;
  }

  async run(count: number): Promise<void> {
    for (let left = count; left > 0; left -= WINDOW) {
      await Promise.all(Array.from({ length: Math.min(left, WINDOW) }, () => this.#exchange()));
    }
  }

  close(): void {
    this.#session.destroy();
  }

  /** What gets no DNS message gets an error of HTTP's. */
  async #exchange(): Promise<void> {
    const message = this.#mutations.next();
    const type = 'application/dns-message';
    const stream = this.#session.request({ ':method': 'POST', ':path': '/dns-query', 'content-type': type });
    stream.end(message);
    const [{ ':status': status }] = (await once(stream, 'response')) as [IncomingHttpStatusHeader];
    const body = Buffer.concat((await stream.toArray()) as Buffer[]);
    this.#tally.note(message, status === 200 ? [body] : [], 'https');
    if (status !== 200 && (status ?? 0) < 400) this.#tally.violate(`HTTP ${status}`, message, 'https');
  }
}
