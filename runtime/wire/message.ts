/**
 * Whole messages as values, for tools and tests. The query path uses query.ts and writer.ts, which are
 * leaner.
 */

import type { WireName } from './name.ts';
import type { ClientSubnetReply, ExtendedError } from './opt.ts';
import type { ResourceRecord } from './record.ts';

export interface Message {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** The response code, with the upper bits that OPT holds. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ClassedRecord[];
  readonly authorities: readonly ClassedRecord[];
  /** The records of the additional section without OPT. */
  readonly additionals: readonly ClassedRecord[];
  readonly edns: Edns | undefined;
}

export interface Question {
  readonly name: WireName;
  readonly type: number;
  readonly class: number;
}

/** A record as it travels: of any class. */
export interface ClassedRecord extends ResourceRecord {
  readonly class: number;
}

export interface Edns {
  readonly version: number;
  readonly udpSize: number;
  readonly dnssecOk: boolean;
  readonly clientSubnet: ClientSubnetReply | undefined;
  readonly cookie: Uint8Array | undefined;
  readonly extendedErrors: readonly ExtendedError[];
  /** All options, those with a field of their own included. */
  readonly options: readonly EdnsOption[];
}

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}
