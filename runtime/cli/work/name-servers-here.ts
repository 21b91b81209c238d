/**
 * The name servers of a zone from its files and the settings. dnsteer does not run the policy for that, so NS
 * records that a policy declares are missing.
 */
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import type { NameServers } from '../../delegation/delegation-views.ts';
import { nameServersOf, ownedRecords } from '../../delegation/records.ts';
import { completeRecords } from '../../registry/authority-records.ts';
import { discover } from '../../registry/discover.ts';
import { FolderScanner } from '../../registry/folder/scan.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import { loadZoneFile } from '../../zone/load.ts';
import { RecordPack } from '../../zone/record-pack.ts';

export interface ZoneHere {
  readonly nameServers: NameServers;
  /** Whether its file has keys of others, so that it comes signed. */
  readonly hasForeignKeys: boolean;
}

/** What is here of a zone; `undefined` if no file of it is. */
export async function zoneHere(config: Config, zone: WireName): Promise<ZoneHere | undefined> {
  const root = config.policies;
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) return undefined;
  const { zones } = discover(scan.files.keys(), new Map(), (file) => file);
  const files = zones.get(zoneIdOf(zone));
  if (files === undefined) return undefined;
  const pack =
    files.records === undefined
      ? new RecordPack()
      : loadZoneFile(path.join(root, files.records), { origin: zone, root }).records;
  completeRecords(zone, pack, registrySettings(config).zone, 0);
  const records = [...pack];
  return {
    nameServers: nameServersOf(ownedRecords(records, zone, RRTYPE.NS), records),
    hasForeignKeys: ownedRecords(records, zone, RRTYPE.DNSKEY).length > 0,
  };
}
