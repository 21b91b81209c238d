/** Bodies of requests over HTTP: how long one is, how many of a key are on their way at a time, and how many there are in a minute. */
import type { Context } from 'hono';
import { fail, ok, type Result } from '../../base/result.ts';
import type { UpdateQueue } from './update-queue.ts';

/** Octets of a body. */
const MOST_OCTETS = 4 * 2 ** 20;
/** Bodies of a key on their way at a time: each may take as many octets of memory. Those of honest clients come at once. */
const MOST_COMING = 8;
/** A record in a body has at least as many octets; what a body costs is reckoned by that, before it is parsed. */
const OCTETS_OF_RECORD = 64;
const RETRY_AFTER = { 'Retry-After': '10' };

export class HttpBodies {
  readonly #queue: Pick<UpdateQueue, 'admit'>;
  readonly #coming = new Map<string, number>();

  constructor(queue: Pick<UpdateQueue, 'admit'>) {
    this.#queue = queue;
  }

  /** The body of a request of a key as JSON, `undefined` if it is none; or the response that refuses it. */
  async read(context: Context, key: string): Promise<Result<unknown, Response>> {
    const coming = this.#coming.get(key) ?? 0;
    if (coming >= MOST_COMING) {
      const error = `${MOST_COMING} requests of key ${key} are on their way; send them one after the other`;
      return fail(context.json({ error }, 429, RETRY_AFTER));
    }
    this.#coming.set(key, coming + 1);
    const text = await wholeText(context);
    this.#coming.set(key, (this.#coming.get(key) ?? 1) - 1);
    if (!text.ok) return fail(context.json({ error: `The body ${text.problem}` }, 413));
    const refusal = this.admit(context, key, Math.floor(text.value.length / OCTETS_OF_RECORD));
    if (refusal !== undefined) return fail(refusal);
    try {
      return ok(JSON.parse(text.value));
    } catch {
      return ok(undefined);
    }
  }

  /** The response to a request about so many records, if it is over the rate of the key. */
  admit(context: Context, key: string, records: number): Response | undefined {
    const refusal = this.#queue.admit({ key, via: 'http', client: 'loopback' }, records);
    return refusal && context.json({ code: 'REFUSED', error: refusal.text ?? '' }, 429, RETRY_AFTER);
  }
}

/** The body as text. Of one that breaks off nobody hears: its client is gone, or was too slow (admin/connections.ts). */
async function wholeText({ req }: Context): Promise<Result<string>> {
  const tooLong = fail(`has more than ${MOST_OCTETS} octets`);
  if (Number(req.header('content-length')) > MOST_OCTETS) return tooLong;
  const chunks: Uint8Array[] = [];
  let octets = 0;
  try {
    for await (const chunk of req.raw.body ?? []) {
      octets += chunk.length;
      if (octets > MOST_OCTETS) return tooLong;
      chunks.push(chunk);
    }
  } catch {
    return fail('breaks off');
  }
  return ok(Buffer.concat(chunks).toString());
}
