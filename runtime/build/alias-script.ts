/**
 * ALIAS records of a zone file as part of the script of its policy: so they are tried, kept and served as whatever else a policy
 * declares (sandbox/prelude/alias-records.ts). A zone without a policy gets a script of nothing else, which nobody need run.
 */
import { aliasPoolOf } from '../rpc/aliases/alias-pool.ts';
import type { ManifestData } from '../rpc/plan.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { zoneIdOf } from '../wire/zone-id.ts';
import type { FileAlias } from '../zone/file-alias.ts';
import { originOf } from '../zone/origin.ts';
import type { CompiledScript } from './failure-place.ts';

/** A record as the script has it: its owner is a key of `hosts`. */
interface Row {
  readonly name: string;
  readonly target: string;
  readonly ttl: number;
}

/** The script, with the ALIAS records declared on its first line, so that its source map holds. */
export function withAliasRecords(script: string, zone: string, aliases: readonly FileAlias[]): string {
  if (aliases.length === 0) return script;
  // A directive counts only in front of all statements (ECMA-262 §11.2.1).
  const at = script.startsWith(STRICT) ? STRICT.length : 0;
  return script.slice(0, at) + declarationOf(zone, aliases) + script.slice(at);
}

/** Whether a script declares these ALIAS records, and no others. */
export function declares(script: string, zone: string, aliases: readonly FileAlias[]): boolean {
  const at = script.startsWith(STRICT) ? STRICT.length : 0;
  if (aliases.length === 0) return !script.startsWith(DECLARATION, at);
  return script.startsWith(declarationOf(zone, aliases), at);
}

/** The script of a zone without a policy. */
export function scriptOfAliases(zone: string, aliases: readonly FileAlias[]): CompiledScript {
  return { script: STRICT + declarationOf(zone, aliases) + INSTALL, sourceMap: NO_SOURCES };
}

/** What such a script declares, as a sandbox would tell it; `undefined` for any other script. */
export function manifestOfAliases(script: string): ManifestData | undefined {
  if (!script.startsWith(STRICT + DECLARATION) || !script.endsWith(END + INSTALL)) return undefined;
  const from = STRICT.length + DECLARATION.length;
  const rows = JSON.parse(script.slice(from, -(END + INSTALL).length)) as readonly Row[];
  const pools = rows.map(({ target, ttl }) => aliasPoolOf(target, ttl));
  return {
    form: 'policy',
    pools: Object.fromEntries(pools.map(({ name, pool }) => [name, pool])),
    fallback: { kind: 'nodata' },
    hosts: Object.fromEntries(
      rows.map(({ name }, index) => [name, { kind: 'pool', pool: pools[index]?.name ?? '' }]),
    ),
    records: {},
  };
}

const STRICT = "'use strict';";
const DECLARATION = 'globalThis.__dnsteer_aliases=';
const END = ';';
const INSTALL = '__dnsteer_modules.dnsteer.install(null);\n';
const NO_SOURCES = '{"version":3,"sources":[],"sourcesContent":[],"names":[],"mappings":""}';

function declarationOf(zone: string, aliases: readonly FileAlias[]): string {
  const rows = aliases.map(
    ({ owner, target, ttl }): Row => ({ name: relativeTo(zone, owner), target: nameToText(target), ttl }),
  );
  return DECLARATION + JSON.stringify(rows) + END;
}

/** A name as a key of `hosts`. */
function relativeTo(zone: string, owner: WireName): string {
  if (zoneIdOf(owner) === zone) return '@';
  const whole = nameToText(owner);
  return whole.slice(0, -nameToText(originOf(zone)).length - 1);
}
