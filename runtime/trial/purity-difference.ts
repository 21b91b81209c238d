/**
 * Differences between the runs of one host for one sample client. All runs see the same facts,
 * so there should be none.
 *
 * A run that used chance or JavaScript's own clock is marked, and its decision is not remembered:
 * it may differ from any other. But where only some runs are marked, the policy has kept something
 * from them for the others.
 */
import { plainName } from '../rpc/alike.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';

export interface SampleRun {
  /** The life of the policy that the run belongs to; a run sees what earlier runs of its life left behind. */
  readonly life: number;
  readonly outcome: RunOutcome;
}

export interface Difference {
  readonly kind: 'failure' | 'chance' | 'answer' | 'reads';
  /** What the host does, as in `answers differently`. */
  readonly what: string;
  /** When and how the runs differ: `when it is asked again: first …, then …`. */
  readonly detail: string;
  readonly stack?: string | undefined;
}

/** The differences, at most one of each kind. In the trial every sample had an answer. */
export function differencesOf(runs: readonly SampleRun[]): Difference[] {
  const failure = runs.map(({ outcome }) => outcome).find((outcome) => !outcome.ok);
  if (failure !== undefined) {
    const { message, stack } = failure;
    return [{ kind: 'failure', what: 'fails', detail: `in one run and not in another: ${message}`, stack }];
  }
  const decided = runs.flatMap(({ life, outcome }) => (outcome.ok ? [{ life, ...outcome }] : []));
  const sure = decided.filter((run) => !isChance(run));
  const differences: Difference[] = [];
  if (sure.length > 0 && sure.length < decided.length) {
    const detail = 'in one run and not in another';
    differences.push({ kind: 'chance', what: 'uses chance or the clock', detail });
  }
  const answer = differenceIn(sure, ({ plan }) => JSON.stringify(plan));
  if (answer !== undefined) differences.push({ kind: 'answer', what: 'answers differently', detail: answer });
  const reads = differenceIn(sure, readsText);
  if (reads !== undefined) differences.push({ kind: 'reads', what: 'reads something else', detail: reads });
  return differences;
}

type Decided = Extract<RunOutcome, { ok: true }> & { readonly life: number };

/** Characters of an answer that a message shows, and how many of them stand before the first that differs. */
const SHOWN = 160;
const LEAD = 60;

/** Whether a run used chance or the clock. All other marks are facts, and the same in all runs. */
function isChance({ impure }: Decided): boolean {
  return impure.includes('random') || impure.includes('date');
}

function readsText({ reads }: Decided): string {
  if (reads.length === 0) return 'nothing';
  return reads.map(([fact, value]) => `${plainName(fact)}=${JSON.stringify(value)}`).join(', ');
}

function differenceIn(runs: readonly Decided[], textOf: (run: Decided) => string): string | undefined {
  const [first, ...others] = runs.map((run) => ({ life: run.life, text: textOf(run) }));
  const other = others.find(({ text }) => text !== first?.text);
  if (first === undefined || other === undefined) return undefined;
  const when =
    first.life === other.life ? 'it is asked again' : 'it is loaded afresh and asked in another order';
  return `when ${when}: first ${shown(first.text, other.text)}, then ${shown(other.text, first.text)}`;
}

/** Cuts a text so that the first difference is in it. */
function shown(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  const from = at + LEAD > SHOWN ? at - LEAD : 0;
  const to = from + SHOWN;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
