/** Files in which other programs find pools, as the status shows them and the terminal prints them. */

export interface EmittedStatus {
  readonly kind: string;
  readonly file: string;
  /** ISO 8601: when this server last wrote it; absent if it did not. */
  readonly writtenAt?: string;
  /** What is wrong now. */
  readonly problem?: string;
  /** The last that was wrong, and when (ISO 8601), even if it is over. */
  readonly lastProblem?: { readonly time: string; readonly text: string };
}

/** `/etc/nginx/shop.conf (nginx): written at 2026-12-01T10:00:00Z`. */
export function emittedLine({ kind, file, writtenAt, problem, lastProblem }: EmittedStatus): string {
  const written = writtenAt === undefined ? 'not written since the start' : `written at ${writtenAt}`;
  const last = lastProblem === undefined ? '' : `; last problem at ${lastProblem.time}: ${lastProblem.text}`;
  return `${file} (${kind}): ${written}${problem === undefined ? last : `; ${problem}`}`;
}
