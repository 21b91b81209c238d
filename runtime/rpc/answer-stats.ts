/** The statistics that an answer process sends when control asks: counters (counters.ts) and its state. */
import type { Transport } from '../wire/transport.ts';
import type { ProcessCounts, ZoneCounts } from './process-counts.ts';

/** Statistics of one process; control adds up those of all. */
export interface AnswerStats extends StatsPart {
  readonly pid: number;
  readonly rssBytes: number;
  readonly cpuMicros: number;
  readonly counts: ProcessCounts;
  readonly sandbox: {
    /** None was started yet, for want of a policy. */
    readonly isIdle?: true;
    readonly pid: number;
    readonly rssBytes: number;
    readonly restarts: number;
    readonly pending: number;
  };
  /** The second sandbox, while policies run apart. */
  readonly apart?: { readonly pid: number; readonly rssBytes: number };
  /** The sandbox of policies that are dear to load or may run long, while there are any. */
  readonly heavy?: { readonly pid: number; readonly rssBytes: number };
}

/** Counters of zones. */
export interface StatsPart {
  readonly queries: readonly {
    readonly zone: string;
    readonly type: string;
    readonly rcode: string;
    readonly transport: Transport;
    readonly count: number;
  }[];
  readonly zones: readonly ZoneStats[];
}

export interface ZoneStats extends ZoneCounts {
  readonly zone: string;
  readonly version: string;
  readonly breaker: 'closed' | 'open' | 'quarantined';
  /** Decisions that are remembered now. */
  readonly leaves: number;
}
