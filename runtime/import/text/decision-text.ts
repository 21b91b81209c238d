/** Decisions as handlers of a policy. */
import type { Condition, DecisionDraft } from '../draft.ts';
import { type ConditionParts, conditionParts, type NetworksText } from './condition-text.ts';
import { planSource } from './plan-text.ts';
import { layOut, type Source } from './source-text.ts';

/** What the texts of one policy share: names that it imports. */
export interface PolicyWords {
  readonly used: Set<string>;
  readonly networks: NetworksText;
}

const WIDTH = 110;

/** What stands behind the name of a host: a plan, or a function of the query. */
export function hostSource(decision: DecisionDraft, words: PolicyWords, indent: number): Source {
  if (decision.kind !== 'if') return planSource(decision, words.used);
  const blanks = ' '.repeat(indent);
  return `(query) => {\n${statements(decision, words, indent + 2)}${blanks}}`;
}

/** The plan that is left where no condition holds. */
export function lastPlan(decision: DecisionDraft): DecisionDraft {
  return decision.kind === 'if' ? lastPlan(decision.no) : decision;
}

/** Each condition with its end, then what is left. */
function statements(decision: DecisionDraft, words: PolicyWords, indent: number): string {
  const blanks = ' '.repeat(indent);
  let text = '';
  let rest = decision;
  for (; rest.kind === 'if'; rest = rest.no) text += ifText(rest.when, rest.yes, words, indent);
  return `${text}${blanks}return ${layOut(planSource(rest, words.used), indent, indent + 8)};\n`;
}

function ifText(when: Condition, yes: DecisionDraft, words: PolicyWords, indent: number): string {
  const blanks = ' '.repeat(indent);
  const head = headText(conditionParts(when, words.networks), indent);
  if (yes.kind !== 'if' && !head.includes('\n')) {
    const line = `${head} return ${layOut(planSource(yes, words.used), indent, 0)};`;
    if (!line.includes('\n') && blanks.length + line.length <= WIDTH) return `${blanks}${line}\n`;
  }
  return `${blanks}${head} {\n${statements(yes, words, indent + 2)}${blanks}}\n`;
}

/** `if (…)`, with a line for each part of a condition that is too long for one. */
function headText({ by, parts }: ConditionParts, indent: number): string {
  const condition = parts.join(` ${by} `);
  if (indent + condition.length + 7 <= WIDTH) return `if (${condition})`;
  const blanks = ' '.repeat(indent + 2);
  return `if (\n${blanks}${parts.join(` ${by}\n${blanks}`)}\n${' '.repeat(indent)})`;
}
