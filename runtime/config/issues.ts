/** Turns issues of zod into diagnostics that an operator can act on. */
import type { z } from 'zod';
import type { Diagnostic } from '../base/diagnostic.ts';
import { suggest } from '../base/suggest.ts';
import type { SettingPlace } from './file.ts';
import { isSecret, knownKeys } from './settings.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Finds the place of a problem, and the origin of the setting there. */
export interface Locator {
  readonly placeOf: (path: Path) => SettingPlace;
  readonly placeOfKey: (path: Path) => SettingPlace;
  /** The variable or flag that set the value at a path; `undefined` if the file did. */
  readonly overriddenBy: (path: Path) => string | undefined;
}

/** Diagnoses each issue once, in the order of the file. */
export function diagnosticsOf(issues: readonly Issue[], locator: Locator): Diagnostic[] {
  const all = issues.flatMap((issue) => explain(issue, [], locator));
  const once = new Map(all.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...once.values()].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

function explain(issue: Issue, outer: Path, locator: Locator): Diagnostic[] {
  const path = [...outer, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], locator));
  if (issue.code === 'invalid_key') return [wrongKey(issue, path, locator)];
  if (issue.code === 'invalid_union') {
    // The member of the union that failed beyond its type is the one the operator meant.
    const [meant, ...others] = issue.errors.filter((errors) => !errors.some(isWrongType));
    if (meant !== undefined && others.length === 0) {
      return meant.flatMap((inner) => explain(inner, path, locator));
    }
  }
  return [wrongValue(issue, path, locator)];
}

function isWrongType(issue: Issue): boolean {
  return (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.path.length === 0;
}

function unknownKey(path: Path, locator: Locator): Diagnostic {
  const known = knownKeys(path.slice(0, -1));
  const meant = suggest(String(path.at(-1)), known);
  const remedy = meant === undefined ? `Known here: ${known.join(', ')}` : `Did you mean "${meant}"?`;
  const place = locator.placeOfKey(path);
  // A mistyped name of a secret has a secret behind it, too.
  const shown = isSecret([...path.slice(0, -1), meant ?? '']) ? withoutSource(place) : place;
  return { ...error(`Unknown setting ${named(path)}`, shown), remedy };
}

function wrongKey(issue: z.core.$ZodIssueInvalidKey, path: Path, locator: Locator): Diagnostic {
  const complaint = issue.issues[0]?.message ?? issue.message;
  const key = `Key "${String(path.at(-1))}" of ${named(path.slice(0, -1))}`;
  return error(`${key} ${complaint}`, locator.placeOfKey(path));
}

function wrongValue(issue: Issue, path: Path, locator: Locator): Diagnostic {
  const origin = locator.overriddenBy(path);
  const secret = isSecret(path);
  const remedy = remedyOf(issue);
  const found = secret || remedy !== undefined ? '' : butIs(issue.input);
  const complaint = issue.input === undefined ? 'is missing' : `${issue.message}${found}`;
  const told = remedy === undefined ? {} : { remedy };
  if (origin !== undefined) return { ...error(`${origin} ${complaint}`, {}), ...told };
  const subject = path.length === 0 ? 'The configuration' : `Setting ${named(path)}`;
  const place = locator.placeOf(path);
  return { ...error(`${subject} ${complaint}`, secret ? withoutSource(place) : place), ...told };
}

/** Where it is another setting that is wrong, the issue says what to do: what this one is, is of no interest. */
function remedyOf(issue: Issue): string | undefined {
  const remedy: unknown = issue.code === 'custom' ? issue.params?.remedy : undefined;
  return typeof remedy === 'string' ? remedy : undefined;
}

function withoutSource({ source: _source, ...place }: SettingPlace): SettingPlace {
  return place;
}

/** The path of a setting in quotes: `"zone.nameServers[0].name"`. */
function named(path: Path): string {
  const parts = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return `"${parts.join('').replace(/^\./, '')}"`;
}

function butIs(input: unknown): string {
  if (input === null) return ', and is empty';
  if (Array.isArray(input)) return input.length === 0 ? ', and is empty' : ', not a list';
  return typeof input === 'object' ? ', not a mapping' : `, not ${JSON.stringify(input)}`;
}

function error(message: string, place: SettingPlace): Diagnostic {
  return { code: 'CONFIG', severity: 'error', message, ...place };
}
