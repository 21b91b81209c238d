/** Events that an answer process reports to control, for the log and for `status`. */

import type { Transport } from '../wire/transport.ts';
import type { FallbackReason } from './fallback.ts';
import type { RecordingHeader } from './recorded-line.ts';

export interface FallbackEvent {
  readonly zone: string;
  readonly version: string;
  /** The host's key in the policy's `hosts`. */
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly reason: FallbackReason;
  readonly message: string;
  /** Positions in the bundled script; control maps them to the author's file. */
  readonly stack?: string;
  /** Fallbacks of this zone and reason since the last event, this one included. */
  readonly count: number;
}

/** A policy is not a function of what it reads: from now on this process runs its version for each query. */
export interface ContradictionEvent {
  readonly zone: string;
  readonly version: string;
  /** The host's key in the policy's `hosts`. */
  readonly host: string;
  readonly name: string;
  readonly type: string;
  /** What differed: the facts it read, the plan, whether it used chance, whether it failed. */
  readonly what: 'facts' | 'plan' | 'chance' | 'failure';
  /** Completes the sentence "For what it had read before, the policy …". */
  readonly detail: string;
}

export interface QueryLine {
  readonly client: string;
  readonly name: string;
  readonly type: string;
  readonly rcode: string;
  readonly transport: Transport;
  readonly zone?: string;
  readonly micros: number;
}

/** Lines of a recording (recorded-line.ts), each with its newline, and how they were made, as its header says it. */
export interface RecordedBatch extends Pick<RecordingHeader, 'sample' | 'full'> {
  readonly text: string;
}

/** A network began to exceed its rate of responses, or has not exceeded it for a while. */
export type LimitEvent =
  | { readonly network: string; readonly state: 'began' }
  /** About `responses` responses were over the rate. */
  | { readonly network: string; readonly state: 'ended'; readonly responses: number };

/** A transfer that another server requested. */
export interface TransferEvent {
  readonly zone: string;
  readonly client: string;
  readonly key?: string;
  readonly type: 'AXFR' | 'IXFR';
  readonly serial: number;
  /** The client's serial, if it got the changes since that and not the whole zone. */
  readonly from?: number;
  /** How many names a policy decides, which no transfer holds. */
  readonly hosts: number;
  /** Whether the zone is signed; where a policy decides names, no transfer holds signatures. */
  readonly isSigned?: boolean;
  /** How many records were sent; absent if the transfer was cut short. */
  readonly records?: number;
}

/** A primary says that a zone has changed (RFC 1996). */
export interface NotifyEvent {
  readonly zone: string;
  readonly client: string;
  /** The primary's serial, if the message has it. */
  readonly serial?: number;
}
