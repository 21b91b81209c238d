/**
 * Answers `/api/transfer?zone=example.com`: transfers a zone from its primaries, and says what came of it. A
 * large zone takes longer than a request may, so a request that names an `id` may be repeated: it then asks
 * how far the transfer is that the first one began.
 */
import { within } from '../base/within.ts';
import type { ForcedTransfer, TransferOutcome } from '../transfer/forced-transfer.ts';
import { noSuchZone } from './release.ts';
import type { AdminSource } from './source.ts';
import { zoneAsked } from './zone-asked.ts';

export interface TransferAsk {
  readonly zone: string | undefined;
  /** Names the transfer; any text. */
  readonly id: string | undefined;
  /** `1`: a lower serial is taken as well. */
  readonly force: string | undefined;
}

export type TransferReply =
  | ({ readonly zone: string } & Extract<TransferOutcome, { kind: 'transferred' }>)
  | { readonly zone: string; readonly kind: 'running'; readonly primary: string; readonly records: number };

export interface TransferError {
  readonly error: string;
  readonly code?: 'NOT_SECONDARY' | 'TRANSFER';
}

/** A reply, or an error in words, with its HTTP status. */
export type TransferResult =
  | { readonly status: 200; readonly body: TransferReply }
  | { readonly status: 400 | 404 | 409 | 502 | 503; readonly body: TransferError };

/** Milliseconds after which a request is told how far the transfer is. */
const PATIENCE_MS = 2000;
/** Milliseconds for which the outcome of a transfer is kept for whoever asked for it. */
const KEPT_MS = 60_000;
/** Transfers at a time. */
const MOST = 16;
const MOST_ID = 64;

export class Transfers {
  readonly #source: AdminSource;
  readonly #known = new Map<string, ForcedTransfer>();
  readonly #patienceMs: number;

  constructor(source: AdminSource, patienceMs = PATIENCE_MS) {
    this.#source = source;
    this.#patienceMs = patienceMs;
  }

  async ask({ zone: typed, id = '', force }: TransferAsk): Promise<TransferResult> {
    const named = zoneAsked(typed);
    if (!named.ok) return { status: 400, body: { error: named.problem } };
    if (id.length > MOST_ID)
      return { status: 400, body: { error: `An id has ${MOST_ID} characters at most` } };
    const zone = named.value;
    const key = `${zone} ${id}`;
    if (!this.#known.has(key) && this.#known.size >= MOST) {
      return { status: 503, body: { error: 'Too many transfers are asked for at once' } };
    }
    const transfer = this.#known.get(key) ?? this.#source.transfer(zone, force === '1');
    if (transfer === undefined) return notSecondary(zone, this.#source);
    if (id !== '') this.#keep(key, transfer);
    const outcome = await within(this.#patienceMs, transfer.ended);
    if (outcome === undefined) {
      const { primary, records } = transfer;
      return { status: 200, body: { zone, kind: 'running', primary, records } };
    }
    this.#known.delete(key);
    return outcome.kind === 'transferred'
      ? { status: 200, body: { zone, ...outcome } }
      : failed(zone, outcome);
  }

  #keep(key: string, transfer: ForcedTransfer): void {
    if (this.#known.has(key)) return;
    this.#known.set(key, transfer);
    void transfer.ended.then(() => setTimeout(() => this.#known.delete(key), KEPT_MS).unref());
  }
}

function notSecondary(zone: string, source: AdminSource): TransferResult {
  const isServed = source.facts().zones.some((one) => one.zone === zone);
  if (!isServed) return { status: 404, body: { error: noSuchZone(zone, source) } };
  const error = `${zone} is not transferred from other servers: "secondary" does not name it (NOT_SECONDARY)`;
  return { status: 409, body: { error, code: 'NOT_SECONDARY' } };
}

function failed(zone: string, { reasons }: Extract<TransferOutcome, { kind: 'failed' }>): TransferResult {
  const each = reasons.map(({ primary, problem }) => `${primary}: ${problem}`);
  const isOld = reasons.some(({ problem }) => problem.includes('is older than ours'));
  const remedy = isOld ? ['With --force an older version is taken all the same'] : [];
  const error = [`No primary gave ${zone}, which is served as it was (TRANSFER)`, ...each, ...remedy].join(
    '\n',
  );
  return { status: 502, body: { error, code: 'TRANSFER' } };
}
