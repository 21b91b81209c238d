/** What operators are told of aliases: those whose target cannot be resolved, by target. */
import type { AliasReport, FamilyReport } from '../../health/aliases/alias-keeper.ts';

/** Attempts in a row that fail before anybody is told: a packet that is lost is no news. */
const FAILURES = 3;

/** The targets that nobody knows the addresses of any more, or that are served stale. */
export function unresolved(reports: readonly AliasReport[]): ReadonlyMap<string, string> {
  return new Map(
    reports.flatMap(({ target, zones, A, AAAA }): [string, string][] => {
      const families = [...troubleOf('A', A), ...troubleOf('AAAA', AAAA)];
      if (families.length === 0) return [];
      return [
        [target, `the target ${target} of ${zones.join(', ')} cannot be resolved: ${families.join('; ')}`],
      ];
    }),
  );
}

function troubleOf(family: string, { addresses, isStale, problem, failures = 0 }: FamilyReport): string[] {
  if (problem === undefined || (!isStale && failures < FAILURES)) return [];
  const answered =
    addresses === null
      ? 'nothing is known'
      : isStale
        ? 'stale addresses are served'
        : 'what is known holds yet';
  return [`${family} (${answered}): ${problem}`];
}
