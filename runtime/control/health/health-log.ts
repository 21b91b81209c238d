/**
 * Logs changes of health: one line each as long as they are few. When a whole site goes, or a policy declares
 * thousands of targets that come and go, one line sums up the rest of an interval.
 */
import type { Logger } from '../../base/log.ts';
import type { StateChange } from '../../health/health-listeners.ts';

const INTERVAL_MS = 10_000;
/** Lines of single changes in one interval. */
const MOST_LINES = 20;

export class HealthLog {
  readonly #log: Logger;
  #lines = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Counts of the changes that have no line of their own. */
  readonly #more = { up: 0, down: 0 };
  readonly #byZone = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Notes one change; the beginning or end of a target's probes is none. */
  note({ id, state, problem, owner, isRecalled }: StateChange): void {
    if (state === 'unknown' || state === 'gone' || isRecalled === true) return;
    this.#timer ??= setInterval(() => this.#sumUp(), INTERVAL_MS).unref();
    this.#lines += 1;
    if (this.#lines <= MOST_LINES) {
      this.#log.info({ target: id, state, problem }, 'Health changed');
      return;
    }
    this.#more[state] += 1;
    this.#byZone.set(owner, (this.#byZone.get(owner) ?? 0) + 1);
  }

  /** Notes that a target is held back, as it changes too often, or that it is no more. */
  noteHeld(id: string, isHeld: boolean): void {
    this.#timer ??= setInterval(() => this.#sumUp(), INTERVAL_MS).unref();
    this.#lines += 1;
    if (this.#lines > MOST_LINES) return;
    if (isHeld)
      this.#log.warn({ target: id }, 'Changes too often: held back when it is up, until it is quiet');
    else this.#log.info({ target: id }, 'Has been quiet: held back no more');
  }

  #sumUp(): void {
    const { up, down } = this.#more;
    if (up + down > 0) {
      const [zone, ofZone] = most(this.#byZone);
      const times = `${up + down} more changes in ${INTERVAL_MS / 1000} s, ${down} down, ${up} up`;
      this.#log.info(
        { changes: up + down, down, up, zone, ofZone },
        `Health changed: ${times}; most in ${zone}`,
      );
    } else if (this.#lines === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#lines = 0;
    this.#more.up = 0;
    this.#more.down = 0;
    this.#byZone.clear();
  }
}

function most(counts: ReadonlyMap<string, number>): [zone: string, count: number] {
  let found: [string, number] = ['', 0];
  for (const [zone, count] of counts) if (count > found[1]) found = [zone, count];
  return found;
}
