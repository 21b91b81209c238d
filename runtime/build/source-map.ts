/**
 * From a position in a compiled script back to the author's file. A script's source map names the
 * files of the policies folder by the path the operator typed; all other code is dnsteer's own.
 */

import { SourceMap } from 'node:module';
import { withoutPasswords } from '../base/printable.ts';

/** A place in a file of the author. */
export interface MappedPosition {
  /** The path as the operator typed it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The text of the line. */
  readonly text?: string;
}

/** Prefix of the sources of dnsteer's own code, which is never shown. */
const OURS = 'dnsteer:';

/**
 * Names each source as shown to operators, and drops the text of dnsteer's own code, as every zone keeps
 * its map.
 * `linesBefore`: how many lines of the script stand before the part that the map covers. `moved`: mappings for what
 * was made of that part since.
 */
export function nameSources(
  sourceMap: string,
  shown: (source: string) => string | undefined,
  linesBefore: number,
  moved: (mappings: string) => string,
): string {
  const map = JSON.parse(sourceMap) as RawSourceMap;
  const names = map.sources.map((source) => shown(source) ?? OURS + source);
  const sourcesContent = map.sourcesContent.map((text, index) =>
    names[index]?.startsWith(OURS) ? null : text,
  );
  // ECMA-426 §9.2: a semicolon ends the mappings of a line.
  const mappings = ';'.repeat(linesBefore) + moved(map.mappings);
  return JSON.stringify({ ...map, sources: names, sourcesContent, mappings });
}

/** The position of the first frame of a V8 stack that is code of the author. */
export function mapStack(stack: string, sourceMap: string): MappedPosition | undefined {
  const map = new ScriptMap(sourceMap);
  for (const { line, column } of framesOf(stack)) {
    const position = map.authorPosition(line, column);
    if (position !== undefined) return position;
  }
  return undefined;
}

/** The parsed source map of a compiled script. */
export class ScriptMap {
  readonly #raw: RawSourceMap;
  readonly #map: SourceMap;

  constructor(sourceMap: string) {
    const raw = JSON.parse(sourceMap) as RawSourceMap;
    this.#raw = raw;
    this.#map = new SourceMap({
      ...raw,
      sources: [...raw.sources],
      sourcesContent: [],
      file: '',
      names: [],
      sourceRoot: '',
    });
  }

  /** The author's position of a position in the script; `undefined` in dnsteer's own code. 1-based. */
  authorPosition(line: number, column: number): MappedPosition | undefined {
    const position = this.authorPlace(line, column);
    if (position === undefined) return undefined;
    const { sources, sourcesContent } = this.#raw;
    const text = sourcesContent[sources.indexOf(position.file)]?.split('\n')[position.line - 1];
    return text === undefined ? position : { ...position, text: withoutPasswords(text.replace(/\r$/, '')) };
  }

  /** The position of what stands at an offset of the script. */
  authorPositionAt(script: string, offset: number): MappedPosition | undefined {
    const lines = script.slice(0, offset).split('\n');
    return this.authorPosition(lines.length, (lines.at(-1)?.length ?? 0) + 1);
  }

  /** As {@link authorPosition}, without the text of the line: for many positions. */
  authorPlace(line: number, column: number): Omit<MappedPosition, 'text'> | undefined {
    const entry = this.#map.findEntry(line - 1, column - 1);
    // The nearest entry before a position may stand on an earlier line: then nothing maps it.
    if (!('originalSource' in entry) || entry.generatedLine !== line - 1) return undefined;
    const file = entry.originalSource;
    if (file.startsWith(OURS)) return undefined;
    return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }
}

interface RawSourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
  readonly mappings: string;
}

/** Frames `at name (file:3:7)` or `at file:3:7`, without those of Node, the sandbox and the prelude. */
function* framesOf(stack: string): Generator<{ line: number; column: number }> {
  for (const row of stack.split('\n')) {
    const [, where = '', line, column] = /^\s+at (?:.*\()?(.*?):(\d+):(\d+)\)?$/.exec(row) ?? [];
    if (line === undefined || /^(node:|file:|dnsteer:|\/)/.test(where)) continue;
    yield { line: Number(line), column: Number(column) };
  }
}
