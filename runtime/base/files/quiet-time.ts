/** How long files have been as they are: one that is being written changes again before that is a second. */

/** Milliseconds without a change after which a file is taken for what it is to be. */
export const WRITE_QUIET_MS = 1000;

export class QuietTime {
  /** What was seen last, and since when. */
  #seen: { stamp: string; since: number } | undefined;

  /**
   * Milliseconds until the files have been quiet; `undefined` if they have. `stamp` differs whenever they do; `changedAt`
   * and `now` are in milliseconds since 1970.
   */
  waitMs(stamp: string, changedAt: readonly number[], now: number): number | undefined {
    // A clock that was set back begins anew.
    if (stamp !== this.#seen?.stamp || now < this.#seen.since) this.#seen = { stamp, since: now };
    // Files may be dated in the future, by another machine or before the clock was set: what counts is what was seen.
    const seenFor = now - this.#seen.since;
    const quietFor = Math.min(...changedAt.map((at) => Math.max(seenFor, now - at)));
    return quietFor < WRITE_QUIET_MS ? Math.ceil(WRITE_QUIET_MS - quietFor) : undefined;
  }
}
