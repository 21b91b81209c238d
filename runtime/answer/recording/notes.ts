/**
 * What the answer to a recorded query rests on, noted where it arises: the decisions of policies, and what steering threw.
 * One object per process, begun anew for each recorded query; others have none.
 */
import type { WireName } from '../../wire/name.ts';
import type { Decision } from '../decision.ts';
import type { Leaf } from '../memo/memo-node.ts';
import type { KeptLine } from '../replies/kept-lines.ts';

/** One that was made for the query; or one from memory, and the name that it was asked for. */
export type NotedDecision =
  | Pick<Decision, 'reads'>
  | { readonly leaf: Pick<Leaf, 'reads'>; readonly name: WireName };

export class RecordingNotes {
  /** In the order in which CNAMEs led from one to the next. */
  readonly decisions: NotedDecision[] = [];
  /** Numbers from 0 up to but not including 1. */
  readonly thrown: number[] = [];
  /** When the query was first looked at, in milliseconds since 1970, if it has waited since. */
  at: number | undefined;
  /** The reply was kept, and so was what its line says. */
  kept: KeptLine | undefined;
  /** The reply is kept from now on, and what its line says is to be. */
  toKeep: KeptLine | undefined;

  /** Forgets what was noted before, also of the same query: it begins anew once a decision is there. */
  begin(at: number | undefined): void {
    this.decisions.length = 0;
    this.thrown.length = 0;
    this.at = at;
    this.kept = undefined;
    this.toKeep = undefined;
  }

  /** The decision was made for this query. */
  ran(decision: Decision): void {
    this.decisions.push(decision);
  }

  /** The decision was remembered, for the name that is looked up now. */
  remembered(
    leaf: Leaf,
    { name, nameLength }: { readonly name: Uint8Array; readonly nameLength: number },
  ): void {
    this.decisions.push({ leaf, name: name.slice(0, nameLength) });
  }
}
