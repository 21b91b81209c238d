/**
 * Which version of a zone is served, given the new version, the version served now, and the version kept on
 * the disk. This file only decides.
 *
 *     the new version     is served, where before it there was …
 *     sound               anything
 *     failing, stopped    nothing, or a version that failed as well; unless the kept version is sound
 *     unsound             never: the kept version is served, or the one before stays; else the zone is broken
 */
import type { ZoneState } from './zone-status.ts';
import type { ZoneVersion } from './zone-version.ts';

/**
 * How good a version is, the best first. `failing`: hosts of its policy fail for some clients. `stopped`:
 * the sandbox had to stop all its hosts, and they must not run again. `unsound`: the version cannot be served.
 */
export type Fitness = 'sound' | 'failing' | 'stopped' | 'unsound';

/** The state in which a version is served. */
export type ServedState = Exclude<ZoneState, 'refused-newcomer'>;

export interface Judgement {
  /** The version to serve: the new one, the one kept on the disk, the one served before, or records only. */
  readonly serve: 'new' | 'kept' | 'before' | 'broken';
  /** The state that the status shows. */
  readonly state: ServedState;
}

export function fitnessOf({ problems, policy }: Pick<ZoneVersion, 'problems' | 'policy'>): Fitness {
  const isUnsound = problems.some(({ severity, code }) => severity === 'error' && code !== 'POLICY_SAMPLE');
  if (isUnsound) return 'unsound';
  if (policy?.trial.kind !== 'failed') return 'sound';
  return policy.trial.stopped === undefined ? 'failing' : 'stopped';
}

/** `before`: the state of the version that is served now; `undefined` if none is. */
export function judgeVersion(
  before: ServedState | undefined,
  fitness: Fitness,
  isKeptSound: boolean,
): Judgement {
  if (fitness === 'sound') return { serve: 'new', state: 'live' };
  if (isKeptSound) return { serve: 'kept', state: 'degraded' };
  // A version that fails for some clients is better than none, and worse than one that does not fail.
  if (fitness === 'failing' && before !== 'live') return { serve: 'new', state: 'degraded' };
  if (fitness === 'stopped' && before !== 'live') return { serve: 'new', state: 'quarantined' };
  if (before !== undefined && before !== 'broken') return { serve: 'before', state: 'degraded' };
  return { serve: 'broken', state: 'broken' };
}
