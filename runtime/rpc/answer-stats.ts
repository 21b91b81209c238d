/** What an answer process counts, and tells control when it is asked. */
import type { LoopStats } from '../base/loop/loop-watch.ts';
import type { HistogramData } from '../base/meter.ts';
import type { Transport } from '../wire/transport.ts';
import type { FallbackReason, Unremembered } from './fallback.ts';

/** Counters since the process began. Control adds those of all processes together. */
export interface AnswerStats extends StatsPart {
  readonly pid: number;
  readonly rssBytes: number;
  readonly cpuMicros: number;
  /** Response time from arrival to send of answers that needed the sandbox, and of runs inside it: bucket upper bounds in seconds are in base/meter.ts. */
  readonly decisionSeconds: HistogramData;
  readonly runSeconds: HistogramData;
  readonly dropped: Readonly<Record<string, number>>;
  /** Queries with a cookie that were answered: the client's part alone, one that is none of ours, one of ours. */
  readonly cookies: Readonly<Record<'client' | 'invalid' | 'valid', number>>;
  /** Responses over the rate, by what became of them; `told`: sent, for the limit is on trial. */
  readonly limited: Readonly<Record<'dropped' | 'slipped' | 'leaked' | 'told', number>>;
  readonly tcpClients: number;
  readonly loop: LoopStats;
  readonly sandbox: {
    readonly pid: number;
    readonly rssBytes: number;
    readonly restarts: number;
    readonly pending: number;
  };
  /** The second sandbox, while policies have to be kept apart. */
  readonly apart?: { readonly pid: number; readonly rssBytes: number };
  /** That of policies which are dear to load, while there are any. */
  readonly heavy?: { readonly pid: number; readonly rssBytes: number };
  readonly memo: {
    readonly hits: number;
    /** Responses taken as they were made before. */
    readonly packets: number;
    readonly misses: number;
    /** Queries that waited for a decision another had asked for. */
    readonly joins: number;
    /** Remembered decisions that were made again, to see whether they are the same. */
    readonly rechecks: number;
    readonly evictions: number;
    /** Now, estimated. */
    readonly octets: number;
  };
}

/** What is counted for zones. */
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

export interface ZoneStats {
  readonly zone: string;
  readonly version: string;
  readonly runs: number;
  readonly fallbacks: Readonly<Partial<Record<FallbackReason, number>>>;
  readonly memoHits: number;
  /** Decisions that could not be remembered, by reason. */
  readonly unremembered: Readonly<Partial<Record<Unremembered, number>>>;
  readonly contradictions: number;
  readonly breaker: 'closed' | 'open' | 'quarantined';
  /** Decisions remembered, now. */
  readonly leaves: number;
}
