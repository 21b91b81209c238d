/** Names whose types are decided each for itself. */
import type { DecisionDraft, HostDraft } from './draft.ts';

/** One decision for each type of a name, which a host asks for in turn. */
export class HostsByType {
  readonly #types = new Map<
    string,
    Map<string, { readonly decision: DecisionDraft; readonly origin: string }>
  >();

  /** Returns whether there was none of this type. */
  add(name: string, type: string, decision: DecisionDraft, origin: string): boolean {
    const types = this.#types.get(name) ?? new Map<string, { decision: DecisionDraft; origin: string }>();
    if (types.has(type)) return false;
    types.set(type, { decision, origin });
    this.#types.set(name, types);
    return true;
  }

  all(): readonly HostDraft[] {
    return [...this.#types].map(([name, types]) => {
      const [last, ...others] = [...types].sort(([a], [b]) => Number(b === 'A') - Number(a === 'A'));
      const rest: DecisionDraft = last?.[1].decision ?? { kind: 'nodata' };
      const decision = others.reduceRight(
        (no: DecisionDraft, [type, { decision: yes }]): DecisionDraft => ({
          kind: 'if',
          when: { fact: 'type', is: [type] },
          yes,
          no,
        }),
        rest,
      );
      const isOne = others.every(([, other]) => JSON.stringify(other.decision) === JSON.stringify(rest));
      const told = [...types.values()].map(({ origin }) => origin).join('; ');
      return { name, decision: isOne ? rest : decision, origin: told };
    });
  }
}
