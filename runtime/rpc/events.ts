/** What an answer process tells control of without being asked: for the log, and for `status`. */

import type { Transport } from '../wire/transport.ts';
import type { FallbackReason } from './fallback.ts';

export interface FallbackEvent {
  readonly zone: string;
  readonly version: string;
  /** Key in the policy's `hosts`. */
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

/** A policy is no function of what it reads: from now on this process asks its version each time. */
export interface ContradictionEvent {
  readonly zone: string;
  readonly version: string;
  /** Key in the policy's `hosts`. */
  readonly host: string;
  readonly name: string;
  readonly type: string;
  /** What differed: what it read, the plan, that it used chance, that it failed. */
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

/** A network began to be over its rate of responses, or has not been for a while. */
export type LimitEvent =
  | { readonly network: string; readonly state: 'began' }
  /** `responses` were over it, about. */
  | { readonly network: string; readonly state: 'ended'; readonly responses: number };

/** A transfer that was asked for. */
export interface TransferEvent {
  readonly zone: string;
  readonly client: string;
  readonly key?: string;
  readonly type: 'AXFR' | 'IXFR';
  readonly serial: number;
  /** Names that a policy decides, which no transfer holds. */
  readonly hosts: number;
  /** Records sent; absent where it was cut short. */
  readonly records?: number;
}

/** A primary says that a zone has changed (RFC 1996). */
export interface NotifyEvent {
  readonly zone: string;
  readonly client: string;
  /** As the primary has it, if it says so. */
  readonly serial?: number;
}
