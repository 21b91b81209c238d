/** Why one query got its answer, step by step; from answer/explain/explain.ts, for CLI and admin API. */
import type { Result } from '../base/result.ts';
import type { Transport } from '../wire/transport.ts';
import type { FallbackReason } from './fallback.ts';
import type { FactValue, PlanData, Read } from './plan.ts';

export interface Explanation {
  readonly name: string;
  readonly type: string;
  /** What was assumed, if anything was. */
  readonly asIf?: AsIf;
  /** What was answered then, if the query was recorded. */
  readonly recorded?: RecordedAnswer;
  /** Known facts about the client. */
  readonly client: Readonly<Record<string, FactValue>>;
  /** Where only the country of the client was given: what the answer depends on and no country says, such as `latitude`. */
  readonly lacking?: readonly string[];
  readonly zone?: string;
  readonly version?: string;
  readonly file?: string;
  /** The records of a set take turns (zone.cyclic); the answer here has the order they begin with. */
  readonly isCyclic?: true;
  /** Names that CNAMEs led to, in order; the rest of the explanation is about the last. */
  readonly followed: readonly string[];
  /** Where the answer comes from; `none` if no zone, or no working policy, has one. */
  readonly source: 'static' | 'delegation' | 'policy' | 'fallback' | 'none';
  /** Why the zone has no answer yet, as the reply says it (RFC 8914); only where the source is `none`. */
  readonly unready?: string;
  /** The key in the policy's `hosts` that answers. */
  readonly host?: string;
  readonly fallback?: { readonly reason: FallbackReason; readonly message: string; readonly stack?: string };
  /** The facts that the policy read, in order, with values; where it failed, those it read before that, if they are known. */
  readonly reads: readonly Read[];
  readonly plan?: PlanData;
  readonly steering: readonly SteeringStep[];
  /** What operators have said of pools that steering looked at, in words; control knows who and why. */
  readonly overrides?: readonly string[];
  readonly rcode: string;
  /** The answer section, in presentation form. */
  readonly answer: readonly string[];
  /** There is more than fits the datagram: clients ask again over TCP. */
  readonly isTruncated?: true;
  /** Where each of these records comes from; only if that was asked for. */
  readonly origins?: readonly RecordOrigin[];
  /** How a client that sets DO gets it; absent if the zone is not signed by the process that explains. */
  readonly signing?: ExplainedSigning;
  /** The authority section: NS records of a referral, or the SOA of a negative answer. */
  readonly authority: readonly string[];
  readonly ecsScope: number;
  /** Microseconds inside the policy. */
  readonly policyMicros?: number;
  readonly totalMicros: number;
}

/** `failed`: the zone is to be signed, and there is no key: clients that set DO get SERVFAIL. */
export type ExplainedSigning =
  | { readonly kind: 'failed' }
  | {
      readonly kind: 'signed';
      /** With DO and without CO: a name that is not there can be NOERROR (RFC 9824 §5.1). */
      readonly rcode: string;
      readonly sets: readonly ExplainedSet[];
      readonly proof: readonly ExplainedProof[];
      /** RRSIG and NSEC in presentation form, if they were asked for. */
      readonly records?: readonly string[];
    };

/** An RRset of the reply, and who signed it. Times are in ISO 8601. */
export interface ExplainedSet {
  readonly owner: string;
  readonly type: string;
  /** The owner that is signed where a wildcard stands in. */
  readonly wildcard?: string;
  /** Whether the signatures were there; otherwise they are made for this explanation. */
  readonly wasThere: boolean;
  readonly signatures: readonly {
    readonly tag: number;
    readonly algorithm: number;
    readonly from: string;
    readonly until: string;
  }[];
}

/** An NSEC or NSEC3 (`hashed`) record, and what it proves, in words. `compact`: it is made for the name asked. */
export interface ExplainedProof {
  readonly owner: string;
  readonly next: string;
  readonly types: readonly string[];
  readonly how: 'chain' | 'compact' | 'hashed';
  readonly proves: string;
}

/** One member that steering looked at: `eu` · dropped · `health: down`. */
export interface SteeringStep {
  /** How deep in the plan the member is. */
  readonly depth: number;
  readonly subject: string;
  readonly verdict: 'kept' | 'dropped' | 'chosen';
  readonly why: string;
}

/**
 * Where a record comes from. `zone-file`, `policy-records` (the `records` of the policy file) and `primary` (by
 * transfer) stand for themselves; `dynamic`: a client added it; `settings`: the server made it, as the files have
 * none; `policy`: the policy, or its fallback, decided it; `dname`: it is made of a DNAME; `static`: one of the
 * zone's, and no more is known; `server`: it is about the server itself.
 */
export interface RecordOrigin {
  readonly from:
    | 'zone-file'
    | 'policy-records'
    | 'primary'
    | 'dynamic'
    | 'settings'
    | 'policy'
    | 'dname'
    | 'static'
    | 'server';
  /** The file, as shown to operators. */
  readonly file?: string;
  /** The owner in the zone, where a wildcard stands in. */
  readonly wildcard?: string;
  /** Of a dynamic record: the key that added it, and when, in ISO 8601. */
  readonly by?: string;
  readonly since?: string;
}

/** What stands in for how things are. Pools are written `eu`, `zone/eu` of another zone, `eu/192.0.2.1` for one address. */
export interface AsIf {
  readonly down?: readonly string[];
  readonly up?: readonly string[];
  /** A moment, in ISO 8601. */
  readonly at?: string;
  /** Of chance: a whole number from 0 to 2³² - 1. */
  readonly seed?: number;
}

/** A query as a recording has it (rpc/recorded-line.ts). */
export interface RecordedAnswer {
  readonly id: string;
  /** The version of the zone that answered. */
  readonly version?: string;
  readonly rcode: string;
  readonly answer: readonly string[];
  /** Whether it is answered alike now, whatever the order of the records; absent where the answer was not recorded. */
  readonly isSame?: boolean;
}

/** Fails, in words, where what was to be assumed cannot be. */
export type Explained = Result<Explanation>;

export interface ExplainAsk {
  readonly name: string;
  readonly type: string;
  /** The client's address or prefix; absent if only `country` is given. */
  readonly from?: string;
  /** Set if the question comes in a datagram, from a client that takes so many octets; else it comes over a connection. */
  readonly udpSize?: number;
  /** The way on which it comes; default: over TCP, or in a datagram where `udpSize` is set, from the client itself. */
  readonly way?: { readonly transport?: Transport; readonly local?: string; readonly resolver?: string };
  /** Facts in place of the geo data: `{ country: 'DE' }`; `null` is not known. */
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly asIf?: AsIf;
  /** Numbers that steering threw when the query was recorded; of what was down then, some may be gone. */
  readonly thrown?: readonly number[];
  /** Whether the records of DNSSEC are told in presentation form. */
  readonly withRecords?: true;
  readonly withOrigins?: true;
}
