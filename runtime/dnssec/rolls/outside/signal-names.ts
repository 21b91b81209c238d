/**
 * Names in the zone of a name server at which it vouches for the CDS of a zone that it serves, so that a parent
 * can trust the first DS (RFC 9615 §2).
 */
import { RRTYPE } from '../../../wire/iana/rrtype.ts';
import { concatName, isAtOrBelow, namesEqual, type WireName } from '../../../wire/name.ts';

export interface SignalRecord {
  readonly owner: WireName;
  readonly type: number;
  readonly rdata: Uint8Array;
}

export interface SignalledZone {
  readonly zone: WireName;
  readonly nameServers: readonly WireName[];
  /** RDATA as they stand at the apex of the zone. */
  readonly cds: readonly Uint8Array[];
  readonly cdnskey: readonly Uint8Array[];
}

/**
 * The records for a zone that are to be served in `host`, a zone of ours that is signed and secure. There are
 * none for a name server in the zone itself, which cannot vouch for it, and none at names over 255 octets.
 */
export function signalRecords(
  { zone, nameServers, cds, cdnskey }: SignalledZone,
  host: WireName,
): readonly SignalRecord[] {
  if (isAtOrBelow(host, zone)) return [];
  return nameServers
    .filter((server) => isAtOrBelow(server, host) && !isAtOrBelow(server, zone))
    .filter((server, index, all) => all.findIndex((each) => namesEqual(each, server)) === index)
    .flatMap((server) => {
      const owner = signalName(zone, server);
      if (owner === undefined) return [];
      return [
        ...cds.map((rdata) => ({ owner, type: RRTYPE.CDS, rdata })),
        ...cdnskey.map((rdata) => ({ owner, type: RRTYPE.CDNSKEY, rdata })),
      ];
    });
}

/** `_dsboot.<zone>._signal.<name server>`; `undefined` if that is too long for a name. */
export function signalName(zone: WireName, server: WireName): WireName | undefined {
  const below = concatName(SIGNAL, server);
  const middle = below && concatName(zone, below);
  return middle && concatName(DSBOOT, middle);
}

const SIGNAL: WireName = Uint8Array.from(Buffer.from('\x07_signal\x00', 'latin1'));
const DSBOOT: WireName = Uint8Array.from(Buffer.from('\x07_dsboot\x00', 'latin1'));
