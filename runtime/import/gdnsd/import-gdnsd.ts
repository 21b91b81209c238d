/** Imports gdnsd: its configuration and all of its zone files. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fail, ok } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { ttlFromText } from '../../wire/ttl.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import type { HostDraft } from '../draft.ts';
import { type ImportResult, NotUnderstood, orNotUnderstood } from '../imported.ts';
import { PoolBook } from '../pool-book.ts';
import { ImportReport } from '../report.ts';
import { writeZone } from '../write-zone.ts';
import { readZoneSource, relativeName, type SpecialRecord } from '../zone-source.ts';
import { type GdnsdConfig, readGdnsdConfig } from './config.ts';
import { numberAt } from './fields.ts';
import { GdnsdResources } from './resources.ts';

const SPECIAL: ReadonlySet<string> = new Set(['DYNA', 'DYNC']);
/** gdnsd.config(5), `zones_default_ttl`. */
const DEFAULT_TTL = 86_400;

/** Imports the configuration in a file, or in a folder, and the zones in the folder `zones` beside it. */
export function importGdnsd(given: string): ImportResult {
  const read = orNotUnderstood(() => readGdnsdConfig(given));
  if (!read.ok) return read;
  const config = read.value;
  const folder = path.join(config.folder, 'zones');
  const report = new ImportReport();
  tellOptions(config, report);
  const files = new Map<string, string>();
  let names: string[];
  try {
    names = readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    const message = `Cannot read ${folder}: ${systemErrorText(error)}`;
    return fail([
      {
        code: 'IMPORT',
        severity: 'error',
        message,
        remedy: 'Give the folder of gdnsd, with config and zones/ in it',
      },
    ]);
  }
  for (const name of names) {
    const zone = importZone(path.join(folder, name), name, config, report);
    if (!zone.ok) return zone;
    for (const [file, text] of zone.value) files.set(file, text);
  }
  return ok({ files, report: report.lines() });
}

function importZone(
  file: string,
  name: string,
  config: GdnsdConfig,
  report: ImportReport,
): ImportResult<ReadonlyMap<string, string>> {
  // gdnsd-zonefile(5): a file is named after its zone, with "@" for "/".
  const zone = zoneNameFromText(name.replaceAll('@', '/'));
  if (!zone.ok) {
    return fail([
      {
        code: 'IMPORT',
        severity: 'error',
        message: `${file}: ${zone.problem}`,
        remedy: 'Name the file after its zone',
      },
    ]);
  }
  const origin = zone.value;
  const source = readZoneSource({
    file,
    origin,
    special: SPECIAL,
    defaultTtl: numberAt(config.options, 'zones_default_ttl') ?? DEFAULT_TTL,
    prepare: (text) => withoutZoneSigns(text, name),
  });
  if (!source.ok) return source;
  return orNotUnderstood(() => {
    const pools = new PoolBook();
    const resources = new GdnsdResources(config, report, pools);
    const hosts = source.value.special.flatMap((record): HostDraft[] => {
      const host = hostOf(record, resources, relativeName(record.owner, origin));
      return host === undefined ? [] : [host];
    });
    const told = `${path.basename(config.file)} and zones/${name} of gdnsd`;
    return writeZone({ zone: origin, file, source: source.value, hosts, pools: pools.all(), origin: told });
  });
}

function hostOf(
  { type, words, place, ttl, ttlText }: SpecialRecord,
  resources: GdnsdResources,
  name: string,
): HostDraft | undefined {
  const [reference = '', extra] = words;
  const [plugin = '', resource] = reference.split('!', 2);
  if (extra !== undefined || plugin === '') {
    throw new NotUnderstood(
      place,
      `${type} takes one resource`,
      `Write it as in "www 300 ${type} geoip!www"`,
    );
  }
  const decision = resources.resource(plugin, resource ?? '', place, {
    names: [resource?.replace('/', '-') ?? name],
    label: reference,
    ttl,
    leastTtl: leastTtlOf(ttlText, ttl),
    isMember: false,
    depth: 0,
  });
  const line = `${type} ${reference}, line ${place.line} of the zone file`;
  return decision && { name, decision, origin: line };
}

/** gdnsd-zonefile(5): `MAX/MIN`, where MIN is half of MAX unless it is there. */
function leastTtlOf(text: string | undefined, ttl: number): number {
  const least = text?.split('/')[1];
  return (least === undefined ? undefined : ttlFromText(least)) ?? Math.floor(ttl / 2);
}

/** `@Z` is the zone, and so is `@F` in its own file. */
function withoutZoneSigns(text: string, zone: string): string {
  return text.replace(/(^|[\s.])@[ZF](?=\s|$)/gm, `$1${zone.replaceAll('@', '/')}.`);
}

/** Options that are settings of a server, and concern no zone. */
function tellOptions({ options }: GdnsdConfig, report: ImportReport): void {
  const others = [...options.entries.keys()].filter((key) => key !== 'zones_default_ttl');
  if (others.length === 0) return;
  report.add('note', options.place, {
    what: `options ${others.join(', ')}`,
    why: 'they are about the server, and not about what it answers',
    instead: 'nothing',
    remedy: 'Look at dnsteer config, and write into dnsteer.yaml what is to be as it was',
  });
}
