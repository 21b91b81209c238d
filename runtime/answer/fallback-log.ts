/** Fallbacks as control is told of them: at most once a second for one zone and reason, with how many there were. */
import type { FallbackEvent } from '../rpc/control-protocol.ts';

const PAUSE_MS = 1000;

interface Recent {
  toldAt: number;
  /** Since then. */
  count: number;
}

export class FallbackLog {
  readonly #tell: (event: FallbackEvent) => void;
  readonly #recent = new Map<string, Recent>();

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
    const recent = this.#recent.get(key);
    if (recent === undefined) {
      this.#recent.set(key, { toldAt: now, count: 0 });
      this.#tell({ ...describe(), count: 1 });
      return;
    }
    recent.count += 1;
    if (now - recent.toldAt < PAUSE_MS) return;
    this.#tell({ ...describe(), count: recent.count });
    recent.toldAt = now;
    recent.count = 0;
  }
}
