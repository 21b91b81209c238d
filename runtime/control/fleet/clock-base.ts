/** Whether the clock was set back since a process began, which no process sees by itself. */

/** Milliseconds by which clocks are set back all the time. */
export const CLOCK_SLACK_MS = 60_000;

/** What the clock said when the one that nobody sets began. */
export function clockBase(): number {
  return Date.now() - performance.now();
}
