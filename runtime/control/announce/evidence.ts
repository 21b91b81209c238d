/** What is known of the server, as far as it decides whether the server draws traffic. */
import type { RegisteredZone } from '../../registry/zone-status.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';

/** Percentages, as the settings have them. */
export interface WellRules {
  readonly processes: number;
  readonly zonesLive: number;
  readonly fallbacks: number;
}

/** Decisions of policies, and how many of them came to a fallback; each is a count since its process began. */
export interface DecisionCounts {
  readonly decisions: number;
  readonly fallbacks: number;
}

/** Fewer say nothing of a share. */
const LEAST_DECISIONS = 20;

/** Answer processes that listen: too few of them, in words. */
export function processesUnwell(listening: number, all: number, { processes }: WellRules): string[] {
  if (listening > 0 && 100 * listening >= processes * all) return [];
  return [listening === 0 ? 'no answer process listens' : `${listening} of ${all} answer processes listen`];
}

/** Zones of which some version is served: too few of them, in words. */
export function zonesUnwell(
  zones: readonly Pick<RegisteredZone, 'state'>[],
  { zonesLive }: WellRules,
): string[] {
  const all = zones.filter(({ state }) => state !== 'refused-newcomer');
  const live = all.filter(({ state }) => state === 'live' || state === 'degraded').length;
  return 100 * live >= zonesLive * all.length ? [] : [`${live} of ${all.length} zones are live`];
}

/** What policies decided between two looks: too many fallbacks, in words. */
export function fallbacksUnwell(
  before: DecisionCounts,
  after: DecisionCounts,
  { fallbacks: most }: WellRules,
): string[] {
  const decisions = after.decisions - before.decisions;
  const fallbacks = after.fallbacks - before.fallbacks;
  // A process that begins anew counts from nothing.
  if (decisions < LEAST_DECISIONS || fallbacks < 0) return [];
  if (100 * fallbacks <= most * decisions) return [];
  return [`${Math.round((100 * fallbacks) / decisions)} % of decisions are fallbacks`];
}

export function decisionsOf(stats: readonly AnswerStats[]): DecisionCounts {
  let [decisions, fallbacks] = [0, 0];
  for (const { zones } of stats)
    for (const zone of zones) {
      const own = Object.values(zone.fallbacks).reduce((sum, count) => sum + count, 0);
      fallbacks += own;
      decisions += zone.runs + zone.memoHits;
    }
  return { decisions, fallbacks };
}
