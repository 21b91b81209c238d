/** Answers `/api/release?zone=www.example.com`: the outcome, in words for the operator. */
import { suggest } from '../base/suggest.ts';
import type { AdminSource, Release } from './source.ts';
import { zoneAsked } from './zone-asked.ts';

export interface ReleaseReply {
  readonly zone: string;
  readonly outcome: Exclude<Release, 'stopped-again'>;
}

/** A reply, or an error in words, with its HTTP status. */
export type ReleaseResult =
  | { readonly status: 200; readonly body: ReleaseReply }
  | { readonly status: 400 | 404 | 409; readonly body: { readonly error: string } };

/** Ends the quarantine of a zone, if there is such a zone. */
export async function releaseZone(typed: string | undefined, source: AdminSource): Promise<ReleaseResult> {
  const named = zoneAsked(typed);
  if (!named.ok) return { status: 400, body: { error: named.problem } };
  const zone = named.value;
  const outcome = await source.release(zone);
  if (outcome === undefined) return { status: 404, body: { error: noSuchZone(zone, source) } };
  if (outcome !== 'stopped-again') return { status: 200, body: { zone, outcome } };
  const error = `The policy of ${zone} was tried once more and had to be stopped again; it stays quarantined`;
  return { status: 409, body: { error } };
}

/** Says that a zone is not served, and which may be meant. */
export function noSuchZone(zone: string, source: AdminSource): string {
  const served = source.facts().zones.filter(({ state }) => state !== 'refused-newcomer');
  const meant = suggest(
    zone,
    served.map((one) => one.zone),
  );
  return `No zone "${zone}" is served${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
