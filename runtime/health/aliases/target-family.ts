/**
 * What is known of one family of addresses of a target, over time: kept for its TTL, asked for again ahead of its end, served
 * stale for a while if that fails (RFC 8767), and forgotten after that. It has no timer and asks nobody: whoever keeps it does.
 */
import { type FamilyNews, secondsToStep, ttlStep, UNKNOWN_FAMILY } from './alias-news.ts';
import type { TargetAnswer } from './ask-target.ts';

/** Seconds, as the settings have them. */
export interface AliasTimes {
  /** An answer holds for no less, and no more. */
  readonly leastTtl: number;
  readonly mostTtl: number;
  /** After its TTL, an answer that cannot be had anew is served for so long. */
  readonly stale: number;
}

/** RFC 8767 §5: the TTL of stale data, and the least time between two attempts to have it anew. */
const STALE_TTL = 30;
const STALE_RETRY = 30;
/** The part of its TTL after which it is asked for again at the latest. */
const AHEAD = 0.75;
/** Seconds to the next attempt after a failure while nothing is stale; each failure doubles them. */
const FIRST_RETRY = 2;

/** What is kept of it for the next start. Milliseconds since 1970. */
export interface KeptFamily {
  readonly addresses: readonly string[];
  readonly since: number;
  readonly until: number;
}

export class TargetFamily {
  #known: KeptFamily | undefined;
  #askAt = 0;
  #failures = 0;
  /** Why the last attempt failed. */
  problem: string | undefined;
  /** Whether something is known, or could not be had. */
  isSettled: boolean;

  constructor(kept?: KeptFamily) {
    this.#known = kept;
    this.isSettled = kept !== undefined;
  }

  get known(): KeptFamily | undefined {
    return this.#known;
  }

  /** Takes an answer in, as of now. */
  take(answer: TargetAnswer, now: number, { leastTtl, mostTtl }: AliasTimes): void {
    this.isSettled = true;
    if (answer.kind === 'failed') {
      this.#failures += 1;
      this.problem = answer.why;
      this.#askAt = now + 1000 * this.#retryAfter(now);
      return;
    }
    const ttl = Math.min(Math.max(answer.ttl, leastTtl), mostTtl);
    this.#failures = 0;
    this.problem = undefined;
    this.#known = {
      addresses: answer.kind === 'found' ? answer.addresses : [],
      since: now,
      until: now + 1000 * ttl,
    };
    // Resolvers tell what is left of theirs: half of it, and half of that, until the name is asked for anew.
    this.#askAt = now + 1000 * Math.min(Math.max(leastTtl, ttl / 2), AHEAD * ttl);
  }

  /** Attempts in a row that failed. */
  get failures(): number {
    return this.#failures;
  }

  /** When to ask next. */
  get askAt(): number {
    return this.#askAt;
  }

  /** What it comes to now. */
  newsAt(now: number, { stale }: Pick<AliasTimes, 'stale'>): FamilyNews {
    if (this.#known === undefined) return UNKNOWN_FAMILY;
    const { addresses, until } = this.#known;
    if (now < until) return { addresses, ttl: ttlStep((until - now) / 1000), isStale: false };
    // An attempt is on its way, which nothing is known of yet.
    if (this.problem === undefined && stale > 0) return { addresses, ttl: 1, isStale: false };
    return now < until + 1000 * stale ? { addresses, ttl: STALE_TTL, isStale: true } : UNKNOWN_FAMILY;
  }

  /** When {@link newsAt} changes by itself; infinite if it does not. */
  changesAt(now: number, { stale }: Pick<AliasTimes, 'stale'>): number {
    if (this.#known === undefined) return Number.POSITIVE_INFINITY;
    const { until } = this.#known;
    const left = (until - now) / 1000;
    if (left > 1) return now + 1000 * secondsToStep(left) + 1;
    if (left > 0) return until;
    return now < until + 1000 * stale ? until + 1000 * stale : Number.POSITIVE_INFINITY;
  }

  #retryAfter(now: number): number {
    if (this.#known !== undefined && now >= this.#known.until) return STALE_RETRY;
    return Math.min(STALE_RETRY, FIRST_RETRY * 2 ** Math.min(this.#failures - 1, 8));
  }
}
