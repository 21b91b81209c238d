/** The targets of aliases, as the status shows them. */
import type { AliasReport, FamilyReport } from './alias-keeper.ts';

export interface AliasStatus {
  readonly target: string;
  /** Those that have it, by name. */
  readonly zones: readonly string[];
  readonly A: FamilyStatus;
  readonly AAAA: FamilyStatus;
}

export interface FamilyStatus {
  /** `null` where nothing is known. */
  readonly addresses: readonly string[] | null;
  /** Since they were asked for; absent where nothing is known. */
  readonly ageSeconds?: number;
  readonly isStale: boolean;
  /** Why they cannot be asked for anew at the moment. */
  readonly problem?: string;
  /** Attempts in a row that failed; absent: the last one did not. */
  readonly failures?: number;
}

export function aliasStatuses(reports: readonly AliasReport[], now: number): AliasStatus[] {
  return reports
    .map(({ target, zones, A, AAAA }) => ({ target, zones, A: familyOf(A, now), AAAA: familyOf(AAAA, now) }))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

function familyOf({ since, ...rest }: FamilyReport, now: number): FamilyStatus {
  return since === undefined ? rest : { ...rest, ageSeconds: Math.max(0, Math.round((now - since) / 1000)) };
}

/** `example.com is an alias of shop.example.net: A 192.0.2.1, 7 s old; AAAA not known (no server listens there)`. */
export function aliasText({ target, zones, A, AAAA }: AliasStatus): string {
  return `${zones.join(', ')}: alias of ${target}: A ${familyText(A)}; AAAA ${familyText(AAAA)}`;
}

function familyText({ addresses, ageSeconds = 0, isStale, problem }: FamilyStatus): string {
  const why = problem === undefined ? '' : ` (${problem})`;
  if (addresses === null) return `not known${why}`;
  const all = addresses.length === 0 ? 'none' : addresses.join(' ');
  return `${all}, ${ageSeconds} s old${isStale ? ', stale' : ''}${why}`;
}
