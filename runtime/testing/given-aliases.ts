/** The addresses of the targets of aliases where no server resolves them: as a test or an operator gives them. */
import { showAlias } from '../answer/zones/served-aliases.ts';
import { isFields, isWhole } from '../base/data-reader.ts';
import { addressToText, parseAddress } from '../base/net/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { meant } from '../base/suggest.ts';
import { type AliasNews, type FamilyNews, nothingKnown, ttlStep } from '../health/aliases/alias-news.ts';
import type { HealthTable } from '../health/table.ts';
import type { Pool } from '../plan/plan.ts';

/** What is known, by target: lower case, no final dot. */
export type GivenAliases = ReadonlyMap<string, AliasNews>;

const KEYS = ['A', 'AAAA', 'ttl'] as const;
const DEFAULT_TTL = 60;
const MOST_TTL = 86_400;
/** As many as a resolver may say of one family. */
const MOST_ADDRESSES = 64;

/** Reads `{ 'shop.cdn.example': { A: ['192.0.2.1'], AAAA: [], ttl: 60 } }`; a family that is not given has no address. */
export function readGivenAliases(given: unknown = {}): Result<GivenAliases> {
  if (!isFields(given))
    return fail(`aliases: Must be an object, such as { 'shop.cdn.example': { A: ['192.0.2.1'] } }`);
  const aliases = new Map<string, AliasNews>();
  for (const [name, value] of Object.entries(given)) {
    const target = name.toLowerCase().replace(/\.$/, '');
    const at = `aliases["${name}"]`;
    if (!isFields(value)) return fail(`${at}: Must be an object, such as { A: ['192.0.2.1'], ttl: 60 }`);
    const unknown = Object.keys(value).find((key) => !KEYS.some((known) => known === key));
    if (unknown !== undefined) return fail(`${at}: There is no "${unknown}"${meant(unknown, KEYS)}`);
    const { ttl = DEFAULT_TTL } = value;
    if (!isWhole(ttl, 1, MOST_TTL)) return fail(`${at}.ttl: Must be seconds from 1 to ${MOST_TTL}`);
    const [A, AAAA] = [readFamily(value.A, 4, ttl), readFamily(value.AAAA, 6, ttl)];
    if (!A.ok) return fail(`${at}.A: ${A.problem}`);
    if (!AAAA.ok) return fail(`${at}.AAAA: ${AAAA.problem}`);
    aliases.set(target, { target, A: A.value, AAAA: AAAA.value });
  }
  return ok(aliases);
}

/** Reads `shop.cdn.example=192.0.2.1,2001:db8::1`, as the command line has it; no address at all is an alias without any. */
export function readAliasFlags(flags: readonly string[]): Result<GivenAliases> {
  const given: Record<string, { A: string[]; AAAA: string[] }> = {};
  for (const flag of flags) {
    const [name = '', written, ...rest] = flag.split('=');
    if (name === '' || written === undefined || rest.length > 0)
      return fail(
        `--alias ${flag}: Must be a target and its addresses: shop.cdn.example=192.0.2.1,2001:db8::1`,
      );
    const all = written.split(',').filter((address) => address !== '');
    const isIPv6 = (address: string): boolean => address.includes(':');
    given[name] = { A: all.filter((one) => !isIPv6(one)), AAAA: all.filter(isIPv6) };
  }
  const read = readGivenAliases(given);
  return read.ok ? read : fail(`--alias: ${read.problem}`);
}

/** Has the pools of a zone answer by what is given, and by nothing else; returns what is wrong with it, if anything. */
export function setGivenAliases(
  given: GivenAliases,
  aliased: readonly Pool[],
  health: HealthTable,
): string | undefined {
  const targets = new Set(aliased.flatMap(({ alias }) => alias?.target ?? []));
  for (const target of given.keys())
    if (!targets.has(target))
      return `aliases["${target}"]: No pool is an alias of it${meant(target, targets)}`;
  for (const pool of aliased) {
    const target = pool.alias?.target ?? '';
    showAlias(pool, given.get(target) ?? nothingKnown(target));
  }
  // Whatever is remembered of health was so by what was known before.
  health.changes += 1;
  return undefined;
}

function readFamily(given: unknown = [], family: 4 | 6, ttl: number): Result<FamilyNews> {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length > MOST_ADDRESSES) return fail(`Has over ${MOST_ADDRESSES} addresses`);
  const addresses: string[] = [];
  for (const one of list) {
    const address = typeof one === 'string' ? parseAddress(one) : undefined;
    if (address?.family !== family) return fail(`Must be addresses, such as ${EXAMPLES[family]}`);
    addresses.push(addressToText(address));
  }
  return ok({ addresses, ttl: ttlStep(ttl), isStale: false });
}

const EXAMPLES = { 4: '["192.0.2.1"]', 6: '["2001:db8::1"]' } as const;
