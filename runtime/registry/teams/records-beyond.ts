/** Records of a zone file that manifests do not allow. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type ManifestLimits, WITHIN_LIMITS } from '../../limits/manifest-limits.ts';
import { TeamLimits } from '../../limits/team-limits.ts';
import type { WireName } from '../../wire/name.ts';
import type { PlaceTable } from '../../zone/place-table.ts';
import type { RecordPack } from '../../zone/record-pack.ts';

/** The problems told of one zone: nobody reads more at once. */
const MOST_TOLD = 20;

/** A problem for each record that is beyond the limits, at its line. */
export function recordsBeyond(
  records: RecordPack,
  places: PlaceTable,
  origin: WireName,
  data: readonly ManifestLimits[] = [],
): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (data.length === 0) return found;
  const limits = new TeamLimits(data, origin);
  for (let record = 0; record < records.size && found.length < MOST_TOLD; record++) {
    const message = limits.recordProblem(records.owner(record), records.type(record), records.rdata(record));
    if (message === undefined) continue;
    found.push({
      code: 'ZONE_TEAM',
      severity: 'error',
      message,
      ...places.at(record),
      remedy: WITHIN_LIMITS,
    });
  }
  return found;
}
