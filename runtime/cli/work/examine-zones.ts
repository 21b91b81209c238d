/** What is wrong with single zones, and with all of them together. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { shownPath } from '../../build/shown-path.ts';
import type { ZoneFiles } from '../../registry/discover.ts';
import { ProbeBudget } from '../../registry/probe-budget.ts';
import { assembleZone, gatherParts } from '../../registry/zone-attempt.ts';
import { type AttemptContext, acceptedOf, type ZoneParts } from '../../registry/zone-parts.ts';
import { findImpurities } from '../../trial/purity.ts';

/** A zone's files and what they came to. */
export interface ExaminedZone {
  readonly files: ZoneFiles;
  readonly parts: ZoneParts;
}

/** All zones, or only the zones that the wanted files have a part in. */
export async function examineZones(
  zones: readonly ZoneFiles[],
  wanted: readonly string[],
  context: AttemptContext,
): Promise<ExaminedZone[]> {
  const examineAll = (some: readonly ZoneFiles[]): Promise<ExaminedZone[]> =>
    Promise.all(some.map(async (files) => ({ files, parts: await gatherParts(files, context, []) })));
  if (wanted.length === 0) return await examineAll(zones);
  const isOf = ({ policy, records }: ZoneFiles, file: string): boolean => file === policy || file === records;
  const areAllZoneFiles = wanted.every((file) => zones.some((files) => isOf(files, file)));
  if (areAllZoneFiles)
    return await examineAll(zones.filter((files) => wanted.some((file) => isOf(files, file))));
  // Which policies import a shared file is known only once all have been compiled.
  return (await examineAll(zones)).filter(({ parts }) => wanted.some((file) => parts.inputs.has(file)));
}

/** A zone is put together only from parts that are sound; else it would be blamed for what is missing. */
export async function problemsOf(
  zone: string,
  parts: ZoneParts,
  { settings }: AttemptContext,
): Promise<readonly Diagnostic[]> {
  if (parts.diagnostics.some(({ severity }) => severity === 'error')) return parts.diagnostics;
  const assembled = await assembleZone(zone, parts, 1, settings);
  return [...parts.diagnostics, ...assembled.diagnostics];
}

/** Whether the zones together would have the server probe too much; with some of the files it is a part of the sum. */
export function tooManyProbes(
  zones: readonly ExaminedZone[],
  { root, settings }: AttemptContext,
): Diagnostic[] {
  const budget = new ProbeBudget(settings.policy.probesPerSecond);
  return zones.flatMap(({ files, parts }) => {
    const targets = acceptedOf(parts.policy)?.manifest.targets ?? [];
    const problem = budget.problemOf(files.zone, targets, shownPath(root, files.policy ?? ''));
    if (problem === undefined) budget.declare(files.zone, targets);
    return problem ?? [];
  });
}

/** One policy at a time: whatever is asked in between could cost it the context it is watched in. */
export async function impuritiesOf(
  zones: readonly ExaminedZone[],
  { settings, sandbox }: AttemptContext,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { files, parts } of zones) {
    const { policy } = parts;
    if (policy?.trial.kind !== 'passed') continue;
    const ask = { ...policy, zone: files.zone, accepted: policy.trial.accepted, settings: settings.policy };
    found.push(...(await findImpurities(ask, sandbox)));
  }
  return found;
}

/** Whether a warning is only the trial's suspicion of what has been found since: one of the two is shown. */
export function isSuspicionOf({ code, severity, ...problem }: Diagnostic, impurity: Diagnostic): boolean {
  if (code !== 'POLICY_IMPURE' || severity !== 'warning') return false;
  return (['file', 'line', 'column'] as const).every((part) => problem[part] === impurity[part]);
}
