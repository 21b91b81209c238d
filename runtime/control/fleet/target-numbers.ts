/**
 * The names of targets between control and its answer processes: numbers, so that processes that have queries to
 * answer read and keep no texts. V8 enlarges its table of texts at one go, for milliseconds where a policy
 * declares tens of thousands of targets.
 *
 * A number is given once, and stands for the same target as long as this control lives: a process that still serves an
 * earlier version takes it for no other. No other control ever sees it, as each has answer processes of its own.
 */
import type { HealthNearness, HealthReport, HealthStates, SentValues } from '../../health/target.ts';
import type { TargetValues } from '../../health/values.ts';

export class TargetNumbers {
  /** Targets that versions name, and those that are not up. */
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
    const report = noChanges();
    for (const id of ids) {
      const known = this.#know(id);
      known.versions -= 1;
      this.#forgetIfUnused(id, known, report);
    }
    return report;
  }

  /** Takes states over. Returns what that changes: a version keeps the last state of what is gone. */
  setStates(states: HealthStates, near: HealthNearness = {}): HealthReport {
    const report = noChanges();
    for (const [id, state] of Object.entries(states)) this.#setState(id, state, report);
    for (const [id, against] of Object.entries(near)) {
      const known = this.#known.get(id);
      if (known !== undefined && known.near !== against) this.#setNear(known, against, report);
    }
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
    const report = noChanges();
    for (const { number, state, near } of this.#known.values()) {
      if (state !== 'up') report[state].push(number);
      if (near > 0) report.near.push(number, near);
    }
    return report;
  }

  #setState(id: string, state: HealthStates[string], report: Changes): void {
    const known = state === 'down' || state === 'held' ? this.#know(id) : this.#known.get(id);
    if (known === undefined) return;
    known.isProbed = state !== 'gone';
    if (state === 'gone' && known.near > 0) this.#setNear(known, 0, report);
    if (state !== 'gone' && known.state !== state) {
      known.state = state;
      report[state].push(known.number);
    }
    this.#forgetIfUnused(id, known, report);
  }

  #setNear(known: Known, against: number, { near }: Changes): void {
    known.near = against;
    near.push(known.number, against);
  }

  #know(id: string): Known {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const made: Known = { number: this.#next++, versions: 0, state: 'up', near: 0, isProbed: true };
    this.#known.set(id, made);
    return made;
  }

  #forgetIfUnused(id: string, { number, versions, state, near, isProbed }: Known, report: Changes): void {
    if (versions > 0 || (state !== 'up' && isProbed)) return;
    this.#known.delete(id);
    if (state !== 'up') report.up.push(number);
    if (near > 0) report.near.push(number, 0);
  }
}

interface Known {
  readonly number: number;
  /** Of zones that are served, and name it. */
  versions: number;
  state: 'up' | 'down' | 'held';
  near: number;
  isProbed: boolean;
}

interface Changes {
  readonly up: number[];
  readonly down: number[];
  readonly held: number[];
  readonly near: number[];
}

function noChanges(): Changes {
  return { up: [], down: [], held: [], near: [] };
}
