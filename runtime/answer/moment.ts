/**
 * The parts of the present in UTC and on the clocks of any time zone. Clocks change at whole
 * minutes, so every part is kept for the minute it was computed in: Intl takes microseconds.
 * sandbox/prelude/clock.ts computes the same inside the sandbox; both must agree.
 */
import { wallClockOptions } from '../base/local-time.ts';
import type { TimePart } from './fact.ts';

type Parts = Readonly<Record<TimePart, number | string>>;

const MINUTE = 60_000;
/** There are some 600 zones; only a policy that makes up spellings (`europe/BERLIN`) asks for more. */
const MAX_CLOCKS = 1000;

export class Moment {
  readonly #clocks = new Map<string | undefined, Clock>();

  /** One part of `now` (milliseconds since 1970), in UTC where no zone is given; `undefined` for an unknown zone. */
  part(timeZone: string | undefined, part: TimePart, now: number): number | string | undefined {
    let clock = this.#clocks.get(timeZone);
    if (clock === undefined) {
      if (this.#clocks.size >= MAX_CLOCKS) this.#clocks.clear();
      clock = new Clock(timeZone);
      this.#clocks.set(timeZone, clock);
    }
    return clock.parts(now)?.[part];
  }
}

/** The clocks of one zone. */
class Clock {
  readonly #formatter: Intl.DateTimeFormat | undefined;
  readonly #known: boolean;
  #minute = Number.NaN;
  #parts: Parts | undefined;

  constructor(timeZone: string | undefined) {
    this.#formatter = timeZone === undefined ? undefined : newFormatter(timeZone);
    this.#known = timeZone === undefined || this.#formatter !== undefined;
  }

  parts(now: number): Parts | undefined {
    if (!this.#known) return undefined;
    const minute = now - (now % MINUTE);
    if (minute !== this.#minute) {
      this.#parts = partsOf(new Date(this.#formatter ? localTime(this.#formatter, minute) : minute));
      this.#minute = minute;
    }
    return this.#parts;
  }
}

function partsOf(local: Date): Parts {
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    // ISO 8601 counts from Monday and ends with Sunday, 7; JavaScript begins with Sunday, 0.
    weekday: local.getUTCDay() || 7,
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    date: local.toISOString().slice(0, 10),
  };
}

function newFormatter(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', wallClockOptions(timeZone));
  } catch {
    return undefined;
  }
}

/** What the clocks of a zone show, as if it were UTC. */
function localTime(formatter: Intl.DateTimeFormat, moment: number): number {
  const shown = new Map<string, number>();
  for (const { type, value } of formatter.formatToParts(moment)) shown.set(type, Number(value));
  const part = (type: string): number => shown.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}
