/** What one zone of an import comes to: its zone file, and its policy where a name is decided. */
import { policyFileOf } from '../registry/discover.ts';
import type { WireName } from '../wire/name.ts';
import { zoneIdOf } from '../wire/zone-id.ts';
import type { HostDraft, NamedPool } from './draft.ts';
import { policyFiles } from './text/policy-text.ts';
import { commentsBefore, zoneText } from './text/zone-text.ts';
import { placeOfRecord, type ZoneSource } from './zone-source.ts';

export interface ZoneToWrite {
  readonly zone: WireName;
  /** The file that the records are from. */
  readonly file: string;
  readonly source: ZoneSource;
  readonly hosts: readonly HostDraft[];
  readonly pools: readonly NamedPool[];
  /** What it comes from, in words. */
  readonly origin: string;
}

/** Text by name of file. */
export function writeZone({
  zone,
  file,
  source,
  hosts,
  pools,
  origin,
}: ZoneToWrite): ReadonlyMap<string, string> {
  const id = zoneIdOf(zone);
  const files = new Map<string, string>();
  const comments = commentsBefore(source.text);
  const records = source.records.map((record) => {
    const place = placeOfRecord(record, file);
    const before = place.file === file ? comments.get(place.line) : undefined;
    return { ...record, ...(before && { comments: before }) };
  });
  if (records.length > 0)
    files.set(policyFileOf(id).replace(/\.ts$/, '.zone'), zoneText(zone, records, origin));
  if (hosts.length === 0) return files;
  const draft = { zone: id, origin, pools, hosts };
  return new Map([...files, ...policyFiles(draft, policyFileOf(id))]);
}
