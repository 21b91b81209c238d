/** Where a parent wants to be told of changed CDS (RFC 9859 §2, §4.1). */
import { fail, ok, type Result } from '../../../base/result.ts';
import { RRTYPE } from '../../../wire/iana/rrtype.ts';
import { concatName, nameLengthAt, parentName, ROOT, type WireName } from '../../../wire/name.ts';
import type { NameFinder } from './name-finder.ts';

export interface DsyncTarget {
  readonly name: WireName;
  readonly port: number;
}

/** NOTIFY, the one scheme there is. */
const SCHEME_NOTIFY = 1;
/** More endpoints than that are no parent's. */
const MOST_TARGETS = 8;

/**
 * The endpoints for a zone: those for it alone, or else those for all zones of the parent. None: the parent
 * is not to be told.
 */
export async function findDsyncTargets(
  zone: WireName,
  finder: NameFinder,
): Promise<Result<readonly DsyncTarget[]>> {
  const parent = await finder.zoneOf(parentName(zone) ?? ROOT);
  if (!parent.ok) return parent;
  for (const name of dsyncNames(zone, parent.value)) {
    const found = await finder.rdatasOf(name, RRTYPE.DSYNC);
    if (!found.ok) return fail(found.problem);
    const targets = found.value.map(targetIn).filter((target) => target !== undefined);
    if (found.value.length > 0) return ok(targets.slice(0, MOST_TARGETS));
  }
  return ok([]);
}

/** `<child-label>._dsync.<parent>` and `_dsync.<parent>`; names that are too long are left out. */
export function dsyncNames(zone: WireName, parent: WireName): WireName[] {
  const child = Uint8Array.from([...zone.subarray(0, zone.length - parent.length), 0]);
  const common = concatName(DSYNC_LABEL, parent);
  if (common === undefined) return [];
  const own = concatName(child, common);
  return own === undefined ? [common] : [own, common];
}

const DSYNC_LABEL: WireName = Uint8Array.from(Buffer.from('\x06_dsync\x00', 'latin1'));

/** RDATA: type, scheme, port, target (RFC 9859 §2.1). */
function targetIn(rdata: Uint8Array): DsyncTarget | undefined {
  const [typeHigh = 0, typeLow = 0, scheme, portHigh = 0, portLow = 0] = rdata;
  const length = nameLengthAt(rdata, 5);
  const isOurs = typeHigh * 256 + typeLow === RRTYPE.CDS && scheme === SCHEME_NOTIFY;
  if (!isOurs || length === undefined || length <= 1 || length !== rdata.length - 5) return undefined;
  return { name: rdata.subarray(5), port: portHigh * 256 + portLow };
}
