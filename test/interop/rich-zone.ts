/** The zone rich.example of test/conformance, with its policy, for others to ask. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nameToText } from '../../runtime/wire/name.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { name } from '../support/wire.ts';

export const RICH_FOLDER = path.resolve(import.meta.dirname, '../conformance/fixtures');

/** Its static records. Names in there are relative, so they do for a zone of any name. */
export const RICH_RECORDS = readFileSync(path.join(RICH_FOLDER, 'rich.example.zone'), 'utf8');

/** All names of the zone where it is called so, those above them, one below each, and others that it does not have. */
export function richOwners(zone: string): Set<string> {
  const { records } = parseZoneText(RICH_RECORDS, { origin: name(zone) });
  const present = records.map(({ owner }) => nameToText(owner));
  const relative = ['a.b.missing', 'WwW', 'ANY.Wild', 'a.b.wild', 'other.under.void', 'a.b.ns.sub'];
  return new Set([
    ...[...present, ...present.flatMap((owner) => above(owner, zone))].flatMap((owner) => [
      owner,
      `x.${owner}`,
    ]),
    ...relative.map((labels) => `${labels}.${zone}.`),
    'elsewhere.example.',
    'example.',
    '.',
  ]);
}

/** The names between a name and the zone's own. */
function above(owner: string, zone: string): string[] {
  const parent = owner.replace(/^(\\.|[^.\\])+\./, '');
  return parent.length <= `${zone}.`.length ? [] : [parent, ...above(parent, zone)];
}
