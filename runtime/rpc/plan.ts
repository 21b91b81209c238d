/**
 * The data that leaves a sandbox: decisions and manifests as JSON. Nobody trusts it: the types
 * say what a well-behaved prelude sends, and plan/compile-plan.ts and plan/manifest.ts check it.
 */

/** Values of one type: presentation form; for TXT the raw text, or the raw strings of one record. */
export type ValuesData = readonly (string | readonly string[])[];

/** Type mnemonic → values: `{ A: ['192.0.2.10'] }`. */
export type RecordsData = Readonly<Record<string, ValuesData>>;

/**
 * Data of plans by kind: here those that hold no other plan. A kind that chooses among plans, or arranges
 * the records of one, adds itself in plan/kinds/. It holds those plans as its `of`, where plan-fold.ts
 * finds them.
 */
export interface PlanDataByKind {
  readonly records: { readonly kind: 'records'; readonly records: RecordsData; readonly ttl?: number };
  readonly pool: { readonly kind: 'pool'; readonly pool: string };
  readonly cname: { readonly kind: 'cname'; readonly target: string; readonly ttl?: number };
  readonly nodata: { readonly kind: 'nodata' };
  readonly nxdomain: { readonly kind: 'nxdomain' };
  readonly refuse: { readonly kind: 'refuse' };
  /** Stands only as the fallback of a handler-form policy that declares none. */
  readonly servfail: { readonly kind: 'servfail' };
}

export type PlanData = PlanDataByKind[keyof PlanDataByKind];

/** A plan with its weight among several. */
export interface WeightedData {
  readonly weight: number;
  readonly plan: PlanData;
}

/** A health check as the author wrote it; plan/pools/targets.ts fills in defaults. Each kind has some of these fields. */
export interface CheckData {
  readonly type?: string;
  readonly url?: string;
  readonly path?: string;
  readonly port?: number;
  readonly host?: string;
  readonly address?: string;
  readonly status?: readonly (number | string)[];
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly send?: string;
  readonly expect?: string | readonly string[];
  readonly load?: Readonly<Record<string, string>>;
  readonly daysLeft?: number;
  readonly name?: string;
  readonly record?: string;
  readonly rcode?: string | readonly string[];
  readonly transport?: string;
  readonly expires?: number;
  readonly command?: string;
  readonly service?: string;
  readonly tls?: boolean;
  readonly interval?: number;
  readonly timeout?: number;
  readonly rise?: number;
  readonly fall?: number;
  /** In place of a type: checks that count together. */
  readonly all?: readonly CheckData[];
  readonly any?: readonly CheckData[];
  readonly atLeast?: number;
  readonly of?: readonly CheckData[];
  readonly not?: CheckData;
}

export interface UpWhenData {
  readonly percent?: number;
  readonly weights?: Readonly<Record<string, number>>;
}

export interface PoolData {
  readonly records: RecordsData;
  /** The name whose addresses it answers with. */
  readonly alias?: string;
  /** Where clients over HTTP are sent. */
  readonly url?: string;
  readonly ttl?: number;
  readonly at?: readonly [latitude: number, longitude: number];
  readonly check?: CheckData;
  readonly whenDown?: 'all' | 'empty' | 'servfail' | PlanData;
  readonly upWhen?: UpWhenData;
  readonly capacity?: number;
  readonly leastTtl?: number;
}

/** What a policy declares. */
export interface ManifestData {
  /** `handler`: the file was written for a `createServer((req, res) => …)` library. */
  readonly form: 'policy' | 'handler';
  readonly ttl?: number;
  readonly leastTtl?: number;
  readonly budget?: number;
  readonly deadline?: number;
  readonly pools: Readonly<Record<string, PoolData>>;
  readonly fallback: PlanData;
  /** Relative name → its constant plan, or `null` if a handler decides. */
  readonly hosts: Readonly<Record<string, PlanData | null>>;
  /** Relative name of a host that a handler decides → mnemonics of the types that it declares. */
  readonly types?: Readonly<Record<string, readonly string[]>>;
  /** Relative name → static records. */
  readonly records: Readonly<Record<string, { readonly records: RecordsData; readonly ttl?: number }>>;
}

/** A fact's value as JSON; `null` if the policy saw `undefined`. */
export type FactValue = string | number | boolean | null;

/**
 * One read of a fact; reads come in order. Keys: `client.country` … `client.ip`, `health.<pool>`,
 * `time.hour` …, `time@Europe/Berlin.hour`.
 */
export type Read = readonly [fact: string, value: FactValue];

/**
 * Facts that one decision may rest on: of the client, of the clocks of many time zones, and the health of
 * two hundred pools. Every query that is answered from memory looks at each of them.
 */
export const MOST_READS = 256;

/** Time zones whose clocks one decision may read. */
export const MOST_TIME_ZONES = 16;

/** Why a decision may not be remembered. */
export type Impurity = 'client.ip' | 'time.unix' | 'random' | 'date';
