/**
 * Tests of policies: everything `import … from 'dnsteer/test'` can give you.
 *
 * `policies/shop.example.test.ts` tests the policy beside it; `dnsteer test` runs it. The policy runs as in production,
 * in the same sandbox and by the same steering; place, time, health and chance are those that the test gives.
 *
 * @example
 * import { ask, expect, test } from 'dnsteer/test';
 *
 * test('Germany is served from Frankfurt, and from Paris while Frankfurt is down', async () => {
 *   expect(await ask('www', 'A', { country: 'DE' })).pool('fra').ttl(30);
 *   expect(await ask('www', 'A', { country: 'DE', health: { fra: 'down' } })).pool('par');
 * });
 */
import type { Client, PoolHealth, Transport } from './policy.d.ts';

// ── Tests ────────────────────────────────────────────────────────────────────────────────────

type Body = () => void | Promise<void>;

/** Declares a test. It passes if its body ends without an error; bodies run one after the other. */
export declare const test: {
  (name: string, body: Body): void;
  /** Not run, and counted as skipped. */
  skip(name: string, body?: Body): void;
  /**
   * One test for each row. `$key` in the name stands for the field of the row, `%s` for the row itself, or for its items in
   * turn if it is an array; a name without either gets the number of the row.
   *
   * @example
   * test.each([
   *   { country: 'DE', pool: 'eu' },
   *   { country: 'US', pool: 'us' },
   * ])('$country gets $pool', async ({ country, pool }) => {
   *   expect(await ask('www', 'A', { country })).pool(pool);
   * });
   */
  each<const Row>(rows: readonly Row[]): (name: string, body: (row: Row) => void | Promise<void>) => void;
};

/** Shows values with the outcome of the test: its first 4000 characters. */
export declare function log(...values: readonly unknown[]): void;

// ── Questions ────────────────────────────────────────────────────────────────────────────────

/** In which case a question is asked. What is not given is the same in each run. */
export interface Case {
  /** The client's address, or its network as a resolver tells it: `'203.0.113.7'`, `'203.0.113.0/24'`. */
  readonly from?: string;
  /** The address that sends the query, where that is not the client: `query.client.resolver`. Default: that of the client. */
  readonly resolver?: string;
  /** The address of the server that is asked: `query.local`. */
  readonly local?: string;
  /** ISO 3166-1 alpha-2; brings its continent and `eu`. Stands in for what geo data says of the address. */
  readonly country?: string;
  readonly continent?: Client['continent'];
  readonly eu?: boolean;
  readonly region?: string;
  readonly city?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly timeZone?: string;
  readonly asn?: number;
  readonly organization?: string;
  /** The time: `'2026-12-24 23:00 Europe/Berlin'`, `'2026-12-24T22:00Z'`. Default: Thursday 2026-01-15 12:00 UTC. */
  readonly at?: string;
  /** The health of pools; others are up. `degraded`: one of its addresses is down, the first or, with `upWhen`, that of the least weight. The pool must have a check. */
  readonly health?: Readonly<Record<string, PoolHealth>>;
  /** Milliseconds that the checks of pools take, for `fastest`; of others nothing is measured. The pool must have a check. */
  readonly latency?: Readonly<Record<string, number>>;
  /** The load of pools, for `leastLoaded`. The pool must have a check. */
  readonly load?: Readonly<Record<string, number>>;
  /**
   * The addresses of the targets of aliases, in place of what a resolver says: `{ 'shop.cdn.example': { A: ['192.0.2.1'], ttl: 60 } }`. A family that is not
   * given has none, and a target that is not given is not known: its pool is down. `ttl`, in seconds, is 60 unless given.
   */
  readonly aliases?: Readonly<Record<string, AliasAddresses>>;
  /** Where chance begins: one seed gives one draw, always. A whole number, default 1. */
  readonly seed?: number;
  /** Over `'udp'` an answer may be truncated. Default `'tcp'`: answers are whole. */
  readonly transport?: Transport;
  /** With `transport: 'udp'`: octets that the client takes (EDNS), 512 to 65535. Default 1232. The server sends no more than its own `edns.udpSize`. */
  readonly udpSize?: number;
}

/** What a resolver says of the target of an alias. */
export interface AliasAddresses {
  readonly A?: string | readonly string[];
  readonly AAAA?: string | readonly string[];
  readonly ttl?: number;
}

/** How a query is answered. */
export interface Answer {
  /** The name asked for, with the final dot. */
  readonly name: string;
  readonly type: string;
  /** `'NOERROR'`, `'NXDOMAIN'`, `'REFUSED'`, `'SERVFAIL'`. */
  readonly rcode: string;
  /** The pool whose records these are. */
  readonly pool: string | undefined;
  /** The answer section. Values are written as in a zone file. */
  readonly records: readonly AnsweredRecord[];
  /** Whether there is more than fits the datagram; resolvers ask again over TCP. */
  readonly truncated: boolean;
  /** Seconds: of the answer section the least, else how long resolvers may keep the denial. */
  readonly ttl: number | undefined;
  /**
   * The length of the prefix of clients that share the answer (ECS, RFC 7871); 0: all of them. `undefined` if it depends on
   * the client, and the case does not say where that is: see `from`.
   */
  readonly scope: number | undefined;
  /** What the policy read: `{ 'client.country': 'DE' }`. */
  readonly reads: Readonly<Record<string, string | number | boolean | null>>;
  /** Set if the policy failed, and its fallback is the answer. */
  readonly fallback: { readonly reason: FallbackReason; readonly message: string } | undefined;
}

export interface AnsweredRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly value: string;
}

/** Why a policy fell back. `budget`: it ran too long. `invalid`: what it returned is no answer. */
export type FallbackReason =
  | 'throw'
  | 'budget'
  | 'deadline'
  | 'memory'
  | 'invalid'
  | 'sandbox'
  | 'breaker'
  | 'quarantined';

/** What chance makes of one question: each outcome with its share, exactly. */
export interface Distribution {
  /** Pool → its share, 0 to 1. Answers without a pool are here by their records. */
  readonly shares: Readonly<Record<string, number>>;
}

/**
 * Asks the zone after which the test file is named. Names are relative to it: `'www'`, `'@'`, or whole with a final dot.
 * Always await it.
 */
export declare function ask(name: string, type?: string, given?: Case): Promise<Answer>;

/** All that chance can make of one question, in one call; `seed` has no part in it. */
export declare function distribution(name: string, type?: string, given?: Case): Promise<Distribution>;

/** Another zone of the policies folder. */
export declare function zone(name: string): {
  ask(name: string, type?: string, given?: Case): Promise<Answer>;
  distribution(name: string, type?: string, given?: Case): Promise<Distribution>;
};

// ── Expectations ─────────────────────────────────────────────────────────────────────────────

/** Each throws if it is not met, and returns itself. An answer of the fallback meets none before `fallback`. */
export interface AnswerExpectation {
  pool(name: string): this;
  /** All records of a type, in any order: `records('A', ['192.0.2.1'])`. */
  records(type: string, values: readonly string[] | string): this;
  ttl(seconds: number): this;
  scope(bits: number): this;
  /** All facts that the policy read, in any order: `['client.country', 'health.eu']`. */
  reads(facts: readonly string[]): this;
  rcode(rcode: string): this;
  /** The answer does not fit the datagram; with `false`: it does. */
  truncated(isTruncated?: boolean): this;
  /** The name exists, and has no records of the type. */
  nodata(): this;
  /** The policy failed for this reason. */
  fallback(reason: FallbackReason): this;
}

export interface DistributionExpectation {
  /** The share of a pool, 0 to 1, with a tolerance of one in a million if none is given. */
  share(pool: string, share: number, tolerance?: number): this;
  /** All shares: `{ us: 0.95, eu: 0.05 }`. */
  shares(shares: Readonly<Record<string, number>>, tolerance?: number): this;
}

export interface ValueExpectation<T> {
  /** The same data, at any depth. */
  equals(expected: T): this;
}

export declare function expect(answer: Answer): AnswerExpectation;
export declare function expect(distribution: Distribution): DistributionExpectation;
/** An answer that is not there yet: `expect(await ask(…))`. */
export declare function expect(promise: Promise<unknown>): never;
export declare function expect<T>(value: T): ValueExpectation<T>;

// Named here, not above: a declaration file without an export list exports all it declares.
export type { Body };
