/** Functions of LUA records that check: `ifportup`, `ifurlup`, `ifurlextup` (PowerDNS, "Lua records, reference"). */
import { type CheckDraft, firstOf, type PlanDraft } from '../draft.ts';
import type { LuaHost } from './lua-host.ts';
import { LuaBeyond } from './lua-tree.ts';
import { isTable, type LuaTable, type LuaValue, optionOf, stringsOf, tablesOf } from './lua-value.ts';
import { closest, hashed, type LuaFunction, nameGiven, oneOf } from './pick.ts';

export const CHECKED: Readonly<Record<string, LuaFunction>> = {
  ifportup: ([port, list, options], host) => {
    const number = Number(port);
    if (!Number.isInteger(number) || number < 1 || number > 65_535)
      throw new LuaBeyond('ifportup does not say a port');
    return groupsUp(list, options, { type: 'tcp', port: number, ...timing(options) }, host);
  },
  ifurlup: ([url, list, options], host) => groupsUp(list, options, urlCheck(url, options, host), host),
  ifurlextup: ([groups, options], host) => externalUp(groups, options, host),
};

/** Seconds between checks, and until one has failed, as PowerDNS has them (`lua-health-checks-interval`). */
const INTERVAL = 5;
const TIMEOUT = 2;

function timing(options: LuaValue): CheckDraft {
  const failures = Number(optionOf(options, 'minimumFailures') ?? 1);
  const interval = Number(optionOf(options, 'interval') ?? INTERVAL);
  const timeout = Math.min(interval, Number(optionOf(options, 'timeout') ?? TIMEOUT));
  return { interval, timeout, rise: 1, fall: failures };
}

/** Each address is asked for the path of the URL, under the name in it. */
function urlCheck(value: LuaValue, options: LuaValue, host: LuaHost): CheckDraft {
  const url = urlOf(value);
  const type = typeOf(url, host);
  const usual = type === 'https' ? 443 : 80;
  return {
    type,
    path: `${url.pathname}${url.search}`,
    ...(url.port !== '' && Number(url.port) !== usual && { port: Number(url.port) }),
    host: url.hostname,
    ...expectation(options),
    ...timing(options),
  };
}

function urlOf(value: LuaValue): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || !/^https?:$/.test(url.protocol)) {
    throw new LuaBeyond('the URL to check is none of HTTP, or has a password');
  }
  return url;
}

function typeOf(url: URL, host: LuaHost): 'http' | 'https' {
  if (url.protocol === 'http:') return 'http';
  host.note(
    'PowerDNS takes any certificate, and follows redirects',
    'a check of https that verifies the certificate, and looks at the first answer',
    'Write "health: { requests: [{ servers: […], verify: false }] }" into dnsteer.yaml where certificates are not to be trusted',
  );
  return 'https';
}

function expectation(options: LuaValue): CheckDraft {
  const [text, agent] = [optionOf(options, 'stringmatch'), optionOf(options, 'useragent')];
  return {
    status: [Number(optionOf(options, 'httpcode') ?? 200)],
    ...(typeof text === 'string' && { expect: text }),
    ...(typeof agent === 'string' && { headers: { 'User-Agent': agent } }),
  };
}

/** The first group in which an address is up; a list alone is one group. */
function groupsUp(list: LuaValue, options: LuaValue, check: CheckDraft, host: LuaHost): PlanDraft {
  host.requireAddresses('a check');
  tellOptions(options, host);
  const isGrouped = isTable(list) && list.items.some(isTable);
  const groups: readonly LuaValue[] = isGrouped ? tablesOf(list, 'groups') : [list];
  const isEmpty = optionOf(options, 'backupSelector') === 'empty';
  const selector = optionOf(options, 'selector') ?? 'random';
  const plans = groups.map((group) => selected(selector, group, host, check, isEmpty));
  const backup = optionOf(options, 'backupSelector') ?? 'random';
  if (isEmpty || (groups.length === 1 && backup === selector)) return firstOf(plans);
  const everything = groups.flatMap((group) => stringsOf(group, 'addresses'));
  return firstOf([...plans, selected(backup, tableOf([...new Set(everything)]), host, undefined, false)]);
}

function tableOf(items: readonly string[]): LuaTable {
  return { kind: 'table', items, keyed: new Map() };
}

/** What a selector takes of addresses that are up. */
function selected(
  selector: string | number,
  group: LuaValue,
  host: LuaHost,
  check: CheckDraft | undefined,
  isEmpty: boolean,
): PlanDraft {
  const values = stringsOf(group, 'addresses');
  const more = {
    ...nameGiven(group),
    ...(check && { check }),
    ...(isEmpty && { whenDown: 'empty' as const }),
  };
  if (selector === 'all') return host.pool(values, more);
  if (selector === 'random') return oneOf(host.pool(values, more), values.length);
  if (selector === 'hashed')
    return hashed(
      host.each(values, () => check).map((plan) => [1, plan]),
      host,
    );
  if (selector === 'pickclosest') {
    closest(group, host);
    return oneOf(host.pool(values, more), values.length);
  }
  throw new LuaBeyond(`there is no selector "${selector}"`);
}

/** Addresses that are up while a URL of their own is, one group after the other. */
function externalUp(groups: LuaValue, options: LuaValue, host: LuaHost): PlanDraft {
  host.requireAddresses('a check');
  tellOptions(options, host);
  if ((optionOf(options, 'selector') ?? 'random') !== 'random')
    throw new LuaBeyond('ifurlextup has a selector of its own');
  const tables = isTable(groups) && groups.keyed.size > 0 ? [groups] : tablesOf(groups, 'groups');
  const plans = tables.map(({ keyed }): PlanDraft => {
    const of = [...keyed].map(([address, value]): readonly [number, PlanDraft] => {
      const url = urlOf(value);
      const check = { type: typeOf(url, host), url: url.href, ...expectation(options), ...timing(options) };
      return [1, host.pool([address], { check })];
    });
    const [first] = of;
    if (first === undefined) throw new LuaBeyond('a group of ifurlextup has no address');
    return of.length === 1 ? first[1] : { kind: 'weighted', of };
  });
  if (plans.length === 1) return firstOf(plans);
  const everything = [...new Set(tables.flatMap(({ keyed }) => [...keyed.keys()]))];
  return firstOf([...plans, oneOf(host.pool(everything), everything.length)]);
}

const KNOWN_OPTIONS = new Set([
  'selector',
  'backupSelector',
  'timeout',
  'interval',
  'minimumFailures',
  'httpcode',
  'stringmatch',
  'useragent',
]);

function tellOptions(options: LuaValue, host: LuaHost): void {
  if (!isTable(options)) return;
  const others = [...options.keyed.keys()].filter((key) => !KNOWN_OPTIONS.has(key));
  if (others.length === 0) return;
  host.changed(
    `no check has the options ${others.join(', ')}`,
    'the check without them',
    'Look at the checks that policies have, and at health.requests of dnsteer.yaml',
  );
}
