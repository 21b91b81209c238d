/** Completes a draft: checks its records by the rules of zones, and makes the update for answer processes. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { contentHash, shortHash } from '../base/files/content-hash.ts';
import { manifestOfAliases } from '../build/alias-script.ts';
import { located } from '../build/failure-place.ts';
import { encodeManifest } from '../plan/manifest-writer.ts';
import { mayAnswerCname } from '../plan/plan-aliases.ts';
import type { PolicyUpdate, ZoneUpdate } from '../rpc/zone-update.ts';
import type { PolicySettings } from '../trial/policy-settings.ts';
import type { Accepted } from '../trial/trial-outcome.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { zoneIdOf } from '../wire/zone-id.ts';
import { diagnosticsOfHosts } from '../zone/check.ts';
import type { CheckedHost } from '../zone/check-hosts.ts';
import { originOf } from '../zone/origin.ts';
import { RecordPack } from '../zone/record-pack.ts';
import { type AssembledRecords, type AssembleTask, assembleRecords, OF_POLICY } from './record-tasks.ts';
import { type DraftSigning, usableKeys } from './signed-zones.ts';
import type { Serial } from './zone-serial.ts';
import { sentSigning, signingProblems } from './zone-signatures.ts';
import {
  acceptedOf,
  type RegistrySettings,
  type TriedPolicy,
  type VersionDraft,
  type ZoneVersion,
} from './zone-version.ts';

/** Puts all parts of a draft together, and adds the problems that only show in the whole. */
export async function complete(
  draft: VersionDraft,
  serial: Serial,
  settings: RegistrySettings,
  signing?: DraftSigning,
): Promise<ZoneVersion> {
  const { zone, policy } = draft;
  const accepted = acceptedOf(policy);
  const hosts = checkedHosts(policy);
  const assembled = await assembleRecords({
    ...assembleTask({ ...draft, signing }, serial, settings),
    hosts: hosts.map(({ name, isAlias }) => ({ name, isAlias })),
  });
  const { image, hash, diagnostics, hostFaults, expire, facts, unserved, madeHere } = assembled;
  const sent =
    policy === undefined || accepted === undefined
      ? {}
      : { policy: policyUpdate(policy, accepted, settings.policy) };
  return {
    ...draft,
    serial,
    signing,
    unserved,
    madeHere,
    ...(facts && { facts }),
    update: named(
      {
        zone,
        image,
        ...withheldOf(draft.withheld),
        ...cyclicIn(zone, settings),
        ...sent,
        ...sentSigning(zone, signing, expire, accepted),
        ...elsewhere(assembled),
      },
      hash,
    ),
    problems: [
      ...draft.problems,
      ...diagnostics.map((one) => (one.file === OF_POLICY ? inPolicy(one, policy, zone) : one)),
      ...diagnosticsOfHosts(hostFaults, hosts),
      ...signingProblems(signing, expire, policy),
    ],
  };
}

/**
 * The version of a zone that never loaded: its static records if all of them are sound, and SERVFAIL for other names.
 * Where there are none, nobody knows its name servers, and those that the settings make up are not vouched for.
 */
export async function completeBroken(version: ZoneVersion, settings: RegistrySettings): Promise<ZoneVersion> {
  const { zone, serial, problems, signing } = version;
  const task = assembleTask(version, serial, settings);
  const all = await assembleRecords(task);
  const isSound = !all.diagnostics.some(({ severity }) => severity === 'error');
  const nothing = new RecordPack().octets;
  const assembled = isSound ? all : await assembleRecords({ ...task, records: nothing, ofPolicy: nothing });
  const isEmpty = version.records.size === 0 && (version.dynamic?.records.length ?? 0) === 0;
  const withheld = isSound ? (version.withheld ?? (isEmpty ? 'no-records' : undefined)) : 'unsound-records';
  const { image, hash, expire, facts, unserved, madeHere } = assembled;
  const fault = problems.find(({ severity }) => severity === 'error');
  const broken = fault?.message ?? 'The zone is not sound';
  return {
    ...version,
    policy: undefined,
    unserved,
    madeHere,
    ...(facts && { facts }),
    update: named(
      {
        zone,
        image,
        broken,
        ...(fault?.code.startsWith('POLICY_') && { lacksPolicy: true }),
        ...withheldOf(withheld),
        ...cyclicIn(zone, settings),
        ...sentSigning(zone, signing, expire),
        ...elsewhere(assembled),
      },
      hash,
    ),
  };
}

function assembleTask(
  draft: VersionDraft & Pick<ZoneVersion, 'signing'>,
  serial: Serial,
  settings: RegistrySettings,
): AssembleTask {
  const { signing } = draft;
  return {
    kind: 'assemble',
    origin: originOf(draft.zone),
    records: draft.records.octets,
    places: draft.places,
    ofPolicy: RecordPack.of(acceptedOf(draft.policy)?.manifest.records ?? []).octets,
    hosts: [],
    settings: settings.zone,
    serial: serial.value,
    ...(draft.dynamic && { dynamic: RecordPack.of(draft.dynamic.records).octets }),
    ...(signing && {
      signing: {
        resign: signing.rules.resign,
        isLeaving: signing.rules.goal === 'unsigned',
        keys: usableKeys(signing),
      },
    }),
  };
}

/** What is wrong with a record that a policy declares, at the line on which it does. */
function inPolicy(
  { line = 0, code, severity, message, remedy }: Diagnostic,
  policy: TriedPolicy | undefined,
  zone: string,
): Diagnostic {
  const fault = { code, severity, message, ...(remedy !== undefined && { remedy }) };
  const record = acceptedOf(policy)?.manifest.records[line];
  if (policy === undefined || record === undefined) return fault;
  const owner = zoneIdOf(record.owner);
  const name = owner === zone ? '@' : owner.slice(0, -zone.length - 1);
  return located(fault, { keys: ['records', name, typeToText(record.type)] }, policy);
}

/** The hosts of a policy that loads, as the rules of zones need them. */
function checkedHosts(policy: TriedPolicy | undefined): CheckedHost[] {
  const manifest = acceptedOf(policy)?.manifest;
  if (policy === undefined || manifest === undefined) return [];
  return manifest.hosts.map(({ key, name, plan }) => ({
    name,
    isAlias: mayAnswerCname(plan ?? manifest.fallback),
    diagnose: (fault) =>
      located({ code: 'POLICY_MANIFEST', severity: 'error', ...fault }, { keys: ['hosts', key] }, policy),
  }));
}

function elsewhere({ isSignedElsewhere, signaturesEnd }: AssembledRecords): Pick<ZoneUpdate, 'signing'> {
  if (!isSignedElsewhere) return {};
  return { signing: { elsewhere: true, ...(signaturesEnd !== undefined && { end: signaturesEnd }) } };
}

function withheldOf(withheld: ZoneUpdate['withheld']): Pick<ZoneUpdate, 'withheld'> {
  return withheld === undefined ? {} : { withheld };
}

function cyclicIn(zone: string, { isCyclic }: RegistrySettings): Pick<ZoneUpdate, 'isCyclic'> {
  return isCyclic?.(zone) === true ? { isCyclic: true } : {};
}

function policyUpdate(policy: TriedPolicy, accepted: Accepted, settings: PolicySettings): PolicyUpdate {
  const { data, manifest, loadMs } = accepted;
  const budgetMs = manifest.budgetMs ?? settings.budget;
  const { stopped, stoppedHosts = {} } = policy.trial.kind === 'failed' ? policy.trial : {};
  return {
    file: policy.file,
    // A script that decides nothing is not worth a sandbox.
    script: manifestOfAliases(policy.script) === undefined ? policy.script : '',
    ...(policy.lists && policy.lists.length > 0 && { lists: policy.lists }),
    manifest: encodeManifest(manifest, data),
    targets: manifest.targets.map(({ id }) => id),
    budgetMs,
    // A policy that asks for a long budget only must not be cut off before that is over.
    deadlineMs: manifest.deadlineMs ?? Math.max(settings.deadline, budgetMs),
    memoryMb: settings.memory,
    topLevelMs: settings.topLevel,
    loadMs,
    ...(manifest.limits && { limits: manifest.limits.data }),
    ...(stopped === undefined ? {} : { quarantined: stopped }),
    ...(Object.keys(stoppedHosts).length === 0 ? {} : { stoppedHosts }),
  };
}

/** Names a version by the hash of all its parts; `image` is the hash of its image. */
function named(update: Omit<ZoneUpdate, 'version'>, image: string): ZoneUpdate {
  const { policy: sent } = update;
  const lists = sent?.lists && { lists: contentHash(sent.lists) };
  const policy = sent && { ...sent, manifest: contentHash(sent.manifest), ...lists, loadMs: undefined };
  return { ...update, version: shortHash(JSON.stringify({ ...update, policy, image })) };
}
