/**
 * What is asked of every server, each in its own words. A server that has no way to do it is left
 * out of that row. All answer the same addresses to the same clients, and are held to it before
 * they are measured.
 *
 * Three places: `us` is 192.0.2.x, `eu` 198.51.100.x, `asia` 203.0.113.x, known by their
 * documentation prefixes (RFC 5737) to every geo database of the bench. What has its health checked
 * is on loopback: 127.0.1.x and 127.0.2.x.
 */

export interface Case {
  /** Its host name as well. */
  readonly name: string;
  readonly says: string;
  /** Text in a `hosts` of a policy, or in its `records`. */
  readonly dnsteer: { readonly host: string } | { readonly record: string };
  /** A line of the zone file, and a plugin's resource. */
  readonly gdnsd?: string;
  /** Lua, or the records as they are. */
  readonly powerdns?: { readonly lua: string } | { readonly A: readonly string[] };
  /** One client without ECS, or many client networks with it; both, one after the other, unless it says. */
  readonly clients: readonly Clients[];
  /** Queries under way at a time: fewer where more would be too late for the deadline. Default 200. */
  readonly underWay?: number;
  /** Addresses that may be answered to a client in the United States, and to one in Germany. */
  readonly right: { readonly us: readonly string[]; readonly de: readonly string[] };
}

/** `one` asks from loopback; `many` from 65 536 networks and `new` each time from another, by ECS. */
export type Clients = 'one' | 'many' | 'new';

export const ZONE = 'bench.example';

export const PLACES = [
  { name: 'us', prefix: '192.0.2.0', at: [39.0, -77.5], country: 'US', continent: 'NA' },
  { name: 'eu', prefix: '198.51.100.0', at: [50.1, 8.7], country: 'DE', continent: 'EU' },
  { name: 'asia', prefix: '203.0.113.0', at: [35.7, 139.7], country: 'JP', continent: 'AS' },
] as const;

const US = ['192.0.2.1', '192.0.2.2'];
const EU = ['198.51.100.1', '198.51.100.2'];

/** Whose health is checked. */
export const CHECKED = ['127.0.1.1', '127.0.1.2', '127.0.2.1', '127.0.2.2'];

export const CASES: readonly Case[] = [
  {
    name: 'static',
    says: 'two addresses, for everyone',
    dnsteer: { record: "{ A: ['192.0.2.1', '192.0.2.2'] }" },
    gdnsd: 'static 30 A 192.0.2.1\nstatic 30 A 192.0.2.2',
    powerdns: { A: US },
    clients: ['one', 'many'],
    right: { us: US, de: US },
  },
  {
    name: 'geo',
    says: 'by continent',
    dnsteer: { host: "(query) => (query.client.continent === 'EU' ? 'eu' : 'us')" },
    gdnsd: 'geo 30 DYNA geoip!geo',
    powerdns: {
      lua: ";if continent('EU') then return {'198.51.100.1','198.51.100.2'} else return {'192.0.2.1','192.0.2.2'} end",
    },
    clients: ['one', 'many'],
    right: { us: US, de: EU },
  },
  {
    name: 'weighted',
    says: 'one of two, 9 to 1',
    dnsteer: { host: 'weighted({ us1: 9, eu1: 1 })' },
    gdnsd: 'weighted 30 DYNA weighted!plain',
    powerdns: { lua: "pickwrandom({{9,'192.0.2.1'},{1,'198.51.100.1'}})" },
    clients: ['one', 'many'],
    right: { us: ['192.0.2.1', '198.51.100.1'], de: ['192.0.2.1', '198.51.100.1'] },
  },
  {
    name: 'nearest',
    says: 'by distance, of three',
    dnsteer: { host: "nearest('us1', 'eu1', 'asia1')" },
    gdnsd: 'nearest 30 DYNA geoip!nearest',
    powerdns: { lua: "pickclosest({'192.0.2.1','198.51.100.1','203.0.113.1'})" },
    clients: ['many'],
    right: { us: ['192.0.2.1'], de: ['198.51.100.1'] },
  },
  {
    name: 'sticky',
    says: 'by hash of the client network, of three',
    dnsteer: { host: "sticky('us1', 'eu1', 'asia1')" },
    powerdns: { lua: "pickwhashed({{1,'192.0.2.1'},{1,'198.51.100.1'},{1,'203.0.113.1'}})" },
    clients: ['many'],
    right: {
      us: ['192.0.2.1', '198.51.100.1', '203.0.113.1'],
      de: ['192.0.2.1', '198.51.100.1', '203.0.113.1'],
    },
  },
  {
    name: 'combined',
    says: 'by continent, of those that are up, 9 to 1',
    dnsteer: {
      host: `(query) => (query.client.continent === 'EU' && health('euA') === 'up'
        ? weighted({ euA: 9, euB: 1 }) : weighted({ usA: 9, usB: 1 }))`,
    },
    gdnsd: 'combined 30 DYNA geoip!combined',
    powerdns: { lua: `;${combinedLua()}` },
    clients: ['one', 'many'],
    right: { us: ['127.0.1.1', '127.0.1.2'], de: ['127.0.2.1', '127.0.2.2'] },
  },
  {
    name: 'uncacheable',
    says: "reads the client's address: decided each time",
    dnsteer: { host: "(query) => (query.client.ip === '192.0.2.1' ? 'eu' : 'us')" },
    powerdns: {
      lua: ";if bestwho:toString() == '192.0.2.1' then return {'198.51.100.1','198.51.100.2'} else return {'192.0.2.1','192.0.2.2'} end",
    },
    clients: ['many'],
    underWay: 64,
    right: { us: US, de: US },
  },
  {
    name: 'cold',
    says: "reads the client's network, and each is new",
    dnsteer: { host: "(query) => (query.client.subnet === '192.0.2.0/24' ? 'eu' : 'us')" },
    powerdns: {
      lua: ";if bestwho:toString() == '192.0.2.0' then return {'198.51.100.1','198.51.100.2'} else return {'192.0.2.1','192.0.2.2'} end",
    },
    clients: ['new'],
    underWay: 64,
    right: { us: US, de: US },
  },
];

/** What PowerDNS has no function for: a weighted pick among those that a check finds up. */
function combinedLua(): string {
  return [
    "local a,b='127.0.1.1','127.0.1.2'",
    "if continent('EU') then a,b='127.0.2.1','127.0.2.2' end",
    "local up=ifportup(HEALTH_PORT,{a,b},{selector='all'})",
    'local w={}',
    'for _,ip in ipairs(up) do w[#w+1]={ip==a and 9 or 1,ip} end',
    'return pickwrandom(w)',
  ].join(' ');
}
