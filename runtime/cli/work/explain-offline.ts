/**
 * Explains a query without a server: compiles the zone's files, loads the policy into a sandbox of this
 * process and asks it, as an answer process does. No target has been probed, so all are up. No keys are loaded:
 * they are the server's, and whoever explains a policy need not be able to read them.
 */

import { Counters } from '../../answer/counting/counters.ts';
import { explain } from '../../answer/explain/explain.ts';
import { ServerCookies } from '../../answer/limits/server-cookies.ts';
import { memoSpace } from '../../answer/memo/memo-space.ts';
import { signingParts } from '../../answer/zones/served-signing.ts';
import { buildServedZone, type Served, type ServedUpdate } from '../../answer/zones/served-zone.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { type CompiledScript, placeOfFailure, withPlace } from '../../build/failure-place.ts';
import { preludeBundle } from '../../build/prelude-bundle.ts';
import { shownPath } from '../../build/shown-path.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { createGeoSource } from '../../geo/geo-source.ts';
import { HealthTable } from '../../health/table.ts';
import { complete } from '../../registry/complete.ts';
import type { ZoneFiles } from '../../registry/discover.ts';
import type { FolderContent } from '../../registry/folder/content.ts';
import { FolderScanner, unreadableFolder } from '../../registry/folder/scan.ts';
import { prepareFromFiles } from '../../registry/prepare.ts';
import { type OriginParts, withOrigins } from '../../registry/served-version.ts';
import { signingRules } from '../../registry/signed-zones.ts';
import { discoverAllowed } from '../../registry/teams/discover-allowed.ts';
import { NO_SERIAL } from '../../registry/zone-serial.ts';
import { acceptedOf } from '../../registry/zone-version.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { ZoneUpdate } from '../../rpc/zone-update.ts';
import { policyKey } from '../../runner/policy-key.ts';
import { Sandbox } from '../../runner/sandbox.ts';
import { ZoneSet } from '../../zone/zone-set.ts';
import { printNotice } from '../terminal.ts';

/**
 * Milliseconds for the policy. A sandbox that has just started is slow, and says nothing of how long a
 * warm one takes, so the policy's own budget does not apply here.
 */
const PATIENCE_MS = 1000;

type Outcome<T> = Result<T, readonly Diagnostic[]>;

export async function explainOffline(config: Config, ask: ExplainAsk): Promise<Outcome<Explanation>> {
  const found = await findZone(config, ask.name);
  if (!found.ok) return found;
  const zone = found.value?.files.zone ?? '';
  if (signingRules(zone, config.dnssec) !== undefined)
    printNotice(
      `The server signs ${zone}; offline no keys are loaded, so signatures and proofs are left out`,
    );
  const { script: prelude } = await preludeBundle();
  const sandbox = new Sandbox({ spare: false, isPatient: true, settings: config.sandbox, prelude });
  try {
    await sandbox.start();
    const zones = new ZoneSet<Served>();
    const made = found.value === undefined ? undefined : await makeZone(found.value, config, sandbox);
    if (made?.ok === false) return made;
    const [counters, health] = [new Counters(), new HealthTable()];
    if (made !== undefined) {
      const memory = memoSpace({ ...config.memo, leaves: 0 });
      const context = { health, counters, memory, signing: signingParts(1) };
      zones.put(buildServedZone(served(made.value.update), context));
      await load(made.value.update, sandbox);
    }
    const asked = { ...ask, withOrigins: true } as const;
    const explanation = await explain(asked, {
      zones,
      sandbox,
      counters,
      cookies: new ServerCookies(),
      onContradiction: () => {},
      health,
      geo: createGeoSource(config.geo),
      settings: {
        udpPayloadSize: config.edns.udpSize,
        negativeTtl: config.zone.negativeTtl,
        tcp: { idleMs: 1000 * config.tcp.idle },
      },
    });
    const script = made?.value.script;
    const told = withOrigins(explanation, made?.value.origins);
    return ok(script === undefined ? told : withPlace(told, (trace) => placeOfFailure(trace, script)));
  } finally {
    await sandbox.stop();
  }
}

interface FoundZone {
  readonly files: ZoneFiles;
  /** The content of the policies folder. */
  readonly content: FolderContent;
}

/** Finds the files of the zone that a name belongs to, if any: the zone with the most labels. */
async function findZone(config: Config, name: string): Promise<Outcome<FoundZone | undefined>> {
  const { policies: root } = config;
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) {
    const message = unreadableFolder(root, scan.problem);
    return fail([{ code: 'START', severity: 'error', message }]);
  }
  const { zones } = discoverAllowed(root, scan.files, registrySettings(config));
  const labels = name.replace(/\.$/, '').split('.');
  const candidates = labels.map((_, index) => zones.get(labels.slice(index).join('.')));
  const files = candidates.find((one) => one !== undefined);
  return ok(files && { files, content: scan.files });
}

const TEAM_CODES: ReadonlySet<string> = new Set(['POLICY_TEAM', 'ZONE_TEAM', 'TEAM_MANIFEST']);

interface MadeZone {
  readonly update: ZoneUpdate;
  readonly script: CompiledScript | undefined;
  readonly origins: OriginParts;
}

async function makeZone(
  { files, content }: FoundZone,
  config: Config,
  sandbox: Sandbox,
): Promise<Outcome<MadeZone>> {
  const context = { root: config.policies, settings: registrySettings(config), sandbox };
  const draft = await prepareFromFiles(files, content, context);
  // A policy whose samples fail can be asked all the same: an explanation is made for such cases.
  const isUsable = files.policy === undefined || acceptedOf(draft.policy) !== undefined;
  // What its team may not have, no server serves.
  const isBeyond = draft.problems.some(({ code }) => TEAM_CODES.has(code));
  if (!isUsable || isBeyond) return fail(draft.problems);
  // Problems of the parts are left out, so that the readable part of a zone file is used.
  const version = await complete({ ...draft, problems: [] }, NO_SERIAL, context.settings);
  if (version.problems.some(({ severity }) => severity === 'error')) return fail(version.problems);
  const { policy, ...rest } = version.update;
  const patient = policy && { policy: { ...policy, budgetMs: PATIENCE_MS, deadlineMs: PATIENCE_MS } };
  const recordsFile = files.records === undefined ? undefined : shownPath(config.policies, files.records);
  const origins = { ...version, isTransferred: version.isTransferred, recordsFile };
  return ok({ update: { ...rest, ...patient }, script: draft.policy, origins });
}

/** Nobody speaks of its targets, and their indices do as numbers. */
function served({ policy, ...rest }: ZoneUpdate): ServedUpdate {
  if (policy === undefined) return rest;
  return { ...rest, policy: { ...policy, targets: Float64Array.from(policy.targets.keys()) } };
}

async function load(update: ZoneUpdate, sandbox: Sandbox): Promise<void> {
  if (update.policy === undefined) return;
  const { script, memoryMb } = update.policy;
  // The policy has been loaded once, for its trial; if the load fails now, the explanation says so.
  await sandbox.load(policyKey(update), script, { memoryMb, timeoutMs: PATIENCE_MS });
}
