/**
 * The policies that a sandbox holds, and whether the process that serves has them loaded. Their scripts are
 * kept here, because another process may serve a moment later.
 *
 * A policy that is asked and not loaded (nobody asked it before, the process is new, its isolate was spent)
 * is loaded just ahead of the request. Some policies are loaded before anybody asks, one at a time, most
 * recently asked first. Isolates take memory: where there is no room for another, the isolate of the policy
 * asked least recently is dropped, and loaded anew when that policy is asked.
 */
import type { HeldPolicy } from './held-policy.ts';
import type { LoadOutcome } from './runs-and-loads.ts';

/** The part of a channel that loads policies (channel.ts). */
export interface PolicyLoader {
  load(policy: HeldPolicy, now: number): void;
  drop(key: string): void;
}

/** The part of a process's memory that isolates may take, and what an isolate with little data takes. */
const ISOLATES_PART = 0.5;
const ISOLATE_MB = 1.5;
/** Policies that are loaded before anybody asks them. Loading one only then takes a few milliseconds. */
const MOST_WARM = 256;
/** Some isolates hold more: over PRESSED of the memory some are dropped, under RELAXED all fit again. */
const PRESSED = 0.75;
const RELAXED = 0.5;
/** A load that is lost is tried so often before the host gives it up. */
const MOST_LOST_LOADS = 4;
/** Disposing of one isolate takes up to a millisecond, in which nothing runs. */
const DROPS_AT_ONCE = 4;

export class HeldPolicies {
  readonly #byKey = new Map<string, HeldPolicy>();
  /** Policies that were asked, or whose previous version was, least recently asked first. */
  readonly #asked = new Set<HeldPolicy>();
  /** Policies that are loaded or being loaded, least recently asked or loaded first. */
  readonly #present = new Set<HeldPolicy>();
  /** Policies to load though no request waits. */
  readonly #queue = new Set<HeldPolicy>();
  readonly #mostRoom: number;
  /** Isolates that the process may hold. */
  #room: number;
  /** The channel to the process that serves. */
  #loader: PolicyLoader | undefined;
  /** Loads on their way. */
  #loading = 0;
  readonly #mostLoading: number;
  /** The policy that was asked last, which stands last in both sets already, and whether it was present then. */
  #latest: HeldPolicy | undefined;
  #isLatestPresent = false;

  /**
   * `memoryMb` is what a sandbox process may use, `mostLoading` how many policies are loaded at the same time
   * though no request waits.
   */
  constructor(memoryMb: number, mostLoading = 1) {
    this.#mostLoading = mostLoading;
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
   * Holds a policy, in place of the version `before` if there is one. The policy is loaded if a
   * caller waits for that, or if few policies are loaded.
   */
  put(policy: HeldPolicy, before?: HeldPolicy): void {
    this.#byKey.set(policy.key, policy);
    this.#latest = undefined;
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
    this.#latest = undefined;
    this.#asked.delete(policy);
    this.#queue.delete(policy);
    if (this.#present.delete(policy)) this.#loader?.drop(key);
    policy.settle({ ok: false, reason: 'crash', message: 'The policy was dropped before it was loaded' });
  }

  get quarantined(): string[] {
    const policies = [...this.#byKey.values()].filter(({ charges }) => charges.quarantined);
    return policies.map(({ key }) => key);
  }

  /** Notes that another process serves, or none. `loaded`, `loading`: what it has loaded, and is loading. */
  moveTo(
    loader: PolicyLoader | undefined,
    loaded: ReadonlySet<HeldPolicy> = new Set(),
    loading?: HeldPolicy,
  ): void {
    this.#loader = loader;
    this.#loading = loading === undefined ? 0 : 1;
    this.#latest = undefined;
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

  /** Notes that a policy is asked. */
  noteAsked(policy: HeldPolicy): void {
    if (policy === this.#latest && policy.isPresent === this.#isLatestPresent) return;
    this.#latest = policy;
    this.#isLatestPresent = policy.isPresent;
    renew(this.#asked, policy);
    if (policy.isPresent) renew(this.#present, policy);
  }

  /** Loads a policy unless it is loaded or being loaded, so that a request sent next finds it. */
  provide(policy: HeldPolicy, now: number): void {
    if (!policy.isPresent) this.#load(policy, now);
  }

  /** Notes how a load ended. A load that failed for no fault of the policy is made again, a few times. */
  noteLoaded(policy: HeldPolicy, outcome: LoadOutcome): void {
    this.#loading = Math.max(0, this.#loading - 1);
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

  /** Notes that a load failed for no fault of the policy. Returns whether it may be tried again; of trials, others decide. */
  noteLoadLost(policy: HeldPolicy, why: string): boolean {
    policy.lostLoads += 1;
    if (policy.lostLoads < MOST_LOST_LOADS && policy.limits.shares !== true) return true;
    const message = `Given up after ${policy.lostLoads} attempts: ${why}`;
    policy.lostLoads = 0;
    policy.settle({ ok: false, reason: 'crash', message, isOurs: true });
    return false;
  }

  /** Notes that the process has lost the isolate of a policy. */
  noteLost(policy: HeldPolicy): void {
    // Another load may be on its way already.
    if (policy.state !== 'loaded') return;
    policy.state = 'cold';
    this.#present.delete(policy);
    // A version dropped while it ran must not come back, least of all in place of another of its key.
    if (this.#byKey.get(policy.key) === policy) this.#want(policy);
  }

  /** Notes the part of its memory that the process uses, and makes room if that is too much. */
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

  /** Loads queued policies, unless enough loads are on their way: queries must not wait for all of them. */
  warm(): void {
    if (this.#loader === undefined) return;
    for (const policy of this.#queue) {
      if (this.#loading >= this.#mostLoading) return;
      this.#queue.delete(policy);
      if (policy.state !== 'cold' || policy.charges.quarantined) continue;
      this.#load(policy, performance.now());
    }
  }

  /** Policies that the spare should load, most recently asked first; `most` of them at most. */
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
    this.#loading += 1;
    this.#latest = undefined;
    this.#present.add(policy);
    this.#loader.load(policy, now);
  }

  /** Drops isolates, least recently asked first. The sandbox still answers requests that were sent before. */
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

/** Makes `member` the last one of the set. */
function renew<T>(set: Set<T>, member: T): void {
  set.delete(member);
  set.add(member);
}
