/**
 * One attempt to make a zone from its files: compile, try, read static records, put all together.
 * It says what came of it and touches nothing that is live; registry.ts decides.
 */

import { createHash } from 'node:crypto';
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Compiled, compilePolicy } from '../build/compile.ts';
import { located } from '../build/failure-place.ts';
import { shownPath } from '../build/shown-path.ts';
import { mayAnswerCname } from '../plan/plan-aliases.ts';
import type { PolicyUpdate, ZoneUpdate } from '../rpc/zone-update.ts';
import { policyKey } from '../runner/policy-key.ts';
import { tryPolicy } from '../trial/trial.ts';
import type { Accepted, PolicySettings } from '../trial/trial-ask.ts';
import { diagnosticsOfHosts } from '../zone/check.ts';
import type { CheckedHost } from '../zone/check-hosts.ts';
import { originOf } from '../zone/origin.ts';
import { NO_PLACES } from '../zone/place-table.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { ZoneFiles } from './discover.ts';
import type { LastGood } from './last-good.ts';
import type { TransferredPart } from './transferred.ts';
import {
  type AttemptContext,
  acceptedOf,
  type PolicyPart,
  type RegistrySettings,
  type ZoneParts,
} from './zone-parts.ts';
import { recordsOf } from './zone-records.ts';
import { type AssembleTask, assembleRecords } from './zone-work.ts';

/**
 * Reads, compiles and tries the files of a zone. What passed its trial before is not tried again, and
 * what is proven to come of these files (proof.ts) is not even compiled.
 */
export async function gatherParts(
  files: ZoneFiles,
  context: AttemptContext,
  known: readonly PolicyPart[],
  proven?: PolicyPart,
): Promise<ZoneParts> {
  const { root } = context;
  const isCompiled = files.policy !== undefined && proven === undefined;
  const compiled = isCompiled ? await compilePolicy(files.policy, { root }) : undefined;
  const part = context.transferred?.partOf(files.zone);
  const loaded = await recordsOf(files, part, root);
  const file = shownPath(root, files.policy ?? '');
  const policy = compiled?.ok
    ? await tryOnce(files.zone, compiledPart(file, compiled), context, known)
    : proven;
  const inputs = compiled?.inputs ?? Object.keys(proven?.sources ?? {});
  return {
    inputs: new Set([...inputs, ...(loaded?.inputs ?? [])]),
    recordInputs: loaded?.inputs ?? [],
    policy,
    records: loaded?.records ?? new RecordPack(),
    places: loaded?.places ?? NO_PLACES,
    ...transferredFlags(part),
    diagnostics: [
      ...(compiled === undefined ? [] : compiled.ok ? compiled.warnings : compiled.diagnostics),
      ...(policy?.trial.diagnostics ?? []),
      ...(loaded?.diagnostics ?? []),
    ],
  };
}

/** A version that was sound once, tried again: settings, and dnsteer itself, may be others by now. */
export async function reviveParts(
  { zone, policy, records }: LastGood,
  context: Pick<AttemptContext, 'settings' | 'sandbox' | 'transferred'>,
  known: readonly PolicyPart[],
): Promise<ZoneParts> {
  const part = context.transferred?.partOf(zone);
  const tried = policy && (await tryOnce(zone, policy, context, known));
  const diagnostics = tried?.trial.diagnostics ?? [];
  return {
    inputs: new Set(),
    recordInputs: [],
    policy: tried,
    records: part === undefined ? records : RecordPack.of(part.records),
    places: NO_PLACES,
    ...transferredFlags(part),
    diagnostics,
  };
}

/** A zone as answer processes are to have it, and what is wrong with that. */
export interface Assembled {
  readonly update: ZoneUpdate;
  readonly diagnostics: readonly Diagnostic[];
}

/** All parts together. */
export async function assembleZone(
  zone: string,
  parts: ZoneParts,
  serial: number,
  settings: RegistrySettings,
): Promise<Assembled> {
  const accepted = acceptedOf(parts.policy);
  const hosts = checkedHosts(parts.policy);
  const { image, hash, diagnostics, hostFaults } = await assembleRecords({
    ...assembleTask(zone, parts, serial, settings),
    hosts: hosts.map(({ name, isAlias }) => ({ name, isAlias })),
  });
  const policy =
    parts.policy === undefined || accepted === undefined
      ? {}
      : { policy: policyUpdate(parts.policy, accepted, settings.policy) };
  return {
    update: versioned({ zone, image, ...withheldOf(parts), ...policy }, hash),
    diagnostics: [...diagnostics, ...diagnosticsOfHosts(hostFaults, hosts)],
  };
}

/** What is served of a zone that never loaded: the static records that can be, and SERVFAIL else. */
export async function assembleBroken(
  zone: string,
  parts: ZoneParts,
  serial: number,
  settings: RegistrySettings,
): Promise<ZoneUpdate> {
  const task = assembleTask(zone, parts, serial, settings);
  const all = await assembleRecords(task);
  const isSound = !all.diagnostics.some(({ severity }) => severity === 'error');
  const nothing = new RecordPack().octets;
  const { image, hash } = isSound
    ? all
    : await assembleRecords({ ...task, records: nothing, ofPolicy: nothing });
  const broken = parts.diagnostics.find(({ severity }) => severity === 'error')?.message;
  return versioned({ zone, image, broken: broken ?? 'The zone is not sound', ...withheldOf(parts) }, hash);
}

function assembleTask(
  zone: string,
  parts: ZoneParts,
  serial: number,
  settings: RegistrySettings,
): AssembleTask {
  return {
    kind: 'assemble',
    origin: originOf(zone),
    records: parts.records.octets,
    places: parts.places,
    ofPolicy: RecordPack.of(acceptedOf(parts.policy)?.manifest.records ?? []).octets,
    hosts: [],
    settings: settings.zone,
    serial,
  };
}

/** The hosts of a policy that loads, as the rules about zones ask for them. */
function checkedHosts(part: PolicyPart | undefined): CheckedHost[] {
  const manifest = acceptedOf(part)?.manifest;
  if (part === undefined || manifest === undefined) return [];
  return manifest.hosts.map(({ key, name, plan }) => ({
    name,
    isAlias: mayAnswerCname(plan ?? manifest.fallback),
    diagnose: (fault) =>
      located({ code: 'POLICY_MANIFEST', severity: 'error', ...fault }, { keys: ['hosts', key] }, part),
  }));
}

function compiledPart(file: string, compiled: Extract<Compiled, { ok: true }>): Omit<PolicyPart, 'trial'> {
  const { script, sourceMap, sources, warnings } = compiled;
  return { file, script, sourceMap, sources, hasWarnings: warnings.length > 0 };
}

async function tryOnce(
  zone: string,
  part: Omit<PolicyPart, 'trial'>,
  { settings, sandbox }: Pick<AttemptContext, 'settings' | 'sandbox'>,
  known: readonly PolicyPart[],
): Promise<PolicyPart> {
  const { file, script, sourceMap } = part;
  const same = known.find((before) => before.script === script && before.file === file);
  if (same?.trial.kind === 'passed') return { ...part, trial: same.trial };
  const key = policyKey({ zone, version: digest(script) });
  const trial = await tryPolicy({ zone, key, file, script, sourceMap, settings: settings.policy }, sandbox);
  return { ...part, trial };
}

function transferredFlags(part: TransferredPart | undefined): Pick<ZoneParts, 'isTransferred' | 'withheld'> {
  if (part === undefined) return {};
  return { isTransferred: true, ...(part.withheld !== undefined && { withheld: part.withheld }) };
}

function withheldOf({ withheld }: ZoneParts): Pick<ZoneUpdate, 'withheld'> {
  return withheld === undefined ? {} : { withheld };
}

function policyUpdate(part: PolicyPart, accepted: Accepted, settings: PolicySettings): PolicyUpdate {
  const { data, manifest, loadMs } = accepted;
  const budgetMs = manifest.budgetMs ?? settings.budget;
  const stopped = part.trial.kind === 'failed' ? part.trial.stopped : undefined;
  return {
    file: part.file,
    script: part.script,
    manifest: data,
    budgetMs,
    // A policy that asks for a long budget alone does not mean to be cut off before it.
    deadlineMs: manifest.deadlineMs ?? Math.max(settings.deadline, budgetMs),
    memoryMb: settings.memory,
    topLevelMs: settings.topLevel,
    loadMs,
    checkTiming: settings.checkTiming,
    ...(stopped === undefined ? {} : { quarantined: stopped }),
  };
}

/** `image` is the hash of its image. */
function versioned(update: Omit<ZoneUpdate, 'version'>, image: string): ZoneUpdate {
  const policy = update.policy && { ...update.policy, loadMs: undefined };
  return { ...update, version: digest(JSON.stringify({ ...update, policy, image })) };
}

/** Eight hexadecimal digits: enough to tell the versions of one zone apart. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
