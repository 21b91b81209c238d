/** What the engine of rolls remembers of a zone. It is plain data, kept on disk. Times are seconds since 1970. */
import type { DsSeen } from './observations.ts';
import type { KeyRole, RollKind } from './roll-policy.ts';

export interface RollState {
  readonly version: 1;
  /** The zone's name in lower case. */
  readonly zone: string;
  /** The clock at the last step. */
  readonly at: number;
  readonly keys: readonly KeyState[];
  readonly roll: Roll | undefined;
  /** Until when caches may hold what servers have answered so far. */
  readonly cached: Cached;
  /** The longest TTLs of what servers answer, since the roll began if there is one. */
  readonly longest: Longest;
  /** Whether every server of the parent has answered a DS of a key of ours. */
  readonly secure: boolean;
  /** What the clock said when it had leapt ahead; no step is taken until an operator confirms it. */
  readonly doubt: number | undefined;
}

export interface Cached {
  /** DNSKEY sets. */
  readonly keys: number;
  /** All other sets of the zone. */
  readonly zone: number;
  readonly ds: number;
}

/** Seconds, for the same records. */
export type Longest = Cached;

export interface KeyState {
  readonly tag: number;
  readonly algorithm: number;
  readonly flags: number;
  readonly role: KeyRole;
  /** RDATA of the DNSKEY in base64. */
  readonly dnskey: string;
  readonly times: RollTimes;
}

/**
 * Times as key files have them. What is absent has not happened. A key that signs is in DNSKEY as well, unless its
 * `publish` is in the future.
 */
export interface RollTimes {
  /** In the DNSKEY set. */
  readonly publish?: number | undefined;
  /** Signs. */
  readonly activate?: number | undefined;
  /** Signs no more. */
  readonly inactive?: number | undefined;
  /** No longer in the DNSKEY set. */
  readonly delete?: number | undefined;
  /** CDS and CDNSKEY are there. */
  readonly syncPublish?: number | undefined;
  /** They are gone. Without `syncPublish`: the pair that asks for no DS is there. */
  readonly syncDelete?: number | undefined;
}

export interface Roll {
  readonly kind: RollKind;
  /** Index of the stage; see stages.ts. */
  readonly stage: number;
  readonly step: 'start' | 'propagation' | 'cache-expired' | 'done';
  /** When the roll began. */
  readonly began: number;
  /** When the step began. */
  readonly since: number;
  /** When caches hold nothing older: the end of `cache-expired`. */
  readonly until: number | undefined;
  /**
   * Until when a DS may appear that was asked for before the roll began: a zone does not go unsigned before that.
   */
  readonly dsComesUntil: number;
  readonly oldTags: readonly number[];
  /** Empty until the keys are there. */
  readonly newTags: readonly number[];
  /** The DS at the parent before a change of it was asked for. */
  readonly dsBefore: readonly DsSeen[] | undefined;
}

/** The state of a zone that the engine has never seen. */
export function emptyState(zone: string, now: number): RollState {
  const none = { keys: 0, zone: 0, ds: 0 };
  const start = { version: 1, zone, at: now, keys: [], roll: undefined } as const;
  return { ...start, cached: none, longest: none, secure: false, doubt: undefined };
}

/** Whether a key is in use or about to be: it has not ended. */
export function isLive({ times }: KeyState): boolean {
  return times.delete === undefined || (times.inactive === undefined && times.activate !== undefined);
}
