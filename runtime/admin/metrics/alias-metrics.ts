/** What is known of the targets of aliases. */
import type { AliasStatus, FamilyStatus } from '../../health/aliases/alias-status.ts';
import type { Status } from '../status.ts';
import type { Exposition, Sample } from './exposition.ts';

export function aliasMetrics(page: Exposition, { aliases }: Status): void {
  page.gauge(
    'dnsteer_alias_known',
    'Whether anything is known of the addresses of the target of an alias; where not, its pool is down',
    samples(aliases, ({ addresses }) => (addresses === null ? 0 : 1)),
  );
  page.gauge(
    'dnsteer_alias_stale',
    'Whether the addresses of the target of an alias are older than their TTL, as no resolver says anything newer',
    samples(aliases, ({ isStale }) => (isStale ? 1 : 0)),
  );
  page.gauge(
    'dnsteer_alias_addresses',
    'How many addresses the target of an alias has; absent where nothing is known',
    samples(aliases, ({ addresses }) => addresses?.length),
  );
  page.gauge(
    'dnsteer_alias_age_seconds',
    'Since when the addresses of the target of an alias are known; absent where nothing is',
    samples(aliases, ({ ageSeconds }) => ageSeconds),
  );
}

function samples(
  aliases: readonly AliasStatus[],
  read: (family: FamilyStatus) => number | undefined,
): Sample[] {
  return aliases.flatMap(({ target, A, AAAA }) =>
    Object.entries({ A, AAAA }).flatMap(([type, family]): Sample[] => {
      const value = read(family);
      return value === undefined ? [] : [[{ target, type }, value]];
    }),
  );
}
