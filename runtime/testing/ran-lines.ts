/**
 * Which lines of policies tests have run. What runs as a whole is counted where it is (build/counted-script.ts); the counts
 * are fetched behind each question, as an isolate that has to be stopped takes its counts with it.
 */
import { isFields } from '../base/data-reader.ts';
import type { CountedPiece } from '../build/counted-script.ts';
import { MOST_RAN_TEXT, RAN_HOST } from '../rpc/test-talk.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { NO_CLIENT } from './test-isolate.ts';

/** The code of one file, as far as it is a part of policies that tests ask. */
export interface RanFile {
  /** As shown to operators. */
  readonly file: string;
  /** The lines at which code begins, in order; none if they cannot be told. */
  readonly lines: readonly RanLine[];
  readonly functions: readonly RanFunction[];
}

export interface RanLine {
  /** From 1. */
  readonly line: number;
  /** How often that of its code has run that ran most often. */
  readonly count: number;
  /** Whether other code of the line has never run. */
  readonly isPart: boolean;
}

export interface RanFunction {
  /** Absent where its author gives it none. */
  readonly name: string | undefined;
  readonly line: number;
  readonly count: number;
}

/** Processor milliseconds for telling counts, and milliseconds by the clock. */
const BUDGET_MS = 1000;
const PATIENCE_MS = 20_000;
/** Counts of all pieces of a policy fit so many tellings. */
const MOST_TOLD = 16;

/** The counts of one policy. */
export class RanPieces {
  /** As shown to operators. */
  readonly file: string;
  readonly pieces: readonly CountedPiece[];
  readonly counts: Float64Array;

  constructor(file: string, pieces: readonly CountedPiece[]) {
    this.file = file;
    this.pieces = pieces;
    this.counts = new Float64Array(pieces.length);
  }

  /** Adds what has run since the last call. A policy that can no longer tell has told all but its last run. */
  async fetch(sandbox: Sandbox, key: string): Promise<void> {
    for (let told = 0; told < MOST_TOLD; told += 1) {
      const outcome = await tell(sandbox, key);
      const counts = outcome.ok ? readRan(outcome.plan, this.pieces.length) : undefined;
      if (counts === undefined || counts.length === 0) return;
      for (const [piece, count] of counts) this.counts[piece] = (this.counts[piece] ?? 0) + count;
    }
  }
}

/** What such a plan tells, which a policy may have forged; `undefined` if it is nonsense. */
export function readRan(plan: unknown, pieces: number): readonly (readonly [number, number])[] | undefined {
  const text = isFields(plan) ? plan.ran : undefined;
  if (typeof text !== 'string' || text.length > MOST_RAN_TEXT + 20 || !COUNTS.test(text)) return undefined;
  const counts = text
    .split(' ')
    .slice(0, -1)
    .map((count) => count.split('=').map(Number) as [number, number]);
  return counts.every(([piece]) => piece < pieces) ? counts : undefined;
}

const COUNTS = /^(?:\d{1,5}=\d{1,10} )*$/;

/** The files of policies, in order, with what has run of each in any of them. */
export function ranFiles(policies: readonly RanPieces[]): RanFile[] {
  const files = new Map<string, Map<string, Ran>>();
  for (const { file, pieces, counts } of policies) {
    // A policy without a piece is one whose pieces cannot be told.
    if (pieces.length === 0 && !files.has(file)) files.set(file, new Map());
    const seen = new Map<string, number>();
    for (const [number, piece] of pieces.entries()) {
      const here = `${piece.at?.line}:${piece.at?.column} ${piece.called?.line}:${piece.called?.column}`;
      const occurrence = (seen.get(`${piece.file} ${here}`) ?? 0) + 1;
      seen.set(`${piece.file} ${here}`, occurrence);
      // A snippet is a part of several policies, and what is at one place of it is the same in each.
      const ofFile = files.get(piece.file) ?? new Map<string, Ran>();
      files.set(piece.file, ofFile);
      const key = `${here} ${occurrence}`;
      ofFile.set(key, { piece, count: (ofFile.get(key)?.count ?? 0) + (counts[number] ?? 0) });
    }
  }
  const named = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return named.map(([file, ran]) => ({ file, ...ranIn([...ran.values()]) }));
}

interface Ran {
  readonly piece: CountedPiece;
  readonly count: number;
}

function ranIn(all: readonly Ran[]): Omit<RanFile, 'file'> {
  const byLine = new Map<number, number[]>();
  for (const { piece, count } of all) {
    if (piece.at === undefined) continue;
    const counts = byLine.get(piece.at.line);
    if (counts === undefined) byLine.set(piece.at.line, [count]);
    else counts.push(count);
  }
  const lines = [...byLine].map(([line, counts]) => {
    const count = Math.max(...counts);
    return { line, count, isPart: count > 0 && counts.includes(0) };
  });
  const functions = all.flatMap(({ piece: { called }, count }) =>
    called === undefined ? [] : [{ name: called.name, line: called.line, count }],
  );
  return { lines: lines.sort(inOrder), functions: functions.sort(inOrder) };
}

function inOrder(a: { readonly line: number }, b: { readonly line: number }): number {
  return a.line - b.line;
}

function tell(sandbox: Sandbox, key: string): Promise<RunOutcome> {
  const deadlineAt = performance.now() + PATIENCE_MS;
  const ask = { key, host: RAN_HOST, name: '', type: '', facts: NO_CLIENT, budgetMs: BUDGET_MS, deadlineAt };
  return new Promise((resolve) => sandbox.run(ask, resolve));
}
