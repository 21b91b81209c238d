/** What the registry remembers of a version that is served, what it logs of it, and where its records come from. */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import type { Logger } from '../base/log.ts';
import { placeOfFailure, type Trace } from '../build/failure-place.ts';
import type { MappedPosition } from '../build/source-map.ts';
import type { Explanation, RecordOrigin } from '../rpc/explanation.ts';
import { recordToText } from '../wire/record.ts';
import { recordKey, recordTextKey } from '../wire/record-key.ts';
import type { ServedState } from './judge.ts';
import { acceptedOf, type ZoneVersion } from './zone-version.ts';

/** What is known of the records of a version, though not the records themselves, which may be a million. */
export interface OriginParts extends Pick<ZoneVersion, 'policy' | 'dynamic' | 'unserved' | 'madeHere'> {
  readonly isTransferred: boolean | undefined;
  /** The zone's file, as shown to operators. */
  readonly recordsFile: string | undefined;
}

/** A version that is served, without its records, which may be a million. */
export interface ServedVersion extends OriginParts {
  readonly version: string;
  readonly state: ServedState;
  /** When the version went live, in milliseconds since 1970. */
  readonly loadedAt: number;
  readonly notice: Diagnostic | undefined;
}

/** Where in the author's files the policy of a version failed. */
export function placeIn(served: ServedVersion | undefined, trace: Trace): MappedPosition | undefined {
  return served?.policy && placeOfFailure(trace, served.policy);
}

/** Logs that a version is served from now on. */
export function logServed(log: Logger, { version, state, notice }: ServedVersion): void {
  if (notice !== undefined) log.error({ version, file: notice.file, remedy: notice.remedy }, notice.message);
  else if (state === 'live') log.info({ version }, 'Zone is live');
  else log.warn({ version }, SERVED_ANYWAY[state]);
}

/** Logs that files whose last version was refused are those of the version that stayed, so that nothing goes live. */
export function logUndone(log: Logger, version: string, served: ServedVersion | undefined): void {
  if (served?.state !== 'live' || served.notice !== undefined || served.version !== version) return;
  log.info({ version }, 'The files are again those of the version that is live');
}

/** Logs the problems of a version that the version before did not have. */
export function logProblems(
  log: Logger,
  problems: readonly Diagnostic[],
  before: readonly Diagnostic[],
): void {
  const logged = new Set(before.map(formatDiagnostic));
  for (const problem of problems) {
    const text = formatDiagnostic(problem);
    if (!logged.has(text)) log[problem.severity === 'error' ? 'error' : 'warn'](text);
  }
}

/** Says of each static record of an answer where it comes from. `parts`: of the version that answered. */
export function withOrigins(explanation: Explanation, parts: OriginParts | undefined): Explanation {
  const { origins, answer } = explanation;
  if (origins === undefined || parts === undefined) return explanation;
  return {
    ...explanation,
    origins: origins.map((origin, index) =>
      origin.from === 'static' ? { ...origin, ...staticOrigin(answer[index] ?? '', origin, parts) } : origin,
    ),
  };
}

function staticOrigin(
  record: string,
  { wildcard }: RecordOrigin,
  { policy, dynamic, unserved, madeHere, isTransferred, recordsFile }: OriginParts,
): RecordOrigin {
  const key = recordTextKey(wildcard === undefined ? record : record.replace(/^\S+/, () => wildcard));
  const added = dynamic?.records.find(
    (one) => recordTextKey(recordToText(one)) === key && unserved?.has(recordKey(one)) !== true,
  );
  if (added !== undefined)
    return { from: 'dynamic', by: added.by, since: new Date(added.since).toISOString() };
  if (madeHere?.includes(key)) return { from: 'settings' };
  const ofPolicy = acceptedOf(policy)?.manifest.records ?? [];
  if (policy !== undefined && ofPolicy.some((one) => recordTextKey(recordToText(one)) === key))
    return { from: 'policy-records', file: policy.file };
  if (isTransferred === true) return { from: 'primary' };
  return recordsFile === undefined ? { from: 'static' } : { from: 'zone-file', file: recordsFile };
}

const SERVED_ANYWAY: Readonly<Record<Exclude<ServedState, 'live'>, string>> = {
  degraded:
    'Zone is live although hosts failed their trial, as no version of it did better; expect fallbacks',
  quarantined: 'Zone is served by its fallback alone: its policy had to be stopped in its trial',
  broken: 'Zone is broken: static records are served, and SERVFAIL for all other names',
};
