/** Finds the problems of single zones, and of all zones together. */

import type { Diagnostic } from '../../base/diagnostic.ts';
import { shownPath } from '../../build/shown-path.ts';
import { probedTargets } from '../../health/combination.ts';
import { complete } from '../../registry/complete.ts';
import type { ZoneFiles } from '../../registry/discover.ts';
import type { FolderContent } from '../../registry/folder/content.ts';
import { type PrepareContext, prepareFromFiles } from '../../registry/prepare.ts';
import { ProbeBudget } from '../../registry/probe-budget.ts';
import { draftSigning } from '../../registry/signed-zones.ts';
import { NO_SERIAL } from '../../registry/zone-serial.ts';
import { acceptedOf, type VersionDraft } from '../../registry/zone-version.ts';
import { whyNoEcho } from '../../transport/sockets/echo-requests.ts';
import { findImpurities } from '../../trial/purity.ts';

/** A zone's files, and the draft made of them. */
export interface ExaminedZone {
  readonly files: ZoneFiles;
  readonly draft: VersionDraft;
}

/** Makes drafts of all zones, or only of the zones that use a wanted file. */
export async function examineZones(
  zones: readonly ZoneFiles[],
  content: FolderContent,
  wanted: readonly string[],
  context: PrepareContext,
): Promise<ExaminedZone[]> {
  const examineAll = (some: readonly ZoneFiles[]): Promise<ExaminedZone[]> =>
    Promise.all(
      some.map(async (files) => ({ files, draft: await prepareFromFiles(files, content, context) })),
    );
  if (wanted.length === 0) return await examineAll(zones);
  const isOf = ({ policy, records }: ZoneFiles, file: string): boolean => file === policy || file === records;
  const areAllZoneFiles = wanted.every((file) => zones.some((files) => isOf(files, file)));
  if (areAllZoneFiles)
    return await examineAll(zones.filter((files) => wanted.some((file) => isOf(files, file))));
  // Only compiling all policies shows which of them import a shared file.
  return (await examineAll(zones)).filter(({ draft }) => wanted.some((file) => draft.inputs.has(file)));
}

/** The problems of a zone. It is put together only from sound parts: missing ones would look like faults. */
export async function problemsOf(
  draft: VersionDraft,
  { settings }: PrepareContext,
): Promise<readonly Diagnostic[]> {
  if (draft.problems.some(({ severity }) => severity === 'error')) return draft.problems;
  const signing = await draftSigning(draft.zone, settings.signing);
  return (await complete(draft, NO_SERIAL, settings, signing)).problems;
}

/** Problems of zones whose probes go beyond the bound. If only some files are checked, only these count. */
export function tooManyProbes(
  zones: readonly ExaminedZone[],
  { root, settings }: PrepareContext,
): Diagnostic[] {
  const budget = new ProbeBudget(settings.policy.probesPerSecond);
  return zones.flatMap(({ files, draft }) => {
    const { targets = [], limits } = acceptedOf(draft.policy)?.manifest ?? {};
    const problem = budget.problemOf(files.zone, targets, shownPath(root, files.policy ?? ''), limits?.data);
    if (problem === undefined) budget.declare(files.zone, targets, limits?.data);
    return problem ?? [];
  });
}

/** Warns once of each policy with a check of type icmp, if no echo request can be sent from here. */
export async function unpermittedEchoes(
  zones: readonly ExaminedZone[],
  { root }: Pick<PrepareContext, 'root'>,
  ask: () => Promise<string | undefined> = whyNoEcho,
): Promise<Diagnostic[]> {
  const needing = zones.filter(({ draft }) => {
    const { targets = [] } = acceptedOf(draft.policy)?.manifest ?? {};
    return targets.some((checked) => probedTargets(checked).some(({ type }) => type === 'icmp'));
  });
  const problem = needing.length === 0 ? undefined : await ask();
  if (problem === undefined) return [];
  const message = `Checks of type "icmp" fail where this runs, and their targets are down: ${problem}`;
  return needing.map(({ files }) => ({
    code: 'POLICY_MANIFEST',
    severity: 'warning',
    message,
    file: shownPath(root, files.policy ?? ''),
  }));
}

/** Finds impurities, one policy at a time: another run in between could end the context that is watched. */
export async function impuritiesOf(
  zones: readonly ExaminedZone[],
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

/** Whether a warning is only the trial's suspicion of this impurity: then the report leaves it out. */
export function isSuspicionOf({ code, severity, ...problem }: Diagnostic, impurity: Diagnostic): boolean {
  if (code !== 'POLICY_IMPURE' || severity !== 'warning') return false;
  return (['file', 'line', 'column'] as const).every((part) => problem[part] === impurity[part]);
}
