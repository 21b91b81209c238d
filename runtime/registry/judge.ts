/**
 * What is served of a zone, given a new version, what is served now, and what was kept on the disk. Nothing is
 * done here.
 *
 *     the new version     is served, where before it there was …
 *     sound               anything
 *     failing, stopped    nothing, or a version that failed as well; unless one that was kept is sound
 *     unsound             never: the one before stays, or one that was kept is served; else the zone is broken
 */
import type { ZoneState } from './zone-status.ts';
import type { ZoneVersion } from './zone-version.ts';

/**
 * How good a version is, the best first. `failing`: hosts of its policy fail for some clients. `stopped`: they had to
 * be stopped, and are not to be run again. `unsound`: it cannot be served.
 */
export type Fitness = 'sound' | 'failing' | 'stopped' | 'unsound';

/** As what a version is served. */
export type ServedState = Exclude<ZoneState, 'refused-newcomer'>;

export interface Judgement {
  /** `new`: the new version. `kept`: the one from the disk. `before`: the one that is. `broken`: records alone. */
  readonly serve: 'new' | 'kept' | 'before' | 'broken';
  /** As what the zone appears in the status. */
  readonly state: ServedState;
}

export function fitnessOf({ problems, policy }: Pick<ZoneVersion, 'problems' | 'policy'>): Fitness {
  const isUnsound = problems.some(({ severity, code }) => severity === 'error' && code !== 'POLICY_SAMPLE');
  if (isUnsound) return 'unsound';
  if (policy?.trial.kind !== 'failed') return 'sound';
  return policy.trial.stopped === undefined ? 'failing' : 'stopped';
}

/** `before`: as what the version that is served now is served; nothing if none is. */
export function judgeVersion(
  before: ServedState | undefined,
  fitness: Fitness,
  isKeptSound: boolean,
): Judgement {
  if (fitness === 'sound') return { serve: 'new', state: 'live' };
  if (isKeptSound) return { serve: 'kept', state: 'degraded' };
  // A version that fails for some clients is better than none, and worse than one that fails for none.
  if (fitness === 'failing' && before !== 'live') return { serve: 'new', state: 'degraded' };
  if (fitness === 'stopped' && before !== 'live') return { serve: 'new', state: 'quarantined' };
  if (before !== undefined && before !== 'broken') return { serve: 'before', state: 'degraded' };
  return { serve: 'broken', state: 'broken' };
}
