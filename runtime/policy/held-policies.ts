/**
 * The policies a sandbox is to hold, and whether the process that serves has them loaded. Scripts
 * are kept, because that process may be another one a moment later.
 *
 * A policy that is asked for and not loaded (the process is new, or its isolate was spent) is loaded
 * just ahead of the request. The others follow one at a time, most recently asked first.
 */
import type { Charges } from './charges.ts';
import { FairShare } from './fair-share.ts';

export interface LoadLimits {
  readonly memoryMb: number;
  /** Milliseconds the top level may take. */
  readonly timeoutMs: number;
}

export type LoadOutcome =
  /** `manifest` is for policy/manifest.ts to check. */
  | { readonly ok: true; readonly manifest: unknown }
  | {
      readonly ok: false;
      readonly reason: 'throw' | 'timeout' | 'memory' | 'crash' | 'invalid';
      readonly message: string;
      readonly stack?: string;
    };

/** One version of a policy. */
export class HeldPolicy {
  readonly key: string;
  readonly script: string;
  readonly limits: LoadLimits;
  readonly charges: Charges;
  readonly share = new FairShare();
  /** In the process that serves. What failed to load is tried again when it is asked for, not before. */
  state: 'cold' | 'loading' | 'loaded' | 'failed' = 'cold';
  /** performance.now() milliseconds; 0 for never. */
  askedAt = 0;
  #onLoaded: ((outcome: LoadOutcome) => void) | undefined;

  constructor(
    { key, script, limits, charges }: Pick<HeldPolicy, 'key' | 'script' | 'limits' | 'charges'>,
    onLoaded: (outcome: LoadOutcome) => void,
  ) {
    this.key = key;
    this.script = script;
    this.limits = limits;
    this.charges = charges;
    this.#onLoaded = onLoaded;
  }

  /** Whether its isolate is there or on its way. */
  get isPresent(): boolean {
    return this.state === 'loading' || this.state === 'loaded';
  }

  /** Tells whoever asked for it to be loaded how that went, the first time. */
  settle(outcome: LoadOutcome): void {
    this.#onLoaded?.(outcome);
    this.#onLoaded = undefined;
  }
}

/** The part of a channel that loads: sandbox-channel.ts. */
export interface PolicyLoader {
  load(policy: HeldPolicy, now: number): void;
  drop(key: string): void;
}

export class HeldPolicies {
  readonly #byKey = new Map<string, HeldPolicy>();
  /** To the process that serves. */
  #loader: PolicyLoader | undefined;
  #isLoading = false;

  [Symbol.iterator](): Iterator<HeldPolicy> {
    return this.#byKey.values();
  }

  get(key: string): HeldPolicy | undefined {
    return this.#byKey.get(key);
  }

  put(policy: HeldPolicy): void {
    this.#byKey.set(policy.key, policy);
    this.warm();
  }

  drop(key: string): void {
    const policy = this.#byKey.get(key);
    if (policy === undefined) return;
    this.#byKey.delete(key);
    if (policy.isPresent) this.#loader?.drop(key);
    policy.settle({ ok: false, reason: 'crash', message: 'The policy was dropped before it was loaded' });
  }

  get quarantined(): string[] {
    const policies = [...this.#byKey.values()].filter(({ charges }) => charges.quarantined);
    return policies.map(({ key }) => key);
  }

  /** Another process serves, or none does; what it has loaded, and is loading, if anything. */
  moveTo(
    loader: PolicyLoader | undefined,
    loaded: ReadonlySet<HeldPolicy> = new Set(),
    loading?: HeldPolicy,
  ): void {
    this.#loader = loader;
    this.#isLoading = loading !== undefined;
    for (const policy of this.#byKey.values()) {
      policy.state = loaded.has(policy) ? 'loaded' : policy === loading ? 'loading' : 'cold';
      policy.share.reset();
    }
  }

  /** Sees to it that whatever is sent next finds the policy loaded. */
  provide(policy: HeldPolicy, now: number): void {
    if (policy.isPresent || this.#loader === undefined) return;
    policy.state = 'loading';
    this.#isLoading = true;
    this.#loader.load(policy, now);
  }

  /** A load has ended. */
  noteLoaded(policy: HeldPolicy, outcome: LoadOutcome): void {
    policy.state = outcome.ok ? 'loaded' : 'failed';
    policy.settle(outcome);
    this.#isLoading = false;
    this.warm();
  }

  /** Loads one more that nobody waits for, unless one is being loaded: queries must not queue behind them all. */
  warm(): void {
    if (this.#isLoading) return;
    const policy = this.mostRecent(({ state }) => state === 'cold');
    if (policy !== undefined) this.provide(policy, performance.now());
  }

  /** Of all that are like that and not quarantined, the one most recently asked. */
  mostRecent(isLikeThat: (policy: HeldPolicy) => boolean): HeldPolicy | undefined {
    let best: HeldPolicy | undefined;
    for (const policy of this.#byKey.values()) {
      if (policy.charges.quarantined || !isLikeThat(policy)) continue;
      if (best === undefined || policy.askedAt > best.askedAt) best = policy;
    }
    return best;
  }
}
