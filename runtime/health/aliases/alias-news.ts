/**
 * What is known of the addresses of an alias's target, as control tells answer processes. A pool with an `alias` answers with the
 * addresses that another name has, which control asks a resolver for (alias-keeper.ts).
 */

/** The addresses of one family, as text. */
export interface FamilyNews {
  /** None where the target has none (NODATA or NXDOMAIN); `null` where nothing is known, or too long ago. */
  readonly addresses: readonly string[] | null;
  /** Seconds for which they may be answered, one of {@link STEPS}. */
  readonly ttl: number;
  /** Older than their TTL, and answered because no resolver says anything newer (RFC 8767). */
  readonly isStale: boolean;
}

/** All that is known of a target: lower case, no final dot. `isGone`: no pool has it any more. */
export interface AliasNews {
  readonly target: string;
  readonly A: FamilyNews;
  readonly AAAA: FamilyNews;
  readonly isGone?: true;
}

export type AliasFamily = 'A' | 'AAAA';

export const UNKNOWN_FAMILY: FamilyNews = { addresses: null, ttl: 0, isStale: false };

/** Nothing is known of the target. */
export function nothingKnown(target: string): AliasNews {
  return { target, A: UNKNOWN_FAMILY, AAAA: UNKNOWN_FAMILY };
}

/**
 * Seconds to which what is left of a TTL is rounded down: answers change with each step, and with them all that is kept of them,
 * so there are few.
 */
const STEPS = [3600, 1800, 900, 600, 300, 120, 60, 30, 20, 10, 5, 2, 1] as const;

/** The largest step that is no more than so many seconds, and 1 at least: less would have each client ask for each connection. */
export function ttlStep(seconds: number): number {
  return STEPS.find((step) => step <= seconds) ?? 1;
}

/** Seconds until what is left is less than its step. */
export function secondsToStep(seconds: number): number {
  return Math.max(0, seconds - ttlStep(seconds));
}

export function sameFamily(one: FamilyNews, other: FamilyNews): boolean {
  return (
    one.ttl === other.ttl &&
    one.isStale === other.isStale &&
    one.addresses?.length === other.addresses?.length &&
    (one.addresses === null) === (other.addresses === null) &&
    (one.addresses ?? []).every((address, index) => address === other.addresses?.[index])
  );
}

/** About how many characters it adds to a message; an address is put into pools as well, which takes as long as parsing some. */
export function charactersOfNews({ target, A, AAAA }: AliasNews): number {
  const addresses = (A.addresses?.length ?? 0) + (AAAA.addresses?.length ?? 0);
  return target.length + TO_SHOW * (1 + addresses);
}

const TO_SHOW = 128;
