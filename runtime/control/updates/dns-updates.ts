/** Updates that came as DNS messages: from the answer process that took one to the queue, and back. */
import type { Result } from '../../base/result.ts';
import type { UpdateAsk, UpdateVerdict } from '../../rpc/update-ask.ts';
import { readUpdate, type UpdateRefusal, type UpdateRequest } from '../../update/request.ts';
import { HEADER_LENGTH } from '../../wire/query.ts';
import type { Asker, Asking, UpdateOutcome } from './update-queue.ts';

/** Milliseconds for which an update is known by its signature: twice as long as a signature holds, and more. */
const KNOWN_MS = 11 * 60_000;

/** The queue of updates (update-queue.ts). */
interface TakesUpdates {
  admit(asking: Asker, records: number): UpdateOutcome | undefined;
  take(asking: Asking, read: Result<UpdateRequest, UpdateRefusal>): Promise<UpdateOutcome>;
}

export class DnsUpdates {
  readonly #queue: TakesUpdates;
  readonly #settle: (verdict: UpdateVerdict, pid: number) => void;
  /** By signature, the first first: an update that is sent once more, by its client or by another, is carried out once. */
  readonly #known = new Map<string, { readonly at: number; readonly outcome: Promise<UpdateOutcome> }>();

  constructor(queue: TakesUpdates, settle: (verdict: UpdateVerdict, pid: number) => void) {
    this.#queue = queue;
    this.#settle = settle;
  }

  /** Takes an update of an answer process. */
  async take({ id, zone, key, client, mac, message }: UpdateAsk, pid: number): Promise<void> {
    this.#forgetOld();
    const name = `${key} ${mac}`;
    const before = this.#known.get(name)?.outcome;
    const outcome =
      before ?? this.#carryOut({ zone, key, client, via: 'dns' }, Buffer.from(message, 'base64'));
    if (before === undefined) this.#known.set(name, { at: Date.now(), outcome });
    const { rcode, error, isPutOff } = await outcome;
    // What is over the rate is not remembered: a flood would be kept for minutes.
    if (isPutOff === true) this.#known.delete(name);
    this.#settle({ id, rcode, ...(error && { error }) }, pid);
  }

  #carryOut(asking: Asking, message: Buffer): Promise<UpdateOutcome> {
    const refusal = this.#queue.admit(asking, recordsIn(message));
    return refusal === undefined
      ? this.#queue.take(asking, readUpdate(new Uint8Array(message)))
      : Promise.resolve(refusal);
  }

  #forgetOld(): void {
    for (const [name, { at }] of this.#known) {
      if (Date.now() - at < KNOWN_MS) return;
      this.#known.delete(name);
    }
  }
}

/** How many prerequisites and updates a message says that it has (RFC 2136 §2.1). */
function recordsIn(message: Buffer): number {
  return message.length < HEADER_LENGTH ? 0 : message.readUInt16BE(6) + message.readUInt16BE(8);
}
