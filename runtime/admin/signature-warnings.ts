/** Warns of signatures that are about to expire in some process: those made here are made anew days before. */
import type { ZoneTotals } from './totals.ts';

/** Seconds. The shortest validity is two days, of which a third is left when signatures are made anew. */
const NEAR = 43_200;
/** Zones that are named one by one: a clock that is wrong is one fault. */
const MOST_NAMED = 10;

/** `now` is in seconds since 1970. */
export function signatureWarnings(zones: Iterable<readonly [string, ZoneTotals]>, now: number): string[] {
  const near = [...zones].filter(
    ([, { counts }]) => counts.signaturesEnd > 0 && counts.signaturesEnd < now + NEAR,
  );
  const named = near.slice(0, MOST_NAMED).map(([zone, { counts }]) => {
    const end = new Date(counts.signaturesEnd * 1000).toISOString().replace('.000', '');
    const what = counts.signaturesEnd <= now ? 'expired' : 'expire';
    return `Signatures of ${zone} ${what} at ${end} in an answer process: see whether its clock is right, the log, and who signs it if that is done elsewhere`;
  });
  const more = near.length - named.length;
  return more === 0 ? named : [...named, `Signatures of ${more} more zones are about to expire`];
}
