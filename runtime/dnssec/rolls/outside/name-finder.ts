/** What a recursive resolver is asked, so that servers can be asked. Problems are texts without a final stop. */
import type { Result } from '../../../base/result.ts';
import type { WireName } from '../../../wire/name.ts';

export interface NameFinder {
  /** The apex of the zone that a name is in. */
  zoneOf(name: WireName): Promise<Result<WireName>>;
  nameServersOf(zone: WireName): Promise<Result<readonly WireName[]>>;
  addressesOf(name: WireName): Promise<Result<readonly string[]>>;
  rdatasOf(name: WireName, type: number): Promise<Result<readonly Uint8Array[]>>;
}
