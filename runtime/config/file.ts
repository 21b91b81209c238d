/**
 * Reads dnsteer.yaml as data, and remembers where in the text each part stands, so that a problem found
 * later can be shown at its line and column.
 */
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { Alias, Document, ErrorCode, Node, Pair } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** A place in the file, as diagnostics hold it. */
export type SettingPlace = Pick<Diagnostic, 'file' | 'line' | 'column' | 'source'>;

export interface ConfigFile {
  readonly data: unknown;
  /** Where the value at a path stands; for a missing value, the place of the nearest value around it. */
  readonly placeOf: (path: readonly PropertyKey[]) => SettingPlace;
  /** Where the key at a path stands. */
  readonly placeOfKey: (path: readonly PropertyKey[]) => SettingPlace;
}

let loaded: typeof Yaml | undefined;

/** The parser, loaded with the first file: it is seventy modules, and many servers run on variables alone. */
function yaml(): typeof Yaml {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof Yaml;
  return loaded;
}

/** Parses YAML 1.2. `file` is for messages. */
export function parseConfigFile(text: string, file: string): Result<ConfigFile, Diagnostic[]> {
  const { isAlias, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const sources = text.split(/\r?\n/);
  const placeAt = (offset: number): SettingPlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, source: withoutSecret(sources[line - 1] ?? '') };
  };
  if (document.errors.length > 0) {
    return fail(
      document.errors.map(({ code, message, pos }) => problem(SAID[code] ?? message, placeAt(pos[0]))),
    );
  }
  const loose = looseAliases(document);
  if (loose.length > 0) {
    return fail(
      loose.map(({ source, range }) =>
        problem(`No anchor "&${source}" stands before "*${source}"`, placeAt(range?.[0] ?? 0)),
      ),
    );
  }
  const offsetOf = (path: readonly PropertyKey[], want: 'key' | 'value'): number =>
    find(document.contents, path, want, (node) => (isAlias(node) ? node.resolve(document) : node));
  return ok({
    data: document.toJS() ?? {},
    placeOf: (path) => placeAt(offsetOf(path, 'value')),
    placeOfKey: (path) => placeAt(offsetOf(path, 'key')),
  });
}

/** Hides the rest of a line that may hold a token or a key: messages end up in logs and tickets. */
function withoutSecret(line: string): string {
  return line.replace(/\b((?:token|secret)["']?\s*:).*/i, '$1 (hidden)');
}

/** Messages for parser errors whose own words are for programmers. */
const SAID: Partial<Readonly<Record<ErrorCode, string>>> = {
  MULTIPLE_DOCS: 'A second document begins here; the settings are one',
};

/** Aliases without an anchor. The parser finds them only later, and without their place. */
function looseAliases(document: Document): Alias[] {
  const loose: Alias[] = [];
  yaml().visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) === undefined) loose.push(alias);
    },
  });
  return loose;
}

function problem(message: string, place: SettingPlace): Diagnostic {
  return { code: 'CONFIG', severity: 'error', message, ...place };
}

/** Walks down to a path; returns an offset into the text. */
function find(
  root: Node | null,
  path: readonly PropertyKey[],
  want: 'key' | 'value',
  follow: (node: unknown) => unknown,
): number {
  const { isMap, isScalar, isSeq } = yaml();
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, key] of path.entries()) {
    const into = follow(node);
    const pair = isMap(into) ? into.items.find((item) => keyText(item) === String(key)) : undefined;
    node = isSeq(into) ? into.items[Number(key)] : pair?.value;
    const last = depth === path.length - 1;
    // A mapping or list begins on a line of its own: operators look for its key.
    const start = pair !== undefined && (!isScalar(node) || (last && want === 'key')) ? pair.key : node;
    const found = startOf(start);
    if (found === undefined) break;
    offset = found;
  }
  return offset;
}

function keyText(pair: Pair): string {
  return yaml().isScalar(pair.key) ? String(pair.key.value) : '';
}

function startOf(node: unknown): number | undefined {
  const { isAlias, isMap, isScalar, isSeq } = yaml();
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
