/** The difference of answers between two sides, zone by zone. */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { contentHash } from '../../../base/files/content-hash.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { registrySettings } from '../../../control/settings.ts';
import {
  type ComparedHost,
  type ComparedPolicy,
  comparePolicies,
} from '../../../explore/compare/compare-policies.ts';
import { type RecordChange, recordChanges } from '../../../explore/compare/record-changes.ts';
import { type ExploreLimits, LimitShares } from '../../../explore/limit-shares.ts';
import { acceptedOf, type VersionDraft } from '../../../registry/zone-version.ts';
import { decodeNetworkLists, NO_LISTS } from '../../../rpc/facts/network-lists.ts';
import type { Sandbox } from '../../../runner/sandbox.ts';
import { loadLimits } from '../../../trial/policy-settings.ts';
import { nameToText } from '../../../wire/name.ts';
import type { ResourceRecord } from '../../../wire/record.ts';
import { originOf } from '../../../zone/origin.ts';
import { offlineSandbox } from '../offline-sandbox.ts';
import { findSide } from './diff-side.ts';
import { type DiffTraffic, weighTraffic } from './diff-traffic.ts';
import { type Drafts, draftsOf } from './side-drafts.ts';

export interface ZoneDifference {
  readonly zone: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'same';
  readonly records: readonly RecordChange[];
  /** Lists of networks that both sides import, and that hold others on each: a list is one fact, whatever is in it. */
  readonly lists: readonly ListChange[];
  /** Hosts with cells that differ, and those of which not all cases were looked at. */
  readonly hosts: readonly ComparedHost[];
  /** Hosts that the zone decides on the side that has it last. */
  readonly hostCount: number;
}

/** A list by its file, and by hashes of what it holds on each side. */
export interface ListChange {
  readonly list: string;
  readonly before: string;
  readonly after: string;
}

export interface AnswerDifference {
  readonly before: string;
  readonly after: string;
  readonly zones: readonly ZoneDifference[];
  /** Of all that differs, so that what was read is what is accepted; `undefined` where nothing differs. */
  readonly hash: string | undefined;
  /** What clients really asked, if that was recorded. */
  readonly traffic?: DiffTraffic;
}

/** Compares two sides, named as diff-side.ts reads them. Fails with the problems of a side that a server would refuse. */
export async function diffZones(
  names: readonly [before: string, after: string],
  config: Config,
  limits: ExploreLimits,
  recordings: readonly string[] = [],
): Promise<Result<AnswerDifference, readonly Diagnostic[]>> {
  const cleaning: (() => Promise<void>)[] = [];
  // Each side has a sandbox, so that both versions of a policy run at once.
  const sandboxes = [await offlineSandbox(config), await offlineSandbox(config)] as const;
  const side = async (index: 0 | 1): Promise<Result<Side, readonly Diagnostic[]>> => {
    const files = await findSide(names[index], config, (work) => cleaning.push(work));
    if (!files.ok) return fail([{ code: 'START', severity: 'error', message: files.problem }]);
    const sandbox = sandboxes[index];
    await sandbox.start();
    const drafts = await draftsOf(files.value, config, sandbox);
    return drafts.ok ? ok({ drafts: drafts.value, sandbox, config }) : drafts;
  };
  try {
    const [before, after] = await Promise.all([side(0), side(1)]);
    if (!before.ok || !after.ok) return fail([before, after].flatMap((one) => (one.ok ? [] : one.problem)));
    const zones = await compareSides(before.value, after.value, limits);
    const difference = { before: names[0], after: names[1], zones, hash: hashOf(zones) };
    if (recordings.length === 0) return ok(difference);
    const traffic = await weighTraffic(before.value, after.value, zones, recordings);
    return traffic.ok ? ok({ ...difference, traffic: traffic.value }) : traffic;
  } finally {
    await Promise.all([...sandboxes.map((sandbox) => sandbox.stop()), ...cleaning.map((work) => work())]);
  }
}

interface Side {
  readonly drafts: Drafts;
  readonly sandbox: Sandbox;
  readonly config: Config;
}

async function compareSides(before: Side, after: Side, limits: ExploreLimits): Promise<ZoneDifference[]> {
  const names = [...new Set([...before.drafts.keys(), ...after.drafts.keys()])].sort();
  const shares = new LimitShares(limits, names.length);
  const zones: ZoneDifference[] = [];
  // Each policy has all the runs, and its part of the time.
  for (const zone of names)
    zones.push(await compareZone(zone, before, after, { ...shares.next(), runs: limits.runs }));
  return zones;
}

async function compareZone(
  zone: string,
  before: Side,
  after: Side,
  limits: ExploreLimits,
): Promise<ZoneDifference> {
  const [old, now] = [before.drafts.get(zone), after.drafts.get(zone)];
  const hostCount = acceptedOf((now ?? old)?.policy)?.manifest.hosts.length ?? 0;
  const records = recordChanges(recordsOf(old), recordsOf(now));
  if (old === undefined || now === undefined) {
    return { zone, kind: old === undefined ? 'added' : 'removed', records, lists: [], hosts: [], hostCount };
  }
  // The script is all that a policy is: so are its answers the same, but for who is in its lists.
  const isSameScript = old.policy?.script === now.policy?.script;
  const hosts = isSameScript ? [] : await compareHostsOf(zone, [old, before], [now, after], limits);
  const told = hosts.filter(({ cells, untaken, sampled }) => cells.length + untaken + sampled.length > 0);
  const lists = otherLists(old, now);
  const isSame = records.length + lists.length === 0 && hosts.every(({ cells }) => cells.length === 0);
  return { zone, kind: isSame ? 'same' : 'changed', records, lists, hosts: told, hostCount };
}

function otherLists(old: VersionDraft, now: VersionDraft): ListChange[] {
  const held = hashesOf(now);
  return [...hashesOf(old)].flatMap(([list, before]) => {
    const after = held.get(list);
    return after === undefined || after === before ? [] : [{ list, before, after }];
  });
}

function octetsOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function hashesOf({ policy }: VersionDraft): Map<string, string> {
  const lists = policy?.lists === undefined ? NO_LISTS : decodeNetworkLists(policy.lists);
  return new Map([...lists].map(([name, { words }]) => [name, contentHash(octetsOf(words))]));
}

async function compareHostsOf(
  zone: string,
  [old, before]: readonly [VersionDraft, Side],
  [now, after]: readonly [VersionDraft, Side],
  limits: ExploreLimits,
): Promise<ComparedHost[]> {
  const key = `${zone}#diff`;
  const [one, other] = await Promise.all([loaded(key, old, before), loaded(key, now, after)]);
  try {
    return await comparePolicies(one, other, limits, Date.now());
  } finally {
    for (const { sandbox } of [before, after]) sandbox.drop(key);
  }
}

/** A policy that its trial has loaded loads again, or each run says why not. */
async function loaded(
  key: string,
  draft: VersionDraft,
  { sandbox, config }: Side,
): Promise<ComparedPolicy | undefined> {
  const { policy, zone } = draft;
  const accepted = acceptedOf(policy);
  if (policy === undefined || accepted === undefined) return undefined;
  await sandbox.load(key, policy.script, loadLimits(registrySettings(config).policy));
  const owners = new Set([...recordsOf(draft)].map(({ owner }) => nameToText(owner).slice(0, -1)));
  const { manifest } = accepted;
  return { key, zone: originOf(zone), manifest, script: policy.script, sandbox, owners };
}

/** Of the zone file, and those that the policy declares. */
function recordsOf(draft: VersionDraft | undefined): ResourceRecord[] {
  if (draft === undefined) return [];
  return [...draft.records, ...(acceptedOf(draft.policy)?.manifest.records ?? [])];
}

function hashOf(zones: readonly ZoneDifference[]): string | undefined {
  const told = zones.filter(({ kind }) => kind !== 'same');
  if (told.length === 0) return undefined;
  const stated = told.map(({ zone, kind, records, lists, hosts }) => [
    zone,
    kind,
    records,
    ...(lists.length === 0 ? [] : [lists]),
    hosts.map(({ host, cells }) => [
      host,
      cells.map(({ when, types, before, after }) => [[...when], types, before, after]),
    ]),
  ]);
  return createHash('sha256').update(JSON.stringify(stated)).digest('hex').slice(0, 12);
}
