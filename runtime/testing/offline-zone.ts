/** A zone of the policies folder, made for one who asks it without a server: as control makes it, and with no keys. */
import { Counters } from '../answer/counting/counters.ts';
import type { ExplainParts } from '../answer/explain/explain.ts';
import { ServerCookies } from '../answer/limits/server-cookies.ts';
import { type MemoSpace, memoSpace } from '../answer/memo/memo-space.ts';
import { signingParts } from '../answer/zones/served-signing.ts';
import { buildServedZone, type Served, type ServedUpdate } from '../answer/zones/served-zone.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { CompiledScript } from '../build/failure-place.ts';
import { shownPath } from '../build/shown-path.ts';
import type { Config } from '../config/config.ts';
import type { GeoSource } from '../geo/location.ts';
import { HealthTable } from '../health/table.ts';
import { complete } from '../registry/complete.ts';
import type { ZoneFiles } from '../registry/discover.ts';
import type { FolderContent } from '../registry/folder/content.ts';
import { prepareFromFiles } from '../registry/prepare.ts';
import type { OriginParts } from '../registry/served-version.ts';
import { NO_SERIAL } from '../registry/zone-serial.ts';
import {
  acceptedOf,
  type RegistrySettings,
  type TriedPolicy,
  type VersionDraft,
} from '../registry/zone-version.ts';
import type { PolicyUpdate, ZoneUpdate } from '../rpc/zone-update.ts';
import { policyKey } from '../runner/policy-key.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { ZoneSet } from '../zone/zone-set.ts';

/**
 * Milliseconds for the policy. A sandbox that has just started is slow, and says nothing of how long a
 * warm one takes, so the policy's own budget does not apply here.
 */
const PATIENCE_MS = 1000;

const TEAM_CODES: ReadonlySet<string> = new Set(['POLICY_TEAM', 'ZONE_TEAM', 'TEAM_MANIFEST']);

export interface OfflineZone {
  readonly update: ZoneUpdate;
  readonly policy: TriedPolicy | undefined;
  /** For the way back from the script to the author's files. */
  readonly script: CompiledScript | undefined;
  readonly origins: OriginParts;
  readonly problems: readonly Diagnostic[];
}

export interface OfflineContext {
  /** The policies folder. */
  readonly root: string;
  readonly settings: RegistrySettings;
  readonly sandbox: Sandbox;
  /** Milliseconds for each run of the policy: of a processor, and by the clock. Default: a second. */
  readonly patience?: Pick<PolicyUpdate, 'budgetMs' | 'deadlineMs'>;
  /** Whether policies count what of them runs. Default: no. */
  readonly countsRuns?: boolean;
}

/** Makes a zone of its files. A policy whose samples fail can be asked all the same: that is what one wants to know. */
export async function makeOfflineZone(
  files: ZoneFiles,
  content: FolderContent,
  context: OfflineContext,
): Promise<Result<OfflineZone, readonly Diagnostic[]>> {
  const draft = await prepareFromFiles(files, content, context);
  const isUsable = files.policy === undefined || acceptedOf(draft.policy) !== undefined;
  // What its team may not have, no server serves.
  const isBeyond = draft.problems.some(({ code }) => TEAM_CODES.has(code));
  if (!isUsable || isBeyond) return fail(draft.problems);
  const recordsFile = files.records === undefined ? undefined : shownPath(context.root, files.records);
  return await completeOffline(draft, context, recordsFile);
}

/** Makes a zone of a draft that can be used; `recordsFile` is its zone file as shown to operators. */
export async function completeOffline(
  draft: VersionDraft,
  context: Pick<OfflineContext, 'settings' | 'patience'>,
  recordsFile: string | undefined,
): Promise<Result<OfflineZone, readonly Diagnostic[]>> {
  // Problems of the parts are left out, so that the readable part of a zone file is used.
  const version = await complete({ ...draft, problems: [] }, NO_SERIAL, context.settings);
  if (version.problems.some(({ severity }) => severity === 'error')) return fail(version.problems);
  const { policy, ...rest } = version.update;
  const { patience = { budgetMs: PATIENCE_MS, deadlineMs: PATIENCE_MS } } = context;
  const patient = policy && { policy: { ...policy, ...patience } };
  const origins = { ...version, isTransferred: version.isTransferred, recordsFile };
  const update = { ...rest, ...patient };
  return ok({ update, policy: draft.policy, script: draft.policy, origins, problems: draft.problems });
}

export interface OfflineWorld {
  readonly sandbox: Sandbox;
  readonly config: Pick<Config, 'edns' | 'zone' | 'tcp' | 'memo'>;
  readonly geo: GeoSource;
}

/** What the pipeline needs where no server runs; there are no zones yet. */
export function offlineParts({ sandbox, config, geo }: OfflineWorld) {
  return {
    zones: new ZoneSet<Served>(),
    sandbox,
    counters: new Counters(),
    cookies: new ServerCookies(),
    onContradiction: () => {},
    health: new HealthTable(),
    geo,
    settings: {
      udpPayloadSize: config.edns.udpSize,
      negativeTtl: config.zone.negativeTtl,
      tcp: { idleMs: 1000 * config.tcp.idle },
    },
  } satisfies ExplainParts;
}

export type OfflineParts = ReturnType<typeof offlineParts>;

/** How a zone is served beside others, and for many queries. */
export interface OfflineServing {
  /** Where decisions are remembered; default: nowhere. */
  readonly memory?: MemoSpace;
  /** The number of its first target in the table of health, by which zones that share one keep apart. */
  readonly firstTarget?: number;
}

/**
 * Has the sandbox load the policy, and puts the zone among those of `parts`. Its targets are the numbers of their
 * indices in the table of health, from the first on.
 */
export async function serveOffline(
  { update }: Pick<OfflineZone, 'update'>,
  { zones, health, counters, sandbox }: OfflineParts,
  { memo }: OfflineWorld['config'],
  { memory = memoSpace({ ...memo, leaves: 0 }), firstTarget = 0 }: OfflineServing = {},
): Promise<void> {
  const context = { health, counters, memory, signing: signingParts(1) };
  zones.put(buildServedZone(served(update, firstTarget), context));
  if (update.policy === undefined || update.policy.script === '') return;
  const { script, memoryMb } = update.policy;
  // The policy has been loaded once, for its trial; if the load fails now, the explanation says so.
  await sandbox.load(policyKey(update), script, { memoryMb, timeoutMs: PATIENCE_MS });
}

/** Nobody speaks of its targets, and their indices do as numbers. */
function served({ policy, ...rest }: ZoneUpdate, firstTarget: number): ServedUpdate {
  if (policy === undefined) return rest;
  const targets = Float64Array.from(policy.targets.keys(), (index) => firstTarget + index);
  return { ...rest, policy: { ...policy, targets } };
}
