/** Overrides in words, as the page, the command line and explanations tell them. */
import type { Forced, PoolOverride } from '../../health/overrides/zone-overrides.ts';
import type { ShownOverride } from './override-ask.ts';

/** `drained to 40 % by anna since 2026-12-01T10:00:00Z until 2026-12-01T12:00:00Z: replaced switch`. */
export function overrideText(override: ShownOverride): string {
  const { owner, since, expires, reason, window } = override;
  const who = window === undefined ? `by ${owner}` : `by the maintenance "${window}"`;
  const until = expires === undefined ? '' : ` until ${shortTime(expires)}`;
  return `${saidText(override)} ${who} since ${shortTime(since)}${until}${reason === undefined ? '' : `: ${reason}`}`;
}

/** `drained`, `drained to 40 %, to 0 % at 2026-12-01T10:00:00Z`, `forced up`. */
export function saidText({ kind, share = 0, leaves, until }: ShownOverride): string {
  if (kind !== 'drain') return `forced ${kind}`;
  const now = share === 0 ? 'drained' : `drained to ${percent(share)}`;
  return leaves === undefined || until === undefined || leaves === share
    ? now
    : `${now}, to ${percent(leaves)} at ${shortTime(until)}`;
}

/** What is said of a pool, in a word or two: `drained`, `forced down`, `2 addresses overridden`. */
export function poolOverrideText({ whole, some = [] }: PoolOverride): string {
  const addresses = some.length === 1 ? '1 address overridden' : `${some.length} addresses overridden`;
  if (whole === undefined) return addresses;
  return some.length === 0 ? forcedWord(whole) : `${forcedWord(whole)}, ${addresses}`;
}

function forcedWord(forced: Forced): string {
  if (typeof forced === 'string') return `forced ${forced}`;
  return forced === 0 ? 'drained' : `drained to ${percent(forced)}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** To the second. */
export function shortTime(time: string): string {
  return time.replace(/\.\d+(?=Z$)/, '');
}
