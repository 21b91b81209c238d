/** What the registry remembers of a version that is served, and what it logs of it. */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import type { Logger } from '../base/log.ts';
import { placeOfFailure, type Trace } from '../build/failure-place.ts';
import type { MappedPosition } from '../build/source-map.ts';
import type { ServedState } from './judge.ts';
import type { OriginParts } from './record-origins.ts';

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

const SERVED_ANYWAY: Readonly<Record<Exclude<ServedState, 'live'>, string>> = {
  degraded:
    'Zone is live although hosts failed their trial, as no version of it did better; expect fallbacks',
  quarantined: 'Zone is served by its fallback alone: its policy had to be stopped in its trial',
  broken: 'Zone is broken: static records are served, and SERVFAIL for all other names',
};
