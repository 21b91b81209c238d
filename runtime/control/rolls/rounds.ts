/**
 * Looks at the servers of zones when their rolls want it, a few zones at a time, and so many in a second at the
 * most: ten thousand zones that nobody has delegated yet are no storm. A zone whose servers cannot be seen, or
 * whose roll waits for long, is looked at less and less often.
 */
import { assert } from '../../base/assert.ts';
import type { Logger } from '../../base/log.ts';
import type { Observations } from '../../dnssec/rolls/observations.ts';
import type { KnownServers, Outside } from './outside.ts';
import type { ZoneRoll } from './zone-roll.ts';

/** Zones that are looked at at a time, and in a second. */
const WIDTH = 4;
const MOST_PER_SECOND = 10;
/** Milliseconds from a change of what a zone serves to the next look at it. */
const SOON_MS = 1500;
/** Pauses differ by so much from zone to zone, up and down. */
const JITTER = 0.1;

export interface RoundsOptions {
  readonly outside: Outside;
  readonly log: Logger;
  /** Name servers of a zone as its own records have them. */
  readonly knownOf: (zone: string) => KnownServers;
  /** Called after each step, when the zone may serve other keys. */
  readonly onStep: (zone: string) => void;
  /** Seconds since 1970. */
  readonly now: () => number;
}

interface Entry {
  readonly roll: ZoneRoll;
  /** When to look next, in milliseconds of a clock that nobody sets. */
  dueMs: number;
  /** Looks that have seen nothing, one after another. */
  failures: number;
  /** The look that goes on. */
  looking: Promise<void> | undefined;
}

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off, by the clock of {@link Entry.dueMs}; never, without a timer. */
  #armedMs = Number.POSITIVE_INFINITY;
  #running = 0;
  #isOn = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Begins to look. */
  start(): void {
    this.#isOn = true;
    this.#schedule();
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
  }

  /** Looks at a zone soon, as it serves something new. */
  soon(roll: ZoneRoll): void {
    const dueMs = performance.now() + SOON_MS;
    const entry = this.#entries.get(roll.zone);
    if (entry?.roll === roll) entry.dueMs = Math.min(entry.dueMs, dueMs);
    else this.#entries.set(roll.zone, { roll, dueMs, failures: 0, looking: undefined });
    // The next zone is looked for among all of them, and ten thousand may come together.
    if (dueMs < this.#armedMs) this.#schedule();
  }

  forget(zone: string): void {
    this.#entries.delete(zone);
  }

  /** Looks at a zone now, whatever its turn; resolves once it has been looked at and stepped. */
  async look(zone: string): Promise<void> {
    const entry = this.#entries.get(zone);
    if (entry !== undefined) await (entry.looking ?? this.#look(entry));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#armedMs = Number.POSITIVE_INFINITY;
    if (!this.#isOn || this.#running >= WIDTH) return;
    const next = this.#next();
    if (next === undefined) return;
    const now = performance.now();
    const pause = Math.min(Math.max(next.dueMs - now, 1000 / MOST_PER_SECOND), LONGEST_MS);
    this.#armedMs = now + pause;
    this.#timer = setTimeout(() => this.#turn(), pause).unref();
  }

  #turn(): void {
    const next = this.#next();
    if (next !== undefined && next.dueMs <= performance.now()) void this.#look(next);
    this.#schedule();
  }

  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.looking !== undefined) continue;
      if (first === undefined || entry.dueMs < first.dueMs) first = entry;
    }
    return first;
  }

  #look(entry: Entry): Promise<void> {
    assert(entry.looking === undefined, 'a zone is looked at once at a time');
    this.#running += 1;
    entry.looking = this.#lookAndStep(entry)
      .catch((err: unknown) =>
        this.#options.log.error({ err, zone: entry.roll.zone }, 'A look at the servers of a zone has failed'),
      )
      .then(() => {
        this.#running -= 1;
        entry.looking = undefined;
        entry.dueMs = performance.now() + this.#pauseMs(entry);
        this.#schedule();
      });
    return entry.looking;
  }

  async #lookAndStep(entry: Entry): Promise<void> {
    const { roll } = entry;
    const { outside, knownOf, onStep } = this.#options;
    const known = roll.policy.parent === 'none' ? knownOf(roll.zone) : undefined;
    const seen = await outside.look(roll.zone, known);
    entry.failures = isBlind(seen) ? entry.failures + 1 : 0;
    roll.saw(seen);
    await roll.step();
    onStep(roll.zone);
  }

  #pauseMs({ roll, failures }: Entry): number {
    const { waiting, idle } = roll.policy.pauses;
    const now = this.#options.now();
    const { last } = roll;
    if (last === undefined) return 1000 * waiting;
    const wanted = Math.max(1, Math.min(last.wakeAt, last.wants.zone) - now);
    const since = last.state.roll === undefined ? 0 : (now - last.state.roll.since) / PATIENCE;
    const backedOff = Math.min(idle, Math.max(since, waiting * 2 ** Math.min(failures, 20)));
    // The end of a wait for caches is known, and not to be missed.
    const isTimed = last.state.roll?.step === 'cache-expired' && failures === 0;
    const pause = isTimed || failures + since === 0 ? wanted : Math.max(wanted, backedOff);
    return 1000 * pause * (1 + JITTER * Math.random());
  }
}

/** The most that setTimeout takes is 24 days; the wall clock may be set meanwhile. */
const LONGEST_MS = 60_000;
/** A roll that has waited for so many pauses is looked at with pauses as long. */
const PATIENCE = 10;

function isBlind({ zone, parent }: Observations): boolean {
  const isUnseen = ({ servers }: Observations['zone' | 'parent']) =>
    servers.every(({ seen }) => seen === undefined);
  return (
    zone.problem !== undefined ||
    parent.problem !== undefined ||
    isUnseen(zone) ||
    (parent.servers.length > 0 && isUnseen(parent))
  );
}
