/** Imports a zone file of PowerDNS, with its LUA records. */
import path from 'node:path';
import { fail } from '../../base/result.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { namesEqual, type WireName } from '../../wire/name.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import type { DecisionDraft } from '../draft.ts';
import { HostsByType } from '../hosts-by-type.ts';
import { type ImportResult, orNotUnderstood } from '../imported.ts';
import { PoolBook, poolBase } from '../pool-book.ts';
import { ImportReport } from '../report.ts';
import { writeZone } from '../write-zone.ts';
import { readZoneSource, relativeName, type SpecialRecord, type ZoneSource } from '../zone-source.ts';
import { LuaHost } from './lua-host.ts';
import { parseLuaRecord, parseLuaScript } from './lua-parser.ts';
import { LuaScript } from './lua-script.ts';
import { LuaBeyond, type LuaBlock } from './lua-tree.ts';

const SPECIAL: ReadonlySet<string> = new Set(['LUA', 'ALIAS']);
/** `default-ttl` of PowerDNS. */
const DEFAULT_TTL = 3600;

/** `zone` is the zone of the file where its name does not tell it. */
export function importPdnsLua(file: string, { zone }: { readonly zone?: string }): ImportResult {
  const named = zoneNameFromText(zone ?? path.basename(file).replace(/\.(?:zone|db|txt)$/, ''));
  if (!named.ok) {
    const remedy = 'Say the zone of the file: --zone shop.example';
    return fail([{ code: 'IMPORT', severity: 'error', message: named.problem, remedy }]);
  }
  const read = (origin: WireName) =>
    readZoneSource({ file, origin, special: SPECIAL, defaultTtl: DEFAULT_TTL });
  const source = read(named.value);
  if (!source.ok) return source;
  const soa = source.value.records.find(({ type }) => type === RRTYPE.SOA);
  if (zone === undefined && soa !== undefined && !namesEqual(soa.owner, named.value)) {
    const again = read(soa.owner);
    return again.ok ? imported(file, soa.owner, again.value) : again;
  }
  return imported(file, named.value, source.value);
}

function imported(file: string, zone: WireName, source: ZoneSource): ImportResult {
  return orNotUnderstood(() => {
    const report = new ImportReport();
    const pools = new PoolBook();
    const hosts = new HostsByType();
    const scripts = source.special.filter(({ type }) => type === 'LUA');
    for (const record of source.special) {
      const name = relativeName(record.owner, zone);
      if (record.type === 'ALIAS') takeAlias(record, name, hosts, pools, report);
      else if (answerType(record) === 'LUA') tellScript(record, name, report);
      else {
        const decision = decisionOf(record, name, zone, scripts, pools, report);
        if (
          decision !== undefined &&
          !hosts.add(
            name,
            answerType(record),
            decision,
            `LUA ${answerType(record)}, line ${record.place.line}`,
          )
        )
          tellSecond(record, name, report);
      }
    }
    const origin = `the LUA records of ${path.basename(file)}, a zone file of PowerDNS`;
    const files = writeZone({ zone, file, source, hosts: hosts.all(), pools: pools.all(), origin });
    return { files, report: report.lines() };
  });
}

function answerType({ words }: SpecialRecord): string {
  return words[0]?.toUpperCase() ?? '';
}

/** A script stands in one or several strings, which PowerDNS puts blanks between. */
function scriptOf({ words }: SpecialRecord): string {
  return words.slice(1).join(' ');
}

function decisionOf(
  record: SpecialRecord,
  name: string,
  zone: WireName,
  scripts: readonly SpecialRecord[],
  pools: PoolBook,
  report: ImportReport,
): DecisionDraft | undefined {
  const { place, ttl } = record;
  const host = new LuaHost({ place, ttl, name, type: answerType(record) }, pools, report);
  try {
    const block = parseLuaRecord(scriptOf(record), place);
    return new LuaScript(host, (target) => included(target, zone, scripts)).decision(block);
  } catch (error) {
    if (!(error instanceof LuaBeyond)) throw error;
    report.add('left out', place, {
      what: `LUA ${host.type} of ${name}`,
      why: error.message,
      instead: 'nothing: the name has no such record',
      remedy: 'Write a host of the policy for it, which may compute what it answers in TypeScript',
    });
    return undefined;
  }
}

/** The scripts of all records of the type LUA at a name. */
function included(target: string, zone: WireName, scripts: readonly SpecialRecord[]): LuaBlock {
  const found = scripts.filter(
    (record) => answerType(record) === 'LUA' && relativeName(record.owner, zone) === target.toLowerCase(),
  );
  if (found.length === 0) throw new LuaBeyond(`there is no record LUA LUA at "${target}" to include`);
  return found.flatMap((record) => parseLuaScript(scriptOf(record), record.place));
}

/** PowerDNS asks its `resolver` for the addresses, where `expand-alias` is set. */
function takeAlias(
  { place, words, ttl }: SpecialRecord,
  name: string,
  hosts: HostsByType,
  pools: PoolBook,
  report: ImportReport,
): void {
  const target = words[0] ?? '';
  const origin = `ALIAS, line ${place.line}`;
  const what = `ALIAS of ${name}`;
  if (!target.endsWith('.') || target === '.') {
    report.add('left out', place, {
      what,
      why: 'its target is no whole name with a final dot',
      instead: 'nothing: the name has no such record',
      remedy: `Write the whole name: ${name} ALIAS lb.example.net.`,
    });
    return;
  }
  const pool = { records: {}, alias: target.slice(0, -1), ttl };
  const plan = pools.plan([poolBase(name), `${poolBase(name)}-alias`], origin, pool);
  const isFirst = ['A', 'AAAA'].map((type) => hosts.add(name, type, plan, origin)).every(Boolean);
  report.add(isFirst ? 'note' : 'changed', place, {
    what,
    why: isFirst ? 'its addresses are asked for' : 'records of types A or AAAA of the same name stand before',
    instead: isFirst ? 'a pool with an alias' : 'those records, and the alias for what they do not answer',
    remedy: "Name the resolver that PowerDNS asks ('resolver') as alias.resolvers in dnsteer.yaml",
  });
}

/** What scripts include is laid out where it is included. */
function tellScript({ place }: SpecialRecord, name: string, report: ImportReport): void {
  report.add('note', place, {
    what: `LUA LUA of ${name}`,
    why: 'its values are written where scripts include them',
    instead: 'nothing: no name is there for it',
    remedy: 'Share values of several policies in a file of a folder named snippets',
  });
}

function tellSecond(record: SpecialRecord, name: string, report: ImportReport): void {
  report.add('left out', record.place, {
    what: `LUA ${answerType(record)} of ${name}`,
    why: 'another LUA record of the same name and type stands before, and the answers of both cannot be put together',
    instead: 'the answer of the first',
    remedy: 'Write one script that answers all',
  });
}
