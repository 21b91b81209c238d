/** Imports a hosted zone of Route 53, as its API tells it. */
import { ok } from '../../base/result.ts';
import { typeFromText } from '../../wire/iana/rrtype.ts';
import { nameFromText, ROOT, type WireName } from '../../wire/name.ts';
import { rdataFromText } from '../../wire/rdata/registry.ts';
import { splitFields } from '../../wire/text-field.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import type { PlacedRecord } from '../../zone/place.ts';
import { HostsByType } from '../hosts-by-type.ts';
import {
  type Imported,
  type ImportResult,
  NotUnderstood,
  notUnderstood,
  orNotUnderstood,
} from '../imported.ts';
import { PoolBook } from '../pool-book.ts';
import { ImportReport } from '../report.ts';
import { writeZone } from '../write-zone.ts';
import type { PlacedSet } from './groups.ts';
import { Route53Checks } from './health-checks.ts';
import { readAwsJson } from './read-json.ts';
import { groupKey, hostBelow, RecordSets } from './record-sets.ts';
import { CIDR_BLOCKS, HEALTH_CHECKS, RECORD_SETS } from './shapes.ts';

export interface Route53Files {
  readonly zone?: string;
  readonly healthChecks?: string;
  readonly cidrBlocks?: string;
}

/** `file` is what `list-resource-record-sets` prints. */
export function importRoute53(file: string, files: Route53Files): ImportResult {
  const read = readAwsJson(file, RECORD_SETS, 'list-resource-record-sets --hosted-zone-id ID');
  if (!read.ok) return read;
  const { value, lineOf } = read.value;
  const sets = value.ResourceRecordSets.map((set, index): PlacedSet => {
    return { set: withDecimals(set), place: { file, line: lineOf('ResourceRecordSets', index) } };
  });
  const named = files.zone ?? sets.find(({ set }) => set.Type === 'SOA')?.set.Name;
  const zone = named === undefined ? undefined : zoneNameFromText(named);
  if (zone?.ok !== true) {
    return notUnderstood(
      { file, line: 1 },
      'There is no SOA that tells the zone',
      'Say it: --zone shop.example',
    );
  }
  const report = new ImportReport();
  const checks = readChecks(files.healthChecks, report);
  const networks = readNetworksOf(files.cidrBlocks);
  if (!checks.ok) return checks;
  if (!networks.ok) return networks;
  return orNotUnderstood(() => imported(file, zone.value, sets, checks.value, networks.value, report));
}

function readChecks(file: string | undefined, report: ImportReport): ImportResult<Route53Checks> {
  if (file === undefined) return ok(new Route53Checks(new Map(), report));
  const read = readAwsJson(file, HEALTH_CHECKS, 'list-health-checks');
  if (!read.ok) return read;
  const { value, lineOf } = read.value;
  const checks = value.HealthChecks.map(({ Id, HealthCheckConfig: config }, index) => {
    return [Id, { config, place: { file, line: lineOf('HealthChecks', index) } }] as const;
  });
  return ok(new Route53Checks(new Map(checks), report));
}

function readNetworksOf(file: string | undefined): ImportResult<ReadonlyMap<string, readonly string[]>> {
  if (file === undefined) return ok(new Map());
  const read = readAwsJson(file, CIDR_BLOCKS, 'list-cidr-blocks --collection-id ID');
  if (!read.ok) return read;
  const networks = new Map<string, string[]>();
  for (const { CidrBlock, LocationName } of read.value.value.CidrBlocks) {
    networks.set(LocationName, [...(networks.get(LocationName) ?? []), CidrBlock]);
  }
  return ok(networks);
}

function imported(
  file: string,
  zone: WireName,
  sets: readonly PlacedSet[],
  checks: Route53Checks,
  networks: ReadonlyMap<string, readonly string[]>,
  report: ImportReport,
): Imported {
  const groups = Map.groupBy(sets, ({ set }) => groupKey(set.Name, set.Type));
  const pools = new PoolBook();
  const decided = new RecordSets({ zone, groups, checks, networks, pools, report });
  const hosts = new HostsByType();
  const records: PlacedRecord[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || isOfAws(first, zone, report)) continue;
    const { set, place } = first;
    if (group.length === 1 && set.SetIdentifier === undefined && set.AliasTarget === undefined) {
      records.push(...recordsOf(first));
      continue;
    }
    const decision = decided.decision(group);
    if (decision !== undefined)
      hosts.add(
        hostBelow(set.Name, zone),
        set.Type,
        decision,
        `${set.Type} ${set.Name} (line ${place.line})`,
      );
  }
  const source = { records, special: [], text: '' };
  const origin = `the record sets of Route 53 in ${file.split('/').at(-1) ?? file}`;
  const files = writeZone({ zone, file, source, hosts: hosts.all(), pools: pools.all(), origin });
  return { files, report: report.lines() };
}

/** SOA and NS of the zone itself name the servers of Route 53, which are left. */
function isOfAws({ set, place }: PlacedSet, zone: WireName, report: ImportReport): boolean {
  if ((set.Type !== 'SOA' && set.Type !== 'NS') || hostBelow(set.Name, zone) !== '@') return false;
  report.add('note', place, {
    what: `${set.Type} ${set.Name}`,
    why: 'it names the servers of Route 53',
    instead: 'nothing: dnsteer makes SOA and NS of its own',
    remedy: 'Write your name servers into dnsteer.yaml, as zone.nameServers',
  });
  return true;
}

function recordsOf({ set, place }: PlacedSet): readonly PlacedRecord[] {
  const [owner, type] = [nameFromText(set.Name, ROOT), typeFromText(set.Type)];
  if (!owner.ok || type === undefined) {
    throw new NotUnderstood(
      place,
      owner.ok ? `There is no type ${set.Type}` : owner.problem,
      'Take the record out of the file',
    );
  }
  return (set.ResourceRecords ?? []).map(({ Value }): PlacedRecord => {
    const fields = splitFields(Value);
    const rdata = fields.ok ? rdataFromText(type, fields.value, ROOT) : fields;
    if (!rdata.ok)
      throw new NotUnderstood(
        place,
        `${set.Type} ${set.Name}: ${rdata.problem}`,
        'Mend the value, or take the record out',
      );
    return {
      owner: owner.value,
      type,
      ttl: set.TTL ?? 300,
      rdata: rdata.value,
      place: { ...place, column: 1, source: '' },
    };
  });
}

/** Route 53 writes octets as three octal digits (`\\052` is `*`), zone files as three decimal ones (RFC 1035 §5.1). */
function withDecimals(set: PlacedSet['set']): PlacedSet['set'] {
  const { AliasTarget: alias, ResourceRecords: records } = set;
  return {
    ...set,
    Name: decimal(set.Name),
    ...(alias && { AliasTarget: { ...alias, DNSName: decimal(alias.DNSName) } }),
    ...(records && { ResourceRecords: records.map(({ Value }) => ({ Value: decimal(Value) })) }),
  };
}

function decimal(text: string): string {
  return text.replace(/\\(?:([0-3][0-7]{2})|(.))/gs, (found: string, octal?: string) =>
    octal === undefined ? found : `\\${String(Number.parseInt(octal, 8)).padStart(3, '0')}`,
  );
}
