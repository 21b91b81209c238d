/**
 * Explains a query without a server: compiles the zone's files, loads the policy into a sandbox of this
 * process and asks it, as an answer process does. No target has been probed, so all are up. No keys are loaded:
 * they are the server's, and whoever explains a policy need not be able to read them.
 */

import { Counters } from '../../answer/counting/counters.ts';
import { explain } from '../../answer/explain/explain.ts';
import { ServerCookies } from '../../answer/limits/server-cookies.ts';
import type { Served } from '../../answer/zones/served-zone.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { placeOfFailure, withPlace } from '../../build/failure-place.ts';
import { preludeBundle } from '../../build/prelude-bundle.ts';
import { shownPath } from '../../build/shown-path.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { createGeoSource } from '../../geo/geo-source.ts';
import { HealthTable } from '../../health/table.ts';
import { discover, type ZoneFiles } from '../../registry/discover.ts';
import type { FolderContent } from '../../registry/folder/content.ts';
import { FolderScanner, unreadableFolder } from '../../registry/folder/scan.ts';
import { withOrigins } from '../../registry/served-version.ts';
import { signingRules } from '../../registry/signed-zones.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import { Sandbox } from '../../runner/sandbox.ts';
import { makeOfflineZone, type OfflineZone, serveOffline } from '../../testing/offline-zone.ts';
import { ZoneSet } from '../../zone/zone-set.ts';
import { printNotice } from '../terminal.ts';

type Outcome<T> = Result<T, readonly Diagnostic[]>;

export async function explainOffline(config: Config, ask: ExplainAsk): Promise<Outcome<Explanation>> {
  const found = await findZone(config.policies, ask.name);
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
    if (made !== undefined)
      await serveOffline(made.value, zones, health, { memo: config.memo, sandbox, counters });
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
async function findZone(root: string, name: string): Promise<Outcome<FoundZone | undefined>> {
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) {
    const message = unreadableFolder(root, scan.problem);
    return fail([{ code: 'START', severity: 'error', message }]);
  }
  const { zones } = discover(scan.files.keys(), new Map(), (file) => shownPath(root, file));
  const labels = name.replace(/\.$/, '').split('.');
  const candidates = labels.map((_, index) => zones.get(labels.slice(index).join('.')));
  const files = candidates.find((one) => one !== undefined);
  return ok(files && { files, content: scan.files });
}

async function makeZone(
  { files, content }: FoundZone,
  config: Config,
  sandbox: Sandbox,
): Promise<Outcome<OfflineZone>> {
  const context = { root: config.policies, settings: registrySettings(config), sandbox };
  return await makeOfflineZone(files, content, context);
}
