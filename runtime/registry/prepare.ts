/**
 * Makes a draft of a zone's next version from its files, or from the kept version: compiles and tries the
 * policy, and reads static records. The live version stays as it is.
 */

import { isDeepStrictEqual } from 'node:util';
import { shortHash } from '../base/files/content-hash.ts';
import { declares, manifestOfAliases, scriptOfAliases, withAliasRecords } from '../build/alias-script.ts';
import { type Compiled, compilePolicy } from '../build/compile.ts';
import { type CompiledPolicy, located } from '../build/failure-place.ts';
import { shownPath } from '../build/shown-path.ts';
import type { ManifestLimits } from '../limits/manifest-limits.ts';
import type { ManifestData } from '../rpc/plan.ts';
import { policyKey } from '../runner/policy-key.ts';
import type { TrialSandbox } from '../trial/policy-on-trial.ts';
import { acceptManifest, tryPolicy } from '../trial/trial.ts';
import type { Trial } from '../trial/trial-outcome.ts';
import type { DynamicZones } from '../update/dynamic-part.ts';
import type { WireName } from '../wire/name.ts';
import type { FileAlias } from '../zone/file-alias.ts';
import { originOf } from '../zone/origin.ts';
import { NO_PLACES } from '../zone/place-table.ts';
import { RecordPack } from '../zone/record-pack.ts';

import type { ZoneFiles } from './discover.ts';
import { type FolderContent, isAsSeen } from './folder/content.ts';
import type { LastGood } from './last-good.ts';
import { teamOf, withLimits } from './teams/teams.ts';
import type { TransferredZones } from './transferred.ts';
import { staticRecords, transferredFlags } from './zone-records.ts';
import type { RegistrySettings, TriedPolicy, VersionDraft } from './zone-version.ts';

/** What preparing a version needs. */
export interface PrepareContext {
  /** The policies folder. */
  readonly root: string;
  readonly settings: RegistrySettings;
  readonly sandbox: TrialSandbox;
  readonly transferred?: TransferredZones | undefined;
  readonly dynamic?: DynamicZones | undefined;
  /** Whether policies count what of them runs (build/counted-script.ts). Default: no. */
  readonly countsRuns?: boolean | undefined;
}

/** Policies that need no trial. */
export interface KnownPolicies {
  /** Policies that were tried before. */
  readonly tried?: readonly TriedPolicy[];
  /** The policy that the files are proven to yield (proof.ts): it need not even be compiled. */
  readonly proven?: TriedPolicy | undefined;
}

/** Reads, compiles and tries the files of a zone. `content` is the content of the policies folder. */
export async function prepareFromFiles(
  files: ZoneFiles,
  content: FolderContent,
  context: PrepareContext,
  { tried = [], proven }: KnownPolicies = {},
): Promise<VersionDraft> {
  const { root, transferred, dynamic, countsRuns } = context;
  const { hasResolvers } = context.settings;
  const { zone } = files;
  const team = teamOf(files, content, context);
  const {
    aliases,
    inputs: recordInputs,
    misread,
    modifiedAt,
    problems,
    ...statics
  } = await staticRecords(files, content, transferred?.partOf(zone), root, team.limits, hasResolvers);
  const same = proven !== undefined && declares(proven.script, zone, aliases) ? proven : undefined;
  const isCompiled = files.policy !== undefined && same === undefined;
  const compiled = isCompiled ? await compilePolicy(files.policy, { root, countsRuns }) : undefined;
  const declared = declaredBy(files, compiled, aliases, (file) => shownPath(root, file));
  const policy =
    declared === undefined
      ? same
      : await tryUnlessKnown(zone, declared, limited(context, team.limits), tried);
  const policyInputs = compiled?.inputs ?? Object.keys(same?.sources ?? {});
  const inputs = new Set([...policyInputs, ...recordInputs, ...team.inputs]);
  return {
    zone,
    inputs,
    sources: new Map(policyInputs.map((input) => [shownPath(root, input), content.get(input)?.stamp ?? ''])),
    misread: new Set([...misread, ...policyMisread(compiled, content), ...team.misread]),
    modifiedAt: Math.max(modifiedAt, ...policyInputs.map((input) => content.get(input)?.modifiedAt ?? 0)),
    policy,
    ...statics,
    ...(statics.isTransferred !== true && { dynamic: dynamic?.partOf(zone) }),
    problems: [
      ...team.problems,
      ...(compiled === undefined ? [] : compiled.ok ? compiled.warnings : compiled.diagnostics),
      ...(policy?.trial.diagnostics ?? []),
      ...problems,
    ],
  };
}

/** The policy, with what the zone file declares; `undefined` where there is none, or it does not compile. */
function declaredBy(
  { zone, policy, records }: ZoneFiles,
  compiled: Compiled | undefined,
  aliases: readonly FileAlias[],
  shown: (file: string) => string,
): Omit<TriedPolicy, 'trial'> | undefined {
  if (compiled?.ok) {
    const script = withAliasRecords(compiled.script, zone, aliases);
    return compiledPolicy(shown(policy ?? ''), { ...compiled, script });
  }
  if (policy !== undefined || aliases.length === 0) return undefined;
  return { file: shown(records ?? ''), ...scriptOfAliases(zone, aliases) };
}

/** Files of a policy that were not as the scan had seen them when the compiler read them. */
function policyMisread(compiled: Compiled | undefined, content: FolderContent): string[] {
  const isOther = ([input, hash]: [string, string]) => !isAsSeen({ hash, stamp: hash }, content.get(input));
  return [...(compiled?.hashes ?? [])].filter(isOther).map(([input]) => input);
}

/**
 * Tries a kept version again: settings, and dnsteer itself, may have changed since it was sound. It keeps to the limits that
 * its team had then, as versions do that are served while a manifest changes.
 */
export async function prepareFromKept(
  { zone, policy, records, recordHashes, limits }: LastGood,
  context: Omit<PrepareContext, 'root'>,
  tried: readonly TriedPolicy[],
): Promise<VersionDraft> {
  const part = context.transferred?.partOf(zone);
  const triedNow = policy && (await tryUnlessKnown(zone, policy, limited(context, limits), tried));
  return {
    zone,
    inputs: new Set(),
    modifiedAt: 0,
    policy: triedNow,
    records: part === undefined ? records : RecordPack.of(part.records),
    places: NO_PLACES,
    recordHashes,
    ...transferredFlags(part),
    ...(part === undefined && { dynamic: context.dynamic?.partOf(zone) }),
    problems: triedNow?.trial.diagnostics ?? [],
  };
}

function limited<Context extends Pick<PrepareContext, 'settings'>>(
  context: Context,
  limits: readonly ManifestLimits[] | undefined,
): Context {
  return { ...context, settings: withLimits(context.settings, limits) };
}

function hasLimits(trial: Trial & { kind: 'passed' }, limits: readonly ManifestLimits[] = []): boolean {
  return isDeepStrictEqual(trial.accepted.manifest.limits?.data ?? [], limits);
}

function compiledPolicy(file: string, compiled: Extract<Compiled, { ok: true }>): Omit<TriedPolicy, 'trial'> {
  const { script, sourceMap, sources, warnings, pieces, lists } = compiled;
  return {
    file,
    script,
    sourceMap,
    lists,
    sources,
    hasWarnings: warnings.length > 0,
    ...(pieces && { pieces }),
  };
}

async function tryUnlessKnown(
  zone: string,
  policy: CompiledPolicy,
  { settings, sandbox }: Pick<PrepareContext, 'settings' | 'sandbox'>,
  tried: readonly TriedPolicy[],
): Promise<TriedPolicy> {
  const { file, script, sourceMap } = policy;
  const same = tried.find((before) => before.script === script && before.file === file);
  const isSame = same?.trial.kind === 'passed' && hasLimits(same.trial, settings.policy.limits);
  if (isSame) return { ...policy, trial: same.trial };
  const bare = manifestOfAliases(script);
  if (bare !== undefined) return { ...policy, trial: trialOfAliases(bare, policy, originOf(zone), settings) };
  const key = policyKey({ zone, version: shortHash(script) });
  const trial = await tryPolicy({ zone, key, file, script, sourceMap, settings: settings.policy }, sandbox);
  return { ...policy, trial };
}

/** Of what runs no code, no sandbox need try anything. */
function trialOfAliases(
  data: ManifestData,
  policy: CompiledPolicy,
  zone: WireName,
  settings: RegistrySettings,
): Trial {
  const read = acceptManifest(data, zone, settings.policy);
  if (read.ok) return { kind: 'passed', accepted: read, diagnostics: [] };
  const diagnostics = read.problems.map((message) =>
    located({ code: 'ZONE_FILE', severity: 'error', message }, { keys: [] }, policy),
  );
  return { kind: 'refused', diagnostics };
}
