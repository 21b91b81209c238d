/**
 * Fallbacks as control is told of them: at most once a second for one zone and reason, with how many there were,
 * and of all together a few, whoever asks for how many zones: each comes with a stack, to be sent and logged.
 */
import { BoundedMap } from '../../base/bounded-map.ts';
import type { FallbackEvent } from '../../rpc/events.ts';

const PAUSE_MS = 1000;
/** Told of in one pause, of all zones and for all reasons. */
const MOST_TOLD = 64;
/** Where more want to be told of, those that were yield to others for so many pauses at most. */
const MOST_PAUSES = 256;
/** Zones and reasons that are remembered; one that is forgotten is told of as if it were the first. */
const MOST_RECENT = 8192;

interface Recent {
  toldAt: number;
  /** Since then. */
  count: number;
}

export class FallbackLog {
  readonly #tell: (event: FallbackEvent) => void;
  readonly #recent = new BoundedMap<string, Recent>(MOST_RECENT);
  #toldSince = Number.NEGATIVE_INFINITY;
  /** How many wanted to be told of in this pause. */
  #told = 0;
  #pauses = 1;

  constructor(tell: (event: FallbackEvent) => void) {
    this.#tell = tell;
  }

  /** Notes one fallback; `describe` is called if control is to be told. `now` is performance.now(). */
  note(
    { zone, reason }: Pick<FallbackEvent, 'zone' | 'reason'>,
    now: number,
    describe: () => Omit<FallbackEvent, 'count'>,
  ): void {
    const key = `${reason} ${zone}`;
    let recent = this.#recent.get(key);
    if (recent === undefined) {
      recent = { toldAt: Number.NEGATIVE_INFINITY, count: 0 };
      this.#recent.set(key, recent);
    }
    recent.count += 1;
    if (now - recent.toldAt < PAUSE_MS * this.#pauses || !this.#mayTell(now)) return;
    this.#tell({ ...describe(), count: recent.count });
    recent.toldAt = now;
    recent.count = 0;
  }

  #mayTell(now: number): boolean {
    if (now - this.#toldSince >= PAUSE_MS) {
      const wasFull = this.#told > MOST_TOLD;
      this.#pauses = wasFull ? Math.min(MOST_PAUSES, 2 * this.#pauses) : Math.max(1, this.#pauses / 2);
      this.#toldSince = now;
      this.#told = 0;
    }
    this.#told += 1;
    return this.#told <= MOST_TOLD;
  }
}
