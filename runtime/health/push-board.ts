/**
 * States that others push, by name, and who goes by them. A push holds for a time: whoever stops pushing is down when it is
 * over (a dead man's switch). Until the first push a target is unknown, for as long as a push would hold.
 */
import { suggest } from '../base/suggest.ts';
import type { ProbeResult } from './probe.ts';
import { systemClock, type TimerClock } from './timer-clock.ts';

export interface Push {
  readonly state: 'up' | 'down';
  /** Milliseconds for which it holds, if that is less than the check allows. */
  readonly forMs?: number | undefined;
  /** How loaded it is, of one that is up. */
  readonly load?: number | undefined;
  /** Why, in words of whoever pushes. */
  readonly reason?: string | undefined;
}

export interface Followed {
  /** The name that pushes give. */
  readonly name: string;
  /** Milliseconds for which a push holds at most. */
  readonly expiresMs: number;
}

export class PushBoard {
  readonly #clock: TimerClock;
  readonly #followers = new Map<string, Set<Follower>>();

  constructor(clock: TimerClock = systemClock) {
    this.#clock = clock;
  }

  /** Takes a push; returns how many targets go by it, 0 if no check has the name. */
  push(name: string, push: Push): number {
    const followers = this.#followers.get(name);
    for (const follower of followers ?? []) {
      follower.take(resultOf(push));
      this.#await(follower, Math.min(push.forMs ?? Number.POSITIVE_INFINITY, follower.expiresMs));
    }
    return followers?.size ?? 0;
  }

  /** The name that may be meant by one that no check has. */
  meant(name: string): string | undefined {
    return suggest(name, [...this.#followers.keys()]);
  }

  /** Tells of each push from now on, and when the last is over; returns a function that ends this. */
  follow({ name, expiresMs }: Followed, take: (result: ProbeResult) => void): () => void {
    const follower: Follower = { expiresMs, take, cancelTimer: () => {} };
    const followers = this.#followers.get(name);
    if (followers === undefined) this.#followers.set(name, new Set([follower]));
    else followers.add(follower);
    this.#await(follower, expiresMs);
    return () => {
      follower.cancelTimer();
      const others = this.#followers.get(name);
      others?.delete(follower);
      if (others?.size === 0) this.#followers.delete(name);
    };
  }

  #await(follower: Follower, ms: number): void {
    follower.cancelTimer();
    follower.cancelTimer = this.#clock.after(ms, () =>
      follower.take({ ok: false, elapsedMs: 0, problem: `No push for ${ms / 1000} s` }),
    );
  }
}

interface Follower {
  readonly expiresMs: number;
  readonly take: (result: ProbeResult) => void;
  cancelTimer: () => void;
}

function resultOf({ state, reason, load }: Push): ProbeResult {
  if (state === 'up') return { ok: true, elapsedMs: 0, ...(load !== undefined && { load }) };
  return { ok: false, elapsedMs: 0, problem: reason ?? 'Pushed as down' };
}
