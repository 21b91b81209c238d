/**
 * One line of a recording (`record` in the settings): a query, what its answer rested on, and the answer. A recording is
 * lines of JSON; the first says how it was made. Control writes what answer processes send, and `dnsteer replay` reads it.
 */
import type { Transport } from '../wire/transport.ts';
import type { FallbackReason } from './fallback.ts';
import type { Read } from './plan.ts';

export const RECORDING_FORMAT = 1;

/** The first line of each file. */
export interface RecordingHeader {
  readonly dnsteer: 'recording';
  readonly format: typeof RECORDING_FORMAT;
  /** Share of queries that are recorded, above 0 to 1. */
  readonly sample: number;
  /** Whether clients are recorded whole. */
  readonly full: boolean;
  /** ISO 8601. */
  readonly began: string;
}

export interface RecordedLine {
  /** Unique among all recordings of a server: explain finds a query by it. */
  readonly id: string;
  /** ISO 8601, to the millisecond: the moment the answer was made for. */
  readonly at: string;
  /** Lower case, no final dot. */
  readonly name: string;
  readonly type: string;
  readonly transport: Transport;
  /**
   * The client as policies see it, as a prefix: /24 or /56 at most, or what its resolver told if that is shorter. Where
   * the recording is full, its address, or all that its resolver told of it.
   */
  readonly client: string;
  readonly zone?: string;
  /** The version of the zone that answered. */
  readonly version?: string;
  /** The key in the policy's `hosts`. */
  readonly host?: string;
  readonly source: 'static' | 'delegation' | 'policy' | 'fallback' | 'none';
  readonly fallback?: FallbackReason;
  /**
   * What policies read, in order, with the values it had; plain names (`client.country`). Of a line that is `unreplayable`
   * the address is the `client` above.
   */
  readonly reads: readonly Read[];
  /** Numbers from 0 up to but not including 1 that steering threw, in order. */
  readonly chance?: readonly number[];
  /** Checked targets of the pools of the policy that were down: `eu/192.0.2.1`, or `eu` for a pool that is probed as one. */
  readonly down?: readonly string[];
  readonly rcode: string;
  /**
   * The answer section, in presentation form, without signatures: all of it, also where it did not fit the datagram. A line
   * that is `unreplayable` for its address has none: that may be in it.
   */
  readonly answer: readonly string[];
  /** The scope of the answer, as ECS tells it (RFC 7871 §6). */
  readonly scope: number;
  /**
   * Why it cannot be decided again as it was. `address`: the policy read the whole address, and the recording is not full.
   * `override`: operators had overridden the health of a pool of the policy.
   */
  readonly unreplayable?: 'address' | 'override';
}
