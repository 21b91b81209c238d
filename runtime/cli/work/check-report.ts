/** The report of `dnsteer check`: the zones it looked at, and their problems in order. */
import path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { isTestFile } from '../../build/import-rules.ts';
import { shownPath } from '../../build/shown-path.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import type { ZoneFiles } from '../../registry/discover.ts';
import type { FolderContent } from '../../registry/folder/content.ts';
import type { PrepareContext } from '../../registry/prepare.ts';
import { type FoundZones, findZones } from '../../registry/teams/discover-allowed.ts';
import { acceptedOf, type VersionDraft } from '../../registry/zone-version.ts';
import {
  type ExaminedZone,
  examineZones,
  impuritiesOf,
  isSuspicionOf,
  problemsOf,
  tooManyProbes,
  unpermittedEchoes,
} from './examine-zones.ts';
import { type ExploredCases, exploreCases } from './explore-cases.ts';
import { withSandbox } from './offline-sandbox.ts';
import { checkTypes, type TypeCheck } from './type-check.ts';
import { joinWarnings, unknownCodes } from './unknown-codes.ts';
import { isToldAlready, type OwnPlaces } from './unreachable-branches.ts';

/** The outcome of a check. */
export interface CheckReport {
  readonly zones: readonly CheckedZone[];
  readonly types: TypeCheck;
  /** What of the policies' cases was looked at; absent where none was to be. */
  readonly explored?: Omit<ExploredCases, 'diagnostics'>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What to look for beside what a server looks for. */
export interface CheckDepth {
  readonly types: boolean;
  /** Runs of each policy for the cases that no sample client is in; 0 for none. */
  readonly cases: number;
}

type CheckContext = PrepareContext & { readonly places: OwnPlaces };

export interface CheckedZone {
  readonly zone: string;
  readonly files: readonly string[];
  readonly hosts: number;
  readonly pools: number;
}

/** Checks files, or the whole policies folder if none is named. Fails if a name is no file of a zone. */
export async function checkReport(
  files: readonly string[],
  config: Config,
  depth: CheckDepth,
): Promise<Result<CheckReport>> {
  const [root, settings] = [config.policies, registrySettings(config)];
  const wanted = relativeTo(root, files);
  if (!wanted.ok) return wanted;
  const found = findZones(root, settings);
  if (!found.ok) return found;
  return await withSandbox(config, (sandbox) =>
    inspect(found.value, wanted.value, { root, settings, sandbox, places: config.geo.overrides }, depth),
  );
}

/** Paths of files relative to the policies folder. */
function relativeTo(root: string, files: readonly string[]): Result<readonly string[]> {
  // A test is looked at with what it tests.
  const tested = (file: string): string => (isTestFile(file) ? file.replace(/\.test(?=\.[jt]s$)/, '') : file);
  const relative = files.map((file) => path.relative(root, path.resolve(tested(file))));
  const outside = relative.findIndex((file) => file.startsWith('..') || path.isAbsolute(file));
  if (outside === -1) return ok(relative);
  const shown = shownPath(root, '.');
  return fail(
    `${files[outside]} is not inside the policies folder (${shown}); name its folder with --policies`,
  );
}

async function inspect(
  { zones, refused, stray, content }: FoundZones,
  wanted: readonly string[],
  context: CheckContext,
  depth: CheckDepth,
): Promise<Result<CheckReport>> {
  const examined = await examineZones([...zones.values()], content, wanted, context);
  const refusals = refused.filter(({ file }) => wanted.length === 0 || wanted.includes(file));
  const included = new Set(examined.flatMap(({ draft }) => [...draft.inputs]));
  const known = new Set([...refusals.map(({ file }) => file), ...stray.map(({ file }) => file), ...included]);
  const hints = stray.filter(
    ({ file }) => !included.has(file) && (wanted.length === 0 || wanted.includes(file)),
  );
  const unknown = wanted.find((file) => !known.has(file));
  if (unknown !== undefined) {
    return fail(`${shownPath(context.root, unknown)} is no policy or zone file, and none of them imports it`);
  }
  // The TypeScript compiler is another process, so both run at the same time.
  const [types, [impurities, explored]] = await Promise.all([
    typesOf(context.root, examined, testsAmong(content, wanted.length === 0), depth.types),
    runsOf(examined, context, depth.cases),
  ]);
  const ofZones = examined.map(({ draft }) => problemsOf(draft, context));
  // What is wrong with a manifest is so for each zone of its folder.
  const ofAll = new Set((await Promise.all(ofZones)).flat());
  const problems = [
    ...ofAll,
    ...tooManyProbes(examined, context),
    ...(await unpermittedEchoes(examined, context)),
  ];
  const typed = types.kind === 'checked' ? types.diagnostics.filter((type) => !isToldAt(type, problems)) : [];
  const codes = examined.flatMap(({ draft: { policy } }) => (policy ? unknownCodes(policy) : []));
  const [warnings, errors] = joinWarnings(codes, typed);
  const cased =
    explored?.diagnostics.filter((found) => !isToldAlready(found, [...warnings, ...errors])) ?? [];
  const diagnostics = [
    ...refusals.map(({ diagnostic }) => diagnostic),
    ...hints.map(({ hint }) => hint),
    ...problems.filter((problem) => !impurities.some((impurity) => isSuspicionOf(problem, impurity))),
    ...impurities,
    ...cased,
    ...warnings,
    ...errors,
  ];
  const checked = examined.map(({ files, draft }) => checkedZone(files, draft, context.root));
  const { cases, gaps } = explored ?? {};
  return ok({
    zones: checked,
    types,
    ...(cases !== undefined && gaps !== undefined && { explored: { cases, gaps } }),
    diagnostics: inOrder(diagnostics),
  });
}

/** Milliseconds for the cases of all policies. */
const CASES_MS = 5000;

/** What policies do when they run, one thing after the other. */
async function runsOf(
  examined: readonly ExaminedZone[],
  context: CheckContext,
  cases: number,
): Promise<[Diagnostic[], ExploredCases | undefined]> {
  const impurities = await impuritiesOf(examined, context);
  if (cases === 0) return [impurities, undefined];
  return [impurities, await exploreCases(examined, context, { runs: cases, patienceMs: CASES_MS })];
}

/**
 * Errors of TypeScript that say of a value that it does not fit where it stands, of a key that it is unknown or lacks,
 * of a name that nothing has it, and of a call that it has too many or too few arguments.
 */
const MISFIT = /\(TS(?:2322|2345|2769|2353|2561|2741|2304|2552|2554|2555)\)$/;

/** Whether dnsteer itself says what is wrong on that line: TypeScript says it again, and at greater length. */
function isToldAt({ file, line, message }: Diagnostic, problems: readonly Diagnostic[]): boolean {
  const isSame = (other: Diagnostic): boolean =>
    other.severity === 'error' &&
    other.line === line &&
    path.resolve(other.file ?? '') === path.resolve(file ?? '');
  return MISFIT.test(message) && line !== undefined && problems.some(isSame);
}

/** Checks the types of policies that compile: with a syntax error TypeScript looks at no types at all. */
async function typesOf(
  root: string,
  zones: readonly ExaminedZone[],
  { files: testFiles, areAll }: TestFiles,
  wanted: boolean,
): Promise<TypeCheck> {
  if (!wanted) return { kind: 'skipped', why: '--no-types' };
  const compiled = zones.flatMap(({ files, draft }) =>
    draft.policy === undefined || files.policy === undefined ? [] : [files.policy],
  );
  const typed = compiled.filter((file) => file.endsWith('.ts'));
  if (zones.every(({ files }) => files.policy === undefined)) {
    return { kind: 'skipped', why: 'there is no policy', isNothingAmiss: true };
  }
  if (typed.length === 0) return { kind: 'skipped', why: 'there is no TypeScript file that compiles' };
  const tests = testFiles.filter((file) => areAll || typed.some((policy) => file === testOf(policy)));
  return await checkTypes(
    root,
    [...typed, ...tests].map((file) => path.join(root, file)),
  );
}

/** Tests in TypeScript, and whether all of them are to be looked at, or those beside policies that are. */
interface TestFiles {
  readonly files: readonly string[];
  readonly areAll: boolean;
}

function testsAmong(content: FolderContent, areAll: boolean): TestFiles {
  return { files: [...content.keys()].filter((file) => isTestFile(file) && file.endsWith('.ts')), areAll };
}

function testOf(policy: string): string {
  return policy.replace(/\.ts$/, '.test.ts');
}

function checkedZone({ zone, policy, records }: ZoneFiles, draft: VersionDraft, root: string): CheckedZone {
  const manifest = acceptedOf(draft.policy)?.manifest;
  const files = [policy, records].filter((file) => file !== undefined);
  return {
    zone,
    files: files.map((file) => shownPath(root, file)),
    hosts: manifest?.hosts.length ?? 0,
    pools: manifest?.pools.size ?? 0,
  };
}

/** Problems by file and line; a problem of a file that two zones share appears once. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const once = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...once.values()].sort(
    (a, b) =>
      compare(a.file ?? '', b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
