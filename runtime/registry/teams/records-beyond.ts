/** Records of a zone file, ALIAS among them, that manifests do not allow. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type ManifestLimits, WITHIN_LIMITS } from '../../limits/manifest-limits.ts';
import { TeamLimits } from '../../limits/team-limits.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { WireName } from '../../wire/name.ts';
import type { FileAlias } from '../../zone/file-alias.ts';
import type { Place } from '../../zone/place.ts';
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
    if (message !== undefined) found.push(beyond(message, places.at(record)));
  }
  return found;
}

/** The same of ALIAS records, which answer with addresses, and lead to their targets as a CNAME does. */
export function aliasesBeyond(
  aliases: readonly FileAlias[],
  origin: WireName,
  data: readonly ManifestLimits[] = [],
): Diagnostic[] {
  if (data.length === 0) return [];
  const limits = new TeamLimits(data, origin);
  return aliases
    .flatMap(({ owner, target, place }) => {
      const message =
        limits.ownerProblem(owner, RRTYPE.A) ?? limits.typeProblem(RRTYPE.A) ?? limits.aliasProblem(target);
      return message === undefined ? [] : beyond(message, place);
    })
    .slice(0, MOST_TOLD);
}

function beyond(message: string, place: Place | undefined): Diagnostic {
  return { code: 'ZONE_TEAM', severity: 'error', message, ...place, remedy: WITHIN_LIMITS };
}
