/** The states of combinations, as the states of their parts change. Owners declare them as they do targets. */
import { type Combination, combinedState, probedTargets } from './combination.ts';
import type { TargetState } from './target.ts';
import type { TargetValues } from './values.ts';

export interface Combined {
  readonly combination: Combination;
  readonly owners: Set<string>;
  state: TargetState;
  /** When it came to this state, in milliseconds since 1970. */
  since: number;
}

export interface CombinedStatesOptions {
  readonly stateOf: (id: string) => TargetState;
  readonly now: () => number;
  readonly tell: (combined: Combined, state: TargetState | 'gone', isRecalled: boolean) => void;
  readonly valuesOf: (id: string) => TargetValues;
  readonly tellValues: (id: string, values: TargetValues) => void;
}

export class CombinedStates {
  readonly #options: CombinedStatesOptions;
  readonly #known = new Map<string, Combined>();
  /** By owner, the ids of those it declares. */
  readonly #declared = new Map<string, ReadonlySet<string>>();
  /** By the id of a target, those that it is part of. */
  readonly #having = new Map<string, Set<Combined>>();

  constructor(options: CombinedStatesOptions) {
    this.#options = options;
  }

  /** Lets go of those of an owner that he declares no more, before their targets go. */
  dropOthers(owner: string, combinations: readonly Combination[]): void {
    const wanted = new Set(combinations.map(({ id }) => id));
    for (const id of this.#declared.get(owner) ?? []) if (!wanted.has(id)) this.#release(owner, id);
    if (wanted.size > 0) this.#declared.set(owner, wanted);
    else this.#declared.delete(owner);
  }

  /** Takes over those of an owner, whose targets are known already. */
  hold(owner: string, combinations: readonly Combination[]): void {
    for (const one of combinations) {
      const known = this.#known.get(one.id);
      if (known === undefined) this.#add(one, owner);
      else known.owners.add(owner);
    }
  }

  /** Takes over that the state of a target has changed. */
  targetChanged(id: string): void {
    for (const combined of this.#having.get(id) ?? []) {
      const state = combinedState(combined.combination, this.#options.stateOf);
      if (state === combined.state) continue;
      combined.state = state;
      combined.since = this.#options.now();
      this.#options.tell(combined, state, false);
    }
  }

  /** Takes over that other values of a target count: a combination has the highest of its targets that are up. */
  valuesChanged(id: string): void {
    const { stateOf, valuesOf, tellValues } = this.#options;
    for (const { combination } of this.#having.get(id) ?? []) {
      const all = probedTargets(combination)
        .filter((target) => stateOf(target.id) === 'up')
        .map((target) => valuesOf(target.id));
      tellValues(combination.id, {
        latencyMs: highest(all.map(({ latencyMs }) => latencyMs)),
        load: highest(all.map(({ load }) => load)),
      });
    }
  }

  all(): IterableIterator<Combined> {
    return this.#known.values();
  }

  clear(): void {
    for (const map of [this.#known, this.#declared, this.#having]) map.clear();
  }

  #add(combination: Combination, owner: string): void {
    const { stateOf, now, tell } = this.#options;
    const state = combinedState(combination, stateOf);
    const combined: Combined = { combination, owners: new Set([owner]), state, since: now() };
    this.#known.set(combination.id, combined);
    for (const { id } of probedTargets(combination)) {
      const having = this.#having.get(id);
      if (having === undefined) this.#having.set(id, new Set([combined]));
      else having.add(combined);
    }
    // What is known already was known before, or of another version.
    tell(combined, state, state !== 'unknown');
  }

  #release(owner: string, id: string): void {
    const combined = this.#known.get(id);
    if (combined === undefined) return;
    combined.owners.delete(owner);
    if (combined.owners.size > 0) return;
    this.#known.delete(id);
    for (const target of probedTargets(combined.combination)) {
      const having = this.#having.get(target.id);
      having?.delete(combined);
      if (having?.size === 0) this.#having.delete(target.id);
    }
    this.#options.tell(combined, 'gone', false);
    this.#options.tellValues(id, {});
  }
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
