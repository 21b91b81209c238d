/** Conditions as the text of a policy. */
import type { Condition } from '../draft.ts';
import { quoted } from './source-text.ts';

/** Networks as they stand in a condition: by themselves, or by the name of an imported list. */
export type NetworksText = (networks: readonly string[]) => string;

/** The condition as an expression; `inside` tells whether it stands in a larger one. */
export function conditionText(condition: Condition, networks: NetworksText, inside = false): string {
  if ('not' in condition) return notText(condition.not, networks);
  if ('all' in condition) return joined(condition.all, ' && ', networks, inside);
  if ('any' in condition) return joined(condition.any, ' || ', networks, inside);
  if (condition.fact === 'network') return `query.client.in(${networks(condition.in)})`;
  const fact = condition.fact === 'type' ? 'query.type' : `query.client.${condition.fact}`;
  const values = condition.is.map((value) => (typeof value === 'number' ? String(value) : quoted(value)));
  const text = values.map((value) => `${fact} === ${value}`).join(' || ');
  return inside && values.length > 1 ? `(${text})` : text;
}

function notText(condition: Condition, networks: NetworksText): string {
  if ('fact' in condition && condition.fact !== 'network' && condition.is.length === 1) {
    return conditionText(condition, networks).replace(' === ', ' !== ');
  }
  const isCall = 'fact' in condition && condition.fact === 'network';
  const text = conditionText(condition, networks);
  return isCall ? `!${text}` : `!(${text})`;
}

function joined(of: readonly Condition[], by: string, networks: NetworksText, inside: boolean): string {
  const text = of.map((each) => conditionText(each, networks, of.length > 1 || inside)).join(by);
  return inside && of.length > 1 ? `(${text})` : text;
}
