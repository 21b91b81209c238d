/**
 * Octets that control has sent: images of zones, bodies of policies. They come with their message, by way of a
 * file, or in pieces where control could write none. Files are read at one go, by a thread that has nothing else
 * to do, and one after the other: descriptors are few.
 */

import { readWholeFile } from '../../base/files/whole-file.ts';
import { fromBase64 } from '../../base/octets-text.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { ToAnswer } from '../../rpc/control-protocol.ts';
import type { SentOctets } from '../../rpc/zone-update.ts';

/** Files of a zone have a sixteenth of that at most. */
const LIMITS = { mostOctets: 4 * 2 ** 30 };

type Octets = Uint8Array<ArrayBuffer>;

export class OctetsReader {
  readonly #pieces = new Map<number, Octets>();
  #last: Promise<unknown> = Promise.resolve();

  /** Takes a piece of octets that are asked for later. */
  take({ id, size, at, base64 }: ToAnswer & { t: 'octets' }): void {
    const octets = this.#pieces.get(id) ?? new Uint8Array(size);
    octets.set(Buffer.from(base64, 'base64'), at);
    this.#pieces.set(id, octets);
  }

  /** What was sent; in pieces only once. */
  async read(sent: SentOctets): Promise<Result<Octets>> {
    if ('base64' in sent) return ok(fromBase64(sent.base64));
    if ('pieces' in sent) return this.#assembled(sent.pieces);
    const read = this.#last.then(() => readWholeFile(sent.file, LIMITS));
    this.#last = read;
    return read;
  }

  #assembled(id: number): Result<Octets> {
    const octets = this.#pieces.get(id);
    this.#pieces.delete(id);
    return octets === undefined ? fail('its octets did not come') : ok(octets);
  }
}
