/** Conditions as the text of a policy. */
import type { Condition } from '../draft.ts';
import { quoted } from './source-text.ts';

/** Networks as they stand in a condition: by themselves, or by the name of an imported list. */
export type NetworksText = (networks: readonly string[]) => string;

type Operator = '&&' | '||';

/** The parts of a condition, and what stands between them. */
export interface ConditionParts {
  readonly by: Operator;
  readonly parts: readonly string[];
}

export function conditionParts(condition: Condition, networks: NetworksText): ConditionParts {
  if ('not' in condition) return { by: '&&', parts: [notText(condition.not, networks)] };
  if ('all' in condition) return joined(condition.all, '&&', networks);
  if ('any' in condition) return joined(condition.any, '||', networks);
  if (condition.fact === 'network') {
    return { by: '||', parts: [`query.client.in(${networks(condition.in)})`] };
  }
  const fact = condition.fact === 'type' ? 'query.type' : `query.client.${condition.fact}`;
  const values = condition.is.map((value) => (typeof value === 'number' ? String(value) : quoted(value)));
  return { by: '||', parts: values.length === 0 ? ['false'] : values.map((value) => `${fact} === ${value}`) };
}

function conditionText(condition: Condition, networks: NetworksText): string {
  const { by, parts } = conditionParts(condition, networks);
  return parts.join(` ${by} `);
}

function notText(condition: Condition, networks: NetworksText): string {
  const text = conditionText(condition, networks);
  if ('fact' in condition && condition.fact === 'network') return `!${text}`;
  return 'fact' in condition && condition.is.length === 1 ? text.replace(' === ', ' !== ') : `!(${text})`;
}

/** Parts with the other operator are in parentheses; those with the same are parts of the whole. */
function joined(of: readonly Condition[], by: Operator, networks: NetworksText): ConditionParts {
  const parts = of.flatMap((each) => {
    const inner = conditionParts(each, networks);
    return inner.parts.length === 1 || inner.by === by
      ? inner.parts
      : [`(${inner.parts.join(` ${inner.by} `)})`];
  });
  return { by, parts };
}
