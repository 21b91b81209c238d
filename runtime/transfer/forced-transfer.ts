/** A transfer of a whole zone that an operator asked for: how far it is, and what came of it. */
import { socketAddressToText } from '../base/net/socket-address.ts';
import { systemErrorText } from '../base/system-error.ts';
import type { PeerServer } from '../client/peer-server.ts';

export type TransferOutcome =
  | {
      readonly kind: 'transferred';
      readonly primary: string;
      /** The serial before, if there was a copy, and now. */
      readonly before?: number;
      readonly after: number;
      readonly records: number;
      readonly milliseconds: number;
    }
  | { readonly kind: 'failed'; readonly reasons: readonly TransferFailure[] };

/** Why one primary did not give the zone. */
export interface TransferFailure {
  readonly primary: string;
  readonly problem: string;
}

export class ForcedTransfer {
  /** The primary that is asked now, and how many records it has sent. */
  primary = '';
  records = 0;
  readonly #ended = Promise.withResolvers<TransferOutcome>();
  readonly #startedAt = performance.now();
  readonly #reasons: TransferFailure[] = [];

  get ended(): Promise<TransferOutcome> {
    return this.#ended.promise;
  }

  /**
   * Tries one primary after the other, until one gives the zone; else returns why none does. `fetch` returns
   * the problem of one.
   */
  async run(
    primaries: readonly PeerServer[],
    fetch: (primary: PeerServer) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    for (const primary of primaries) {
      this.primary = socketAddressToText(primary);
      this.records = 0;
      const problem = await fetch(primary).catch(systemErrorText);
      if (problem === undefined) return undefined;
      this.#reasons.push({ primary: this.primary, problem });
    }
    return this.#reasons.map(({ primary, problem }) => `${primary}: ${problem}`).join('; ');
  }

  /** No primary is left. */
  giveUp(): void {
    this.#ended.resolve({ kind: 'failed', reasons: this.#reasons });
  }

  /** The zone was taken over from the primary. */
  succeed(before: number | undefined, after: number): void {
    const { primary, records } = this;
    const milliseconds = Math.round(performance.now() - this.#startedAt);
    const serials = { ...(before !== undefined && { before }), after };
    this.#ended.resolve({ kind: 'transferred', primary, ...serials, records, milliseconds });
  }
}
