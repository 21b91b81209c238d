/**
 * What differs between the runs of one host for one sample client. All of them see the same facts,
 * so nothing should.
 *
 * A run that used chance or JavaScript's own clock is marked, and its decision is not remembered:
 * it may differ from any other. But where only some runs are marked, the policy has kept something
 * of those for the rest.
 */
import type { RunOutcome } from '../runner/runs-and-loads.ts';

export interface SampleRun {
  /** Runs of one life see what those before them left behind. */
  readonly life: number;
  readonly outcome: RunOutcome;
}

export interface Difference {
  readonly kind: 'failure' | 'chance' | 'answer' | 'reads';
  /** Of the host: `answers differently`. */
  readonly what: string;
  /** When, and how: `when it is asked again: first …, then …`. */
  readonly detail: string;
  readonly stack?: string | undefined;
}

/** At most one of each kind. For every sample there was an answer before, in the trial. */
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

/** Characters of an answer that are shown, and how many of them before the first that differs. */
const SHOWN = 160;
const LEAD = 60;

/** What else there is among the marks is a fact, and the same in all runs. */
function isChance({ impure }: Decided): boolean {
  return impure.includes('random') || impure.includes('date');
}

function readsText({ reads }: Decided): string {
  if (reads.length === 0) return 'nothing';
  return reads.map(([fact, value]) => `${fact}=${JSON.stringify(value)}`).join(', ');
}

function differenceIn(runs: readonly Decided[], textOf: (run: Decided) => string): string | undefined {
  const [first, ...others] = runs.map((run) => ({ life: run.life, text: textOf(run) }));
  const other = others.find(({ text }) => text !== first?.text);
  if (first === undefined || other === undefined) return undefined;
  const when =
    first.life === other.life ? 'it is asked again' : 'it is loaded afresh and asked in another order';
  return `when ${when}: first ${shown(first.text, other.text)}, then ${shown(other.text, first.text)}`;
}

/** Cut so that what differs can be seen. */
function shown(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  const from = at + LEAD > SHOWN ? at - LEAD : 0;
  const to = from + SHOWN;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
