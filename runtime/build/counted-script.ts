/**
 * A script that counts how often each of its pieces runs, for tests that ask what of a policy they reach:
 *
 *     if (client.eu) return "eu";
 *     __dnsteer_ran[3]++;if (client.eu) {__dnsteer_ran[4]++;return "eu";}
 *
 * It does what it did before. Nothing is put between lines, so stacks lead where they led.
 */
import path from 'node:path';
import { MOST_PIECES } from '../rpc/test-talk.ts';
import type { Insertion } from './narrow-reads.ts';
import { type ScriptPiece, scriptPieces } from './script-pieces.ts';
import type { ScriptMap } from './source-map.ts';

/** Code of an author that runs as a whole or not at all. */
export interface CountedPiece {
  /** As shown to operators. */
  readonly file: string;
  /** Where it begins. Absent for a function whose statements are pieces of their own. */
  readonly at?: Place;
  /** Set if it runs when a function is called: the name that its author gives it, if any, and where it is. */
  readonly called?: Place & { readonly name: string | undefined };
}

/** 1-based. */
interface Place {
  readonly line: number;
  readonly column: number;
}

export interface CountedScript {
  readonly insertions: readonly Insertion[];
  /** By their number. */
  readonly pieces: readonly CountedPiece[];
}

/** The global with the counts, by the number of the piece. */
export const RAN = '__dnsteer_ran';

/** What counts the pieces of a script; none where they cannot be told for sure, or are too many. `map` leads to its author's files. */
export function countedScript(script: string, map: ScriptMap): CountedScript {
  const lines = new Lines(script);
  const found = (scriptPieces(script) ?? []).flatMap((piece) => {
    const counted = countedPiece(piece, (offset) => {
      const { line, column } = lines.positionOf(offset);
      return map.authorPlace(line, column);
    });
    return counted === undefined ? [] : [{ piece, counted }];
  });
  const all = found.length > MOST_PIECES ? [] : found;
  const declared = { at: 0, text: `const ${RAN} = new Uint32Array(${all.length});` };
  const around = all.map(({ piece }, number) => insertionsFor(piece, `${RAN}[${number}]++`));
  const before = around.map(([first]) => first);
  const behind = around.flatMap(([, last]) => last ?? []);
  // What begins inside of a piece that ends stands behind its end; of two that begin, the outer one is the first.
  const insertions = [...behind, ...before].toSorted((a, b) => a.at - b.at);
  return { insertions: [declared, ...insertions], pieces: all.map(({ counted }) => counted) };
}

/** The script without the counts, as far as its texts and numbers go. */
export function withoutCounts(script: string): string {
  return script.replace(DECLARED, '').replaceAll(COUNT, '');
}

const DECLARED = new RegExp(`const ${RAN} = new Uint32Array\\(\\d+\\);`);
const COUNT = new RegExp(`${RAN}\\[\\d+\\]\\+\\+[;,]`, 'g');

/** Two lists of insertions as one; where both put something, that of `outer` stands first. */
export function merged(outer: readonly Insertion[], inner: readonly Insertion[]): readonly Insertion[] {
  return [...outer, ...inner].toSorted((a, b) => a.at - b.at);
}

type Find = (offset: number) => (Place & { readonly file: string }) | undefined;

function countedPiece({ at, called }: ScriptPiece, find: Find): CountedPiece | undefined {
  const begun = at === undefined ? undefined : find(at);
  const declared = called === undefined ? undefined : find(called.at);
  // Functions that esbuild makes itself are at the beginning of a file for it.
  if (declared?.line === 1 && declared.column === 1) return undefined;
  const file = begun?.file ?? declared?.file;
  // Data is no code.
  if (file === undefined || path.extname(file) === '.json') return undefined;
  return {
    file,
    ...(begun && { at: { line: begun.line, column: begun.column } }),
    ...(declared && { called: { line: declared.line, column: declared.column, name: called?.name } }),
  };
}

function insertionsFor({ form, from, to }: ScriptPiece, count: string): [Insertion, Insertion?] {
  switch (form) {
    case 'statement':
      return [{ at: from, text: `${count};` }];
    case 'block':
      return [
        { at: from, text: `{${count};` },
        { at: to, text: '}' },
      ];
    case 'expression':
      return [
        { at: from, text: `(${count},` },
        { at: to, text: ')' },
      ];
    default:
      return form satisfies never;
  }
}

/** Where the lines of a script begin. */
class Lines {
  readonly #starts: number[] = [0];

  constructor(script: string) {
    for (let at = script.indexOf('\n'); at >= 0; at = script.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** 1-based. */
  positionOf(offset: number): Place {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
