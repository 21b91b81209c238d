/**
 * The names of targets between control and its answer processes: numbers, so that processes that have queries to
 * answer read and keep no texts. V8 enlarges its table of texts at one go, for milliseconds where a policy
 * declares tens of thousands of targets.
 *
 * A number is given once, and stands for the same target as long as this control lives: a process that still serves an
 * earlier version takes it for no other. No other control ever sees it, as each has answer processes of its own.
 */
import type { HealthReport, HealthStates, SentValues } from '../../health/target.ts';
import type { TargetValues } from '../../health/values.ts';

export class TargetNumbers {
  /** Targets that versions name, and those that are down. */
  readonly #known = new Map<string, Known>();
  #next = 0;
  /** Of targets that are probed, whether versions name them or not. */
  readonly #values = new Map<string, TargetValues>();

  /** The numbers of targets, which a version names until {@link release}. */
  name(ids: readonly string[]): number[] {
    return ids.map((id) => {
      const known = this.#know(id);
      known.versions += 1;
      return known.number;
    });
  }

  /** A version that named them is served no more. Returns what that changes. */
  release(ids: readonly string[]): HealthReport {
    const report = { up: [], down: [] };
    for (const id of ids) {
      const known = this.#know(id);
      known.versions -= 1;
      this.#forgetIfUnused(id, known, report);
    }
    return report;
  }

  /** Takes states over. Returns what that changes: a version keeps the last state of what is gone. */
  setStates(states: HealthStates): HealthReport {
    const report = { up: [], down: [] };
    for (const [id, state] of Object.entries(states)) this.#setState(id, state, report);
    return report;
  }

  /** Takes values over. Returns those of targets that processes know. */
  setValues(values: ReadonlyMap<string, TargetValues>): SentValues[] {
    for (const [id, { latencyMs, load }] of values) {
      if (latencyMs === undefined && load === undefined) this.#values.delete(id);
      else this.#values.set(id, { latencyMs, load });
    }
    return this.#sent([...values.keys()]);
  }

  /** What is known of targets that a version names, for processes that have it. */
  valuesOf(ids: readonly string[]): SentValues[] {
    return this.#sent(ids.filter((id) => this.#values.has(id)));
  }

  /** For a process that has all versions. */
  get allValues(): SentValues[] {
    return this.#sent([...this.#values.keys()]);
  }

  #sent(ids: readonly string[]): SentValues[] {
    return ids.flatMap((id): SentValues[] => {
      const known = this.#known.get(id);
      const { latencyMs = null, load = null } = this.#values.get(id) ?? {};
      return known === undefined ? [] : [[known.number, latencyMs, load]];
    });
  }

  /** For a process that knows nothing. */
  get all(): HealthReport {
    const down = Array.from(this.#known.values(), (known) => (known.isDown ? [known.number] : []));
    return { up: [], down: down.flat() };
  }

  #setState(id: string, state: HealthStates[string], report: Changes): void {
    const known = state === 'down' ? this.#know(id) : this.#known.get(id);
    if (known === undefined) return;
    known.isProbed = state !== 'gone';
    if (known.isProbed && known.isDown !== (state === 'down')) {
      known.isDown = state === 'down';
      report[known.isDown ? 'down' : 'up'].push(known.number);
    }
    this.#forgetIfUnused(id, known, report);
  }

  #know(id: string): Known {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const made = { number: this.#next++, versions: 0, isDown: false, isProbed: true };
    this.#known.set(id, made);
    return made;
  }

  #forgetIfUnused(id: string, { number, versions, isDown, isProbed }: Known, { up }: Changes): void {
    if (versions > 0 || (isDown && isProbed)) return;
    this.#known.delete(id);
    if (isDown) up.push(number);
  }
}

interface Known {
  readonly number: number;
  /** Of zones that are served, and name it. */
  versions: number;
  isDown: boolean;
  isProbed: boolean;
}

interface Changes {
  readonly up: number[];
  readonly down: number[];
}
