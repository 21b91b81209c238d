/**
 * From a position in a compiled script back to the author's file. In a script's source map the
 * files of the policies folder go by the path the operator typed; all other code is ours.
 */
import { SourceMap } from 'node:module';

/** A place in a file of the author. */
export interface MappedPosition {
  /** As the operator typed it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The line itself. */
  readonly text?: string;
}

/** Names the sources of code that is not the author's, and is never shown. */
const OURS = 'dnsteer:';

/**
 * Names each source as the operator knows it, and leaves out the text of ours: every zone keeps its map.
 * `linesBefore`: how many lines of the script stand before the part that the map is for.
 */
export function nameSources(
  sourceMap: string,
  shown: (source: string) => string | undefined,
  linesBefore: number,
): string {
  const map = JSON.parse(sourceMap) as RawSourceMap;
  const names = map.sources.map((source) => shown(source) ?? OURS + source);
  const sourcesContent = map.sourcesContent.map((text, index) =>
    names[index]?.startsWith(OURS) ? null : text,
  );
  // ECMA-426 §9.2: a semicolon ends the mappings of a line.
  const mappings = ';'.repeat(linesBefore) + map.mappings;
  return JSON.stringify({ ...map, sources: names, sourcesContent, mappings });
}

/** The first frame of a V8 stack that is code of the author. */
export function mapStack(stack: string, sourceMap: string): MappedPosition | undefined {
  const map = new ScriptMap(sourceMap);
  for (const { line, column } of framesOf(stack)) {
    const position = map.authorPosition(line, column);
    if (position !== undefined) return position;
  }
  return undefined;
}

/** The source map of a compiled script, ready to be asked. */
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

  /** Where the author wrote what stands here in the script; nothing where that is code of ours. Both 1-based. */
  authorPosition(line: number, column: number): MappedPosition | undefined {
    const entry = this.#map.findEntry(line - 1, column - 1);
    // The nearest entry before a position may stand on an earlier line: then nothing maps it.
    if (!('originalSource' in entry) || entry.generatedLine !== line - 1) return undefined;
    const file = entry.originalSource;
    if (file.startsWith(OURS)) return undefined;
    const { sources, sourcesContent } = this.#raw;
    const text = sourcesContent[sources.indexOf(file)]?.split('\n')[entry.originalLine];
    const position = { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    return text === undefined ? position : { ...position, text: text.replace(/\r$/, '') };
  }
}

interface RawSourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
  readonly mappings: string;
}

/** `at name (file:3:7)` or `at file:3:7`; frames of Node, of the sandbox and of the prelude name a file by path or URL. */
function* framesOf(stack: string): Generator<{ line: number; column: number }> {
  for (const row of stack.split('\n')) {
    const [, where = '', line, column] = /^\s+at (?:.*\()?(.*?):(\d+):(\d+)\)?$/.exec(row) ?? [];
    if (line === undefined || /^(node:|file:|dnsteer:|\/)/.test(where)) continue;
    yield { line: Number(line), column: Number(column) };
  }
}
