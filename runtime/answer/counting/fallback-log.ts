/**
 * Fallbacks that control hears of: at most one a second for each zone and reason, with how many there were, and a
 * few of all together, however many zones are asked for: each comes with a stack, which is sent and logged.
 */
import { BoundedMap } from '../../base/bounded-map.ts';
import type { FallbackEvent } from '../../rpc/events.ts';

const PAUSE_MS = 1000;
/** Fallbacks that control hears of in one pause, of all zones and for all reasons together. */
const MOST_SENT = 64;
/** Where there are more, a zone and reason that control has heard of yields to others for so many pauses at most. */
const MOST_PAUSES = 256;
/** Zones and reasons that are remembered; the next fallback of one that is forgotten counts as its first. */
const MOST_RECENT = 8192;

interface Recent {
  sentAt: number;
  /** Fallbacks since then. */
  count: number;
}

export class FallbackLog {
  readonly #send: (event: FallbackEvent) => void;
  readonly #recent = new BoundedMap<string, Recent>(MOST_RECENT);
  #sentSince = Number.NEGATIVE_INFINITY;
  /** How many fallbacks were due in this pause. */
  #due = 0;
  #pauses = 1;

  constructor(send: (event: FallbackEvent) => void) {
    this.#send = send;
  }

  /** Notes one fallback; `describe` is called if control is to hear of it. `now` is performance.now(). */
  note(
    { zone, reason }: Pick<FallbackEvent, 'zone' | 'reason'>,
    now: number,
    describe: () => Omit<FallbackEvent, 'count'>,
  ): void {
    const key = `${reason} ${zone}`;
    let recent = this.#recent.get(key);
    if (recent === undefined) {
      recent = { sentAt: Number.NEGATIVE_INFINITY, count: 0 };
      this.#recent.set(key, recent);
    }
    recent.count += 1;
    if (now - recent.sentAt < PAUSE_MS * this.#pauses || !this.#maySend(now)) return;
    this.#send({ ...describe(), count: recent.count });
    recent.sentAt = now;
    recent.count = 0;
  }

  #maySend(now: number): boolean {
    if (now - this.#sentSince >= PAUSE_MS) {
      const wasFull = this.#due > MOST_SENT;
      this.#pauses = wasFull ? Math.min(MOST_PAUSES, 2 * this.#pauses) : Math.max(1, this.#pauses / 2);
      this.#sentSince = now;
      this.#due = 0;
    }
    this.#due += 1;
    return this.#due <= MOST_SENT;
  }
}
