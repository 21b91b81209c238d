/** Parts of a status in words, as the page and the command line show them. */
import type { TargetReport } from '../health/reports.ts';
import { shortTime } from './overrides/override-text.ts';
import type { PoolStatus, ProcessStatus, ZoneStatus } from './status.ts';

/** `unchecked` where nothing is probed, unless it is an alias without an address; `pending` before the first round of probes has finished. */
export function healthText({ health, targets }: PoolStatus): PoolStatus['health'] | 'unchecked' | 'pending' {
  if (targets.length === 0) return health === 'down' ? 'down' : 'unchecked';
  return targets.every(({ state }) => state === 'unknown') ? 'pending' : health;
}

/** How well each health is: the page and the command line have a style for each of these words. */
export const HEALTH_TINTS = {
  up: 'good',
  degraded: 'odd',
  down: 'bad',
  unchecked: 'faint',
  pending: 'faint',
} as const satisfies Record<ReturnType<typeof healthText>, string>;

/** ` held back since 2026-12-01T10:00:00Z, until 2026-12-01T10:10:00Z if it is quiet`; empty for a target that is not. */
export function heldText({ held }: TargetReport): string {
  if (held === undefined) return '';
  const [since, until] = [held.since, held.until].map((time) => shortTime(new Date(time).toISOString()));
  return ` held back since ${since}, until ${until} if it is quiet`;
}

/** `answer 0`, `sandbox 0, for offenders`, `sandbox for trials`. */
export function processName({ kind, index, apart, heavy }: ProcessStatus): string {
  if (index === undefined) return kind === 'sandbox' ? 'sandbox for trials' : kind;
  const purpose = apart === true ? ', for offenders' : heavy === true ? ', for heavy loads' : '';
  return `${kind} ${index}${purpose}`;
}

/** What an operator should know of a zone that is not wrong with its files. */
export function zoneNotes(zone: ZoneStatus): string[] {
  return [...failure(zone), ...contradiction(zone), ...quarantine(zone), ...untransferredNames(zone)];
}

function failure({ zone, lastFailure }: ZoneStatus): string[] {
  if (lastFailure === undefined) return [];
  const { version, host, reason, message, at = '', time } = lastFailure;
  return [`${zone} host "${host}" of version ${version} failed last at ${time}, ${reason}: ${at} ${message}`];
}

function contradiction({ zone, contradiction: found }: ZoneStatus): string[] {
  if (found === undefined) return [];
  const { version, host, detail, at = '' } = found;
  const what = `${zone} host "${host}" of version ${version} is not remembered: for what it had read before, it ${detail} ${at}`;
  return [what.trimEnd()];
}

function quarantine({ zone, breaker }: ZoneStatus): string[] {
  if (breaker !== 'quarantined') return [];
  return [`${zone} is served by its fallback alone until its file changes, or: dnsteer release ${zone}`];
}

function untransferredNames({ zone, untransferred, signing }: ZoneStatus): string[] {
  if (untransferred === undefined) return [];
  const lacks = signing === undefined ? '' : ', and without any signature';
  return [
    `${zone} is transferred without ${untransferred} names that its policy decides${lacks}: secondaries deny them, unless they are dnsteer with this policy`,
  ];
}
