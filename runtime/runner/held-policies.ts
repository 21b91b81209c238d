/**
 * The policies a sandbox is to hold, and whether the process that serves has them loaded. Scripts
 * are kept, because that process may be another one a moment later.
 *
 * A policy that is asked for and not loaded (it was not asked before, the process is new, its isolate was
 * spent) is loaded just ahead of the request. Some are loaded before anybody asks, one at a time, most
 * recently asked first. Isolates take memory: where there is no room for another, the one least
 * recently asked is dropped, and loaded anew when it is asked for.
 */
import type { HeldPolicy } from './held-policy.ts';
import type { LoadOutcome } from './runs-and-loads.ts';

/** The part of a channel that loads: channel.ts. */
export interface PolicyLoader {
  load(policy: HeldPolicy, now: number): void;
  drop(key: string): void;
}

/** What isolates may take of the memory a process may use, and what one takes that holds little data. */
const ISOLATES_PART = 0.5;
const ISOLATE_MB = 1.5;
/** Policies that are loaded before anybody asks for them. To load one that is not takes a few milliseconds. */
const MOST_WARM = 256;
/** Some hold more: beyond this part of the memory isolates are dropped, below the next they may be as many as ever. */
const PRESSED = 0.75;
const RELAXED = 0.5;
/** A load is made so often before it is given up. */
const MOST_LOST_LOADS = 4;
/** To dispose of one takes up to a millisecond, in which nothing runs. */
const DROPS_AT_ONCE = 4;

export class HeldPolicies {
  readonly #byKey = new Map<string, HeldPolicy>();
  /** Policies that were asked, or whose version before was, least recently first. */
  readonly #asked = new Set<HeldPolicy>();
  /** Policies whose isolate is there or on its way, least recently asked or loaded first. */
  readonly #present = new Set<HeldPolicy>();
  /** To be loaded though no request waits. */
  readonly #queue = new Set<HeldPolicy>();
  readonly #mostRoom: number;
  /** Isolates that the process may hold. */
  #room: number;
  /** To the process that serves. */
  #loader: PolicyLoader | undefined;
  #isLoading = false;

  /** `memoryMb` is what a process may use. */
  constructor(memoryMb: number) {
    this.#mostRoom = Math.max(1, Math.floor((memoryMb * ISOLATES_PART) / ISOLATE_MB));
    this.#room = this.#mostRoom;
  }

  [Symbol.iterator](): Iterator<HeldPolicy> {
    return this.#byKey.values();
  }

  get(key: string): HeldPolicy | undefined {
    return this.#byKey.get(key);
  }

  /**
   * Holds a policy, in place of the version `before` if there is one. It is loaded if a
   * caller waits for that, if the version before is loaded, or if few are.
   */
  put(policy: HeldPolicy, before?: HeldPolicy): void {
    this.#byKey.set(policy.key, policy);
    if (before !== undefined && this.#asked.has(before)) this.#asked.add(policy);
    this.#enqueue(policy);
    this.warm();
  }

  /** Whether a policy that takes the place of another is worth loading before it is asked for. */
  isWorthLoading(before: HeldPolicy | undefined): boolean {
    return before?.isPresent === true || this.#hasWarmRoom;
  }

  drop(key: string): void {
    const policy = this.#byKey.get(key);
    if (policy === undefined) return;
    this.#byKey.delete(key);
    this.#asked.delete(policy);
    this.#queue.delete(policy);
    if (this.#present.delete(policy)) this.#loader?.drop(key);
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
    this.#room = this.#mostRoom;
    this.#present.clear();
    this.#queue.clear();
    for (const policy of this.#byKey.values()) {
      policy.state = loaded.has(policy) ? 'loaded' : policy === loading ? 'loading' : 'cold';
      policy.share.reset();
      if (policy.isPresent && !this.#asked.has(policy)) this.#present.add(policy);
    }
    for (const policy of this.#asked) if (policy.isPresent) this.#present.add(policy);
    for (const policy of [...this.#asked].reverse()) this.#enqueue(policy);
    for (const policy of this.#byKey.values()) this.#enqueue(policy);
  }

  /** A policy is asked for. */
  noteAsked(policy: HeldPolicy): void {
    renew(this.#asked, policy);
    if (policy.isPresent) renew(this.#present, policy);
  }

  /** Sees to it that a request sent next finds its policy loaded. */
  provide(policy: HeldPolicy, now: number): void {
    if (!policy.isPresent) this.#load(policy, now);
  }

  /** A load has ended. One that came to nothing for no fault of the policy is made again, a few times. */
  noteLoaded(policy: HeldPolicy, outcome: LoadOutcome): void {
    this.#isLoading = false;
    policy.state = outcome.ok ? 'loaded' : 'failed';
    if (!outcome.ok) this.#present.delete(policy);
    if (!outcome.ok && outcome.isOurs) {
      const isTriedAgain =
        this.noteLoadLost(policy, outcome.message) && this.#byKey.get(policy.key) === policy;
      policy.state = isTriedAgain ? 'cold' : 'failed';
      if (isTriedAgain) this.#queue.add(policy);
    } else {
      policy.lostLoads = 0;
      policy.settle(outcome);
    }
    this.#makeRoom(1);
    this.warm();
  }

  /** A policy was not loaded, for no fault of its own; whether it may be tried again. */
  noteLoadLost(policy: HeldPolicy, why: string): boolean {
    policy.lostLoads += 1;
    if (policy.lostLoads < MOST_LOST_LOADS) return true;
    const message = `Given up after ${policy.lostLoads} attempts: ${why}`;
    policy.lostLoads = 0;
    policy.settle({ ok: false, reason: 'crash', message, isOurs: true });
    return false;
  }

  /** The process has lost the isolate of a policy. */
  noteLost(policy: HeldPolicy): void {
    // Another load may be on its way already.
    if (policy.state !== 'loaded') return;
    policy.state = 'cold';
    this.#present.delete(policy);
    // A version that was dropped while it ran is not to come back, least of all in place of another of its key.
    if (this.#byKey.get(policy.key) === policy) this.#want(policy);
  }

  /** The process uses this part of the memory that it may. */
  noteMemory(part: number): void {
    if (part < RELAXED) this.#room = this.#mostRoom;
    if (part < PRESSED) return;
    this.#room = Math.max(1, Math.min(this.#room, this.#present.size - DROPS_AT_ONCE));
    this.#makeRoom(DROPS_AT_ONCE);
  }

  /** Ends the quarantine of a policy, and loads it soon. */
  release(key: string): void {
    const policy = this.#byKey.get(key);
    if (policy === undefined) return;
    policy.charges.release();
    this.#want(policy);
  }

  /** Loads one more that no request waits for, unless one is being loaded: queries must not queue behind them all. */
  warm(): void {
    if (this.#isLoading || this.#loader === undefined) return;
    for (const policy of this.#queue) {
      this.#queue.delete(policy);
      if (policy.state !== 'cold' || policy.charges.quarantined) continue;
      this.#load(policy, performance.now());
      return;
    }
  }

  /** Policies that a process which is to take over should know, most recently asked first; so many at most. */
  mostRecent(most: number): HeldPolicy[] {
    const recent = [...this.#asked].filter(({ charges }) => !charges.quarantined);
    return recent.slice(-most).reverse();
  }

  get #hasWarmRoom(): boolean {
    return this.#present.size + this.#queue.size < Math.min(MOST_WARM, this.#room);
  }

  #want(policy: HeldPolicy): void {
    if (policy.state === 'cold') this.#queue.add(policy);
    this.warm();
  }

  #enqueue(policy: HeldPolicy): void {
    if (policy.state === 'cold' && (policy.isAwaited || this.#hasWarmRoom)) this.#queue.add(policy);
  }

  #load(policy: HeldPolicy, now: number): void {
    if (this.#loader === undefined) return;
    policy.state = 'loading';
    this.#isLoading = true;
    this.#present.add(policy);
    this.#loader.load(policy, now);
  }

  /** What has been asked of an isolate before is still answered. */
  #makeRoom(most: number): void {
    let left = Math.min(most, this.#present.size - this.#room);
    for (const policy of this.#present) {
      if (left <= 0) return;
      if (policy.state !== 'loaded') continue;
      policy.state = 'cold';
      this.#present.delete(policy);
      this.#loader?.drop(policy.key);
      left -= 1;
    }
  }
}

/** Makes it the last one. */
function renew<T>(set: Set<T>, member: T): void {
  set.delete(member);
  set.add(member);
}
