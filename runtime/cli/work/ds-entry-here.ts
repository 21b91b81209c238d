/** The DS of a zone that is signed here, from the key folder. */
import type { Config } from '../../config/config.ts';
import { readKeyFolderAsOperator } from '../../dnssec/keys/key-folder.ts';
import { signingRules } from '../../registry/signed-zones.ts';
import type { WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import type { DsEntry } from '../delegation-text.ts';
import { isForParent, keyFields } from './key-fields.ts';

/** `hasForeignKeys`: the file of the zone has keys in it. */
export async function dsEntryHere(config: Config, name: WireName, hasForeignKeys: boolean): Promise<DsEntry> {
  const zone = zoneIdOf(name);
  if (signingRules(zone, config.dnssec) === undefined)
    return { kind: hasForeignKeys ? 'elsewhere' : 'unsigned' };
  const { zones } = await readKeyFolderAsOperator(config.dnssec.keys);
  const now = Date.now() / 1000;
  const keys = (zones.get(zone) ?? []).filter((key) => isForParent(key, now));
  return { kind: 'here', ds: keys.map((key) => keyFields(key, 2).ds) };
}
