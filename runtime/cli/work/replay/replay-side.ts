/** The zones of a policies folder as a side that decides recorded queries. */
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { registrySettings } from '../../../control/settings.ts';
import { createGeoSource } from '../../../geo/geo-source.ts';
import { signingRules } from '../../../registry/signed-zones.ts';
import { findZones } from '../../../registry/teams/discover-allowed.ts';
import type { ImaginedPools } from '../../../replay/imagined-health.ts';
import { LineDecider } from '../../../replay/line-decider.ts';
import { type ReplaySide, ReplayZones } from '../../../replay/replay-zones.ts';
import type { Sandbox } from '../../../runner/sandbox.ts';
import { makeOfflineZone } from '../../../testing/offline-zone.ts';

/** A loop without end is told soon, and a busy machine fails no policy. */
export const REPLAY_PATIENCE = { budgetMs: 250, deadlineMs: 20_000 } as const;

/** Fails in words where there is no folder to look at. */
export function folderSide(config: Config, sandbox: Sandbox): Result<ReplaySide> {
  const settings = registrySettings(config);
  const found = findZones(config.policies, settings);
  if (!found.ok) return fail(found.problem);
  const { zones, content } = found.value;
  const context = { root: config.policies, settings, sandbox, patience: REPLAY_PATIENCE };
  const make: ReplaySide['make'] = async (zone) => {
    const files = zones.get(zone);
    if (files !== undefined) return await makeOfflineZone(files, content, context);
    return fail([{ code: 'START', severity: 'error', message: `The zone ${zone} has no files` }]);
  };
  const isSigned = (zone: string): boolean => signingRules(zone, config.dnssec) !== undefined;
  return ok({ sandbox, config, geo: createGeoSource(config.geo), zones: [...zones.keys()], make, isSigned });
}

export function deciderOn(side: ReplaySide, imagined?: ImaginedPools): LineDecider {
  return new LineDecider(new ReplayZones({ ...side, ...(imagined && { imagined }) }), side);
}
