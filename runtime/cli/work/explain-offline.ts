/**
 * Explains a query without a server: compiles the zone's files, loads the policy into a sandbox of this
 * process and asks it, as an answer process does. No target has been probed, so all are up. No keys are loaded:
 * they are the server's, and whoever explains a policy need not be able to read them.
 */

import { explainAsIf } from '../../answer/explain/explain-as-if.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { placeOfFailure, withPlace } from '../../build/failure-place.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { createGeoSource } from '../../geo/geo-source.ts';
import type { Pool } from '../../plan/plan.ts';
import type { ZoneFiles } from '../../registry/discover.ts';
import type { FolderContent } from '../../registry/folder/content.ts';
import { withOrigins } from '../../registry/served-version.ts';
import { signingRules } from '../../registry/signed-zones.ts';
import { findZones } from '../../registry/teams/discover-allowed.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { Sandbox } from '../../runner/sandbox.ts';
import { type GivenAliases, setGivenAliases } from '../../testing/given-aliases.ts';
import {
  makeOfflineZone,
  type OfflineParts,
  type OfflineZone,
  offlineParts,
  serveOffline,
} from '../../testing/offline-zone.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import { printNotice } from '../terminal.ts';
import { withSandbox } from './offline-sandbox.ts';

type Outcome<T> = Result<T, readonly Diagnostic[]>;

/** `aliases`: what is known of the targets of aliases; nobody is asked for them. */
export async function explainOffline(
  config: Config,
  ask: ExplainAsk,
  aliases: GivenAliases = new Map(),
): Promise<Outcome<Explanation>> {
  const found = findZone(config, ask.name);
  if (!found.ok) return found;
  const zone = found.value?.files.zone ?? '';
  if (signingRules(zone, config.dnssec) !== undefined)
    printNotice(
      `The server signs ${zone}; offline no keys are loaded, so signatures and proofs are left out`,
    );
  return await withSandbox(config, async (sandbox) => {
    const made = found.value && (await makeZone(found.value, config, sandbox));
    if (made?.ok === false) return made;
    const parts = offlineParts({ sandbox, config, geo: createGeoSource(config.geo) });
    if (made !== undefined) await serveOffline(made.value, parts, config);
    const astray = setGivenAliases(aliases, aliasedPools(zone, parts), parts.health);
    if (astray !== undefined) return fail([{ code: 'USAGE', severity: 'error', message: astray }]);
    const explained = await explainAsIf({ ...ask, withOrigins: true }, parts);
    if (!explained.ok) return fail([{ code: 'USAGE', severity: 'error', message: explained.problem }]);
    const script = made?.value.script;
    const told = withOrigins(explained.value, made?.value.origins);
    return ok(script === undefined ? told : withPlace(told, (trace) => placeOfFailure(trace, script)));
  });
}

function aliasedPools(zone: string, { zones }: OfflineParts): readonly Pool[] {
  const origin = zoneNameFromText(zone);
  const served = origin.ok ? zones.find(origin.value, origin.value.length) : undefined;
  return served?.attachment.policy?.aliased ?? [];
}

interface FoundZone {
  readonly files: ZoneFiles;
  /** The content of the policies folder. */
  readonly content: FolderContent;
}

/** Finds the files of the zone that a name belongs to, if any: the zone with the most labels. */
function findZone(config: Config, name: string): Outcome<FoundZone | undefined> {
  const found = findZones(config.policies, registrySettings(config));
  if (!found.ok) return fail([{ code: 'START', severity: 'error', message: found.problem }]);
  const { zones, content } = found.value;
  const labels = name.replace(/\.$/, '').split('.');
  const candidates = labels.map((_, index) => zones.get(labels.slice(index).join('.')));
  const files = candidates.find((one) => one !== undefined);
  return ok(files && { files, content });
}

function makeZone(
  { files, content }: FoundZone,
  config: Config,
  sandbox: Sandbox,
): Promise<Outcome<OfflineZone>> {
  const context = { root: config.policies, settings: registrySettings(config), sandbox };
  return makeOfflineZone(files, content, context);
}
