/**
 * When this server draws traffic, as a pure function: from what is known of the server, of what was decided before, and of
 * the time. Nothing here knows BGP.
 *
 *   undecided ──well for `rise`──▶ announced ◀──well for `rise`, `hold` over──▶ unwell for `fall`: withdrawn or prepended
 *
 * What an operator says, and the end of the server, are obeyed at once. `hold` delays the way back only: traffic must not be
 * kept where nothing answers it, and one round of coming and going takes `hold` at least.
 */

/** What becomes of the prefixes: `prepended` stands for announced with a longer path, as the last resort of the network. */
export type AnnouncedWay = 'announced' | 'prepended' | 'withdrawn';

export interface AnnounceRules {
  /** Seconds of being well before prefixes are announced, of being unwell before they go, and until they may come back. */
  readonly rise: number;
  readonly fall: number;
  readonly hold: number;
  readonly onUnwell: 'withdraw' | 'prepend';
}

/** What is known of the server now. */
export interface AnnounceEvidence {
  /** Why it should not draw traffic, in words; empty if it is well. */
  readonly unwell: readonly string[];
  /** Why an operator, or the end of the server, has it draw none. */
  readonly ordered?: string | undefined;
  /** It has begun, and is not ready yet: it knows nothing of itself. */
  readonly isStarting: boolean;
}

export interface Announcement {
  /** `undefined`: nothing is decided yet, and prefixes stay as a server before has left them. */
  readonly way: AnnouncedWay | undefined;
  /** Why, in words; what is announced because all is well says so too. */
  readonly reason: string;
  /** Milliseconds: since when it is so. */
  readonly since: number;
  /** Since when the server has been well, or unwell; `undefined` before the first look. */
  readonly health?: { readonly isWell: boolean; readonly since: number };
  /** Whether the way before was left because of what was known of the server: then `hold` is waited for. */
  readonly isHeld: boolean;
}

export function firstAnnouncement(now: number): Announcement {
  return { way: undefined, reason: STARTING, since: now, isHeld: false };
}

/** What holds from now on. `now` is in milliseconds, and never goes back. */
export function nextAnnouncement(
  before: Announcement,
  { unwell, ordered, isStarting }: AnnounceEvidence,
  rules: AnnounceRules,
  now: number,
): Announcement {
  const isWell = unwell.length === 0;
  const health = before.health?.isWell === isWell ? before.health : { isWell, since: now };
  const stays = { ...before, health };
  if (ordered !== undefined)
    return before.way === 'withdrawn' && before.reason === ordered
      ? stays
      : { way: 'withdrawn', reason: ordered, since: now, health, isHeld: false };
  if (before.way === undefined && isStarting) return { ...before, health: { isWell: false, since: now } };
  const lasted = now - health.since;
  if (!isWell) {
    const reason = unwell.join('; ');
    const way = rules.onUnwell === 'prepend' ? 'prepended' : 'withdrawn';
    if (before.way === way) return { ...stays, reason };
    // An operator has ended a drain, and the server is not fit to come back.
    const isOut = before.way === 'withdrawn' || before.way === 'prepended';
    if (!isOut && lasted < 1000 * rules.fall) return stays;
    return { way, reason, since: now, health, isHeld: true };
  }
  if (before.way === 'announced') return stays;
  if (lasted < 1000 * rules.rise) return { ...stays, reason: `well again for less than ${rules.rise} s` };
  const isHeld = before.isHeld && now - before.since < 1000 * rules.hold;
  if (isHeld) return { ...stays, reason: `well again, and held back for ${rules.hold} s` };
  return { way: 'announced', reason: 'the server is well', since: now, health, isHeld: false };
}

const STARTING = 'the server is starting';
