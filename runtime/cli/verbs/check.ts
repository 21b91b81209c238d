/**
 * `dnsteer check [file…]`: everything the server would refuse, and what it has no time to look for:
 * type errors, and policies that contradict themselves. It goes the way a file goes in the server:
 * the same compiler, the same sandbox, the same checks.
 */
import path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { preludeBundle } from '../../build/prelude-bundle.ts';
import { shownPath } from '../../build/shown-path.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { complete } from '../../registry/complete.ts';
import { type Discovery, discover, type ZoneFiles } from '../../registry/discover.ts';
import type { FolderContent } from '../../registry/folder/content.ts';
import { FolderScanner, unreadableFolder } from '../../registry/folder/scan.ts';
import { type PrepareContext, prepareFromFiles } from '../../registry/prepare.ts';
import { ProbeBudget } from '../../registry/probe-budget.ts';
import { NO_SERIAL } from '../../registry/zone-serial.ts';
import { acceptedOf, type VersionDraft } from '../../registry/zone-version.ts';
import { Sandbox } from '../../runner/sandbox.ts';
import { findImpurities } from '../../trial/purity.ts';
import { configOrTell } from '../config-or-tell.ts';
import type { CliHost, ConfigAsk } from '../host.ts';
import type { CheckOptions } from '../program.ts';
import { paint, print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';
import { checkTypes, type TypeCheck } from '../type-check.ts';

/** What came of a check. */
interface Report {
  readonly zones: readonly CheckedZone[];
  readonly types: TypeCheck;
  readonly diagnostics: readonly Diagnostic[];
}

interface CheckedZone {
  readonly zone: string;
  readonly files: readonly string[];
  readonly hosts: number;
  readonly pools: number;
}

export async function check(
  host: Pick<CliHost, 'loadConfig'>,
  files: readonly string[],
  options: CheckOptions,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const report = await reportOn(files, config, options.types);
  if (!report.ok) {
    printError(report.problem);
    return 1;
  }
  tell(report.value, options.json === true);
  return errorsIn(report.value.diagnostics) === 0 ? 0 : 1;
}

async function reportOn(
  files: readonly string[],
  config: Config,
  withTypes: boolean,
): Promise<Result<Report>> {
  const root = config.policies;
  const wanted = relativeTo(root, files);
  if (!wanted.ok) return wanted;
  const found = findZones(root);
  if (!found.ok) return found;
  const { script: prelude } = await preludeBundle();
  const sandbox = new Sandbox({ spare: false, isPatient: true, settings: config.sandbox, prelude });
  try {
    await sandbox.start();
    const context = { root, settings: registrySettings(config), sandbox };
    return await inspect(found.value, wanted.value, context, withTypes);
  } finally {
    await sandbox.stop();
  }
}

/** Files as the policies folder knows them. */
function relativeTo(root: string, files: readonly string[]): Result<readonly string[]> {
  const relative = files.map((file) => path.relative(root, path.resolve(file)));
  const outside = relative.findIndex((file) => file.startsWith('..') || path.isAbsolute(file));
  if (outside === -1) return ok(relative);
  const shown = shownPath(root, '.');
  return fail(
    `${files[outside]} is not inside the policies folder (${shown}); name its folder with --policies`,
  );
}

/** The zones of the policies folder, and what it holds. */
interface Found extends Discovery {
  readonly content: FolderContent;
}

function findZones(root: string): Result<Found> {
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) return fail(unreadableFolder(root, scan.problem));
  const discovery = discover(scan.files.keys(), new Map(), (file) => shownPath(root, file));
  return ok({ ...discovery, content: scan.files });
}

/** A zone's files and what they come to. */
interface Examined {
  readonly files: ZoneFiles;
  readonly draft: VersionDraft;
}

async function inspect(
  { zones, refused, content }: Found,
  wanted: readonly string[],
  context: PrepareContext,
  withTypes: boolean,
): Promise<Result<Report>> {
  const examined = await examine([...zones.values()], content, wanted, context);
  const refusals = refused.filter(({ file }) => wanted.length === 0 || wanted.includes(file));
  const known = new Set([
    ...refusals.map(({ file }) => file),
    ...examined.flatMap(({ draft }) => [...draft.inputs]),
  ]);
  const unknown = wanted.find((file) => !known.has(file));
  if (unknown !== undefined) {
    return fail(`${shownPath(context.root, unknown)} is no policy or zone file, and none of them imports it`);
  }
  // The compiler of types is a process of its own.
  const [types, impurities] = await Promise.all([
    typesOf(context.root, examined, withTypes),
    impuritiesOf(examined, context),
  ]);
  const ofZones = examined.map(({ draft }) => problemsOf(draft, context));
  const problems = [...(await Promise.all(ofZones)).flat(), ...tooManyProbes(examined, context)];
  const diagnostics = [
    ...refusals.map(({ diagnostic }) => diagnostic),
    ...problems.filter((problem) => !impurities.some((impurity) => isSuspicionOf(problem, impurity))),
    ...impurities,
    ...(types.kind === 'checked' ? types.diagnostics : []),
  ];
  const checked = examined.map(({ files, draft }) => checkedZone(files, draft, context.root));
  return ok({ zones: checked, types, diagnostics: inOrder(diagnostics) });
}

/** All zones, or those the wanted files have a part in. */
async function examine(
  zones: readonly ZoneFiles[],
  content: FolderContent,
  wanted: readonly string[],
  context: PrepareContext,
): Promise<Examined[]> {
  const examineAll = (some: readonly ZoneFiles[]): Promise<Examined[]> =>
    Promise.all(
      some.map(async (files) => ({ files, draft: await prepareFromFiles(files, content, context) })),
    );
  if (wanted.length === 0) return await examineAll(zones);
  const isOf = ({ policy, records }: ZoneFiles, file: string): boolean => file === policy || file === records;
  const areAllZoneFiles = wanted.every((file) => zones.some((files) => isOf(files, file)));
  if (areAllZoneFiles)
    return await examineAll(zones.filter((files) => wanted.some((file) => isOf(files, file))));
  // Who imports a shared file is known only once all have been compiled.
  return (await examineAll(zones)).filter(({ draft }) => wanted.some((file) => draft.inputs.has(file)));
}

/** A zone is put together only from parts that are sound; else it would be blamed for what is missing. */
async function problemsOf(draft: VersionDraft, { settings }: PrepareContext): Promise<readonly Diagnostic[]> {
  if (errorsIn(draft.problems) > 0) return draft.problems;
  return (await complete(draft, NO_SERIAL, settings)).problems;
}

/** What all that was looked at would have the server probe together; of one file alone it is no more than a part. */
function tooManyProbes(zones: readonly Examined[], { root, settings }: PrepareContext): Diagnostic[] {
  const budget = new ProbeBudget(settings.policy.probesPerSecond);
  return zones.flatMap(({ files, draft }) => {
    const targets = acceptedOf(draft.policy)?.manifest.targets ?? [];
    const problem = budget.problemOf(files.zone, targets, shownPath(root, files.policy ?? ''));
    if (problem === undefined) budget.declare(files.zone, targets);
    return problem ?? [];
  });
}

/** One policy at a time: whatever is asked in between could cost it the context it is watched in. */
async function impuritiesOf(
  zones: readonly Examined[],
  { settings, sandbox }: PrepareContext,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { files, draft } of zones) {
    const { policy } = draft;
    if (policy?.trial.kind !== 'passed') continue;
    const ask = { ...policy, zone: files.zone, accepted: policy.trial.accepted, settings: settings.policy };
    found.push(...(await findImpurities(ask, sandbox)));
  }
  return found;
}

/** What the trial suspects of a host is told once, by what has been found of it. */
function isSuspicionOf({ code, severity, ...problem }: Diagnostic, impurity: Diagnostic): boolean {
  if (code !== 'POLICY_IMPURE' || severity !== 'warning') return false;
  return (['file', 'line', 'column'] as const).every((part) => problem[part] === impurity[part]);
}

/** Of policies that compile: the compiler looks at no types at all where there is an error of syntax. */
async function typesOf(root: string, zones: readonly Examined[], wanted: boolean): Promise<TypeCheck> {
  if (!wanted) return { kind: 'skipped', why: '--no-types' };
  const compiled = zones.flatMap(({ files, draft }) =>
    draft.policy === undefined ? [] : [files.policy ?? ''],
  );
  const typed = compiled.filter((file) => file.endsWith('.ts'));
  if (zones.length === 0) return { kind: 'skipped', why: 'there is no policy' };
  if (typed.length === 0) return { kind: 'skipped', why: 'there is no TypeScript file that compiles' };
  return await checkTypes(
    root,
    typed.map((file) => path.join(root, file)),
  );
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

/** By file and line; what two zones share is told once. */
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

function errorsIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

function tell({ zones, types, diagnostics }: Report, json: boolean): void {
  const errors = errorsIn(diagnostics);
  if (json) {
    const typed =
      types.kind === 'checked'
        ? { checked: true, version: types.version }
        : { checked: false, why: types.why };
    printJson({ ok: errors === 0, zones, types: typed, diagnostics });
    return;
  }
  printDiagnostics(diagnostics);
  if (types.kind === 'skipped') printNotice(`Types are not checked: ${types.why}`);
  const warnings = diagnostics.length - errors;
  const problems = [count(errors, 'error'), count(warnings, 'warning')].filter(
    (text) => !text.startsWith('0'),
  );
  const subject = `${count(zones.length, 'zone')} checked`;
  if (problems.length === 0) print(`${paint('good', subject)}: no problems`);
  else print(`${paint(errors > 0 ? 'bad' : 'odd', subject)}: ${problems.join(', ')}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
