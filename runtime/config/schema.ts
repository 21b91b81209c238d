/**
 * Every setting: its name, what it may be, its default and what it is for. The JSON Schema for
 * editors, the environment variables and `dnsteer config` are all derived from here.
 *
 * A message completes the sentence 'Setting "x" …', see issues.ts. Times are in the unit
 * operators think of them in: milliseconds for a query, seconds for everything slower.
 */
import { z } from 'zod';
import { LOG_FORMATS, LOG_LEVELS } from '../base/log.ts';
import { parseSocketAddress } from '../base/net/socket-address.ts';
import { MAX_TTL } from '../wire/ttl.ts';
import { cookies, rateLimit } from './abuse-schema.ts';
import { HOW_TO_MAKE_A_TOKEN, isToken, SHORTEST_TOKEN } from './admin-token.ts';
import {
  account,
  choice,
  flag,
  list,
  notAbove,
  number,
  parsed,
  secret,
  section,
  text,
  whole,
} from './kinds.ts';
import { location } from './location-schema.ts';
import {
  ADDRESS_FORM,
  hostName,
  ipAddress,
  network,
  readDomainName,
  socketAddress,
} from './network-kinds.ts';
import { keys, secondary, transfer } from './transfer-schema.ts';
import { keysIn } from './tsig-keys.ts';

const folder = text('must be the path of a folder');

const nameServer = z.union(
  [
    hostName.transform((name) => ({ name, addresses: [] as string[] })),
    section({
      name: hostName.describe('Its name.'),
      addresses: list(ipAddress, 'IP addresses')
        .prefault([])
        .describe('Its addresses: needed (glue) where the name is inside the zone.'),
    }),
  ],
  { error: 'must be a host name, or a mapping with "name" and "addresses"' },
);

const zone = section({
  nameServers: list(nameServer, 'name servers')
    .prefault([])
    .describe(
      'NS records of zones whose .zone file has none. None given: ns1.<zone> at the addresses listened on, fit for trying only.',
    ),
  contact: parsed('must be a mail address, such as "hostmaster@example.com"', readContact)
    .optional()
    .describe('Mail address of whoever looks after the zones, for SOA. None given: hostmaster@<zone>.'),
  ttl: ttl().prefault(3600).describe('TTL of SOA and NS, in seconds.'),
  negativeTtl: ttl()
    .prefault(30)
    .describe('How long resolvers may remember that a name or type is not there, in seconds (RFC 2308).'),
  refresh: ttl().prefault(3600).describe('SOA refresh, in seconds.'),
  retry: ttl().prefault(600).describe('SOA retry, in seconds.'),
  expire: ttl().prefault(604_800).describe('SOA expire, in seconds.'),
}).prefault({});

const policy = section({
  ttl: ttl().prefault(30).describe('TTL of answers whose policy says none, in seconds.'),
  budget: whole(1, 10_000).prefault(5).describe('Time one run of a policy may take, in milliseconds.'),
  deadline: whole(1, 10_000)
    .prefault(50)
    .describe('Time from the arrival of a query to its answer, in milliseconds.'),
  maxBudget: whole(1, 10_000).prefault(100).describe('Largest budget a policy may ask for, in milliseconds.'),
  maxDeadline: whole(1, 10_000)
    .prefault(1000)
    .describe('Largest deadline a policy may ask for, in milliseconds.'),
  topLevel: whole(1, 10_000)
    .prefault(100)
    .describe('Processor time that loading may take: code outside of handlers, in milliseconds.'),
  // isolated-vm refuses less than 8.
  memory: whole(8, 1024).prefault(32).describe('Memory of one policy in one sandbox, in megabytes.'),
})
  .superRefine((policy, context) => {
    notAbove(context, policy, 'budget', 'deadline', 'policy');
    notAbove(context, policy, 'budget', 'maxBudget', 'policy');
    notAbove(context, policy, 'deadline', 'maxDeadline', 'policy');
    notAbove(context, policy, 'maxBudget', 'maxDeadline', 'policy');
  })
  .prefault({});

const sandbox = section({
  jitless: flag()
    .prefault(false)
    .describe(
      'Interpret policies, and make no machine code. Simple policies take as long as before, loops six times as long.',
    ),
  allowOpenDoors: flag()
    .prefault(false)
    .describe('Serve even if a sandbox process finds at its start that Node does not confine it.'),
  memory: whole(256, 65_536)
    .prefault(4096)
    .describe('Memory one sandbox process may use before it is replaced, in megabytes.'),
}).prefault({});

const health = section({
  interval: whole(1, 3600).prefault(10).describe('Time between two probes of a target, in seconds.'),
  timeout: whole(1, 3600).prefault(5).describe('Time until a probe counts as failed, in seconds.'),
  rise: whole(1, 100).prefault(2).describe('Successes in a row that turn a down target up.'),
  fall: whole(1, 100).prefault(3).describe('Failures in a row that turn an up target down.'),
  probesPerSecond: whole(1, 100_000)
    .prefault(2000)
    .describe('Most probes in a second, of all zones together; a version that would go beyond is refused.'),
})
  .superRefine((health, context) => notAbove(context, health, 'timeout', 'interval', 'health'))
  .prefault({});

const tls = section({
  listen: list(socketAddress, 'addresses with ports, such as ["192.0.2.1:853", "[::1]:853"]')
    .prefault([])
    .describe('Addresses to answer DNS over TLS on (RFC 7858).'),
  certificate: text('must be the path of a file')
    .optional()
    .describe(
      'File of the certificate, and of those that lead to its authority (PEM). Read again when it changes.',
    ),
  key: text('must be the path of a file').optional().describe('File of its private key (PEM).'),
}).prefault({});

/** All settings. Defaults are applied at every depth, so `{}` is a valid configuration. */
export const configSchema = section({
  policies: folder.prefault('./policies').describe('Folder of policies and zone files.'),
  listen: list(socketAddress, 'addresses with ports, such as ["127.0.0.1:5300", "[::1]:5300"]')
    .min(1, { error: 'must name at least one address' })
    .prefault(['127.0.0.1:5300'])
    .describe('Addresses to answer DNS on, UDP and TCP.'),
  processes: z
    .union([z.literal('auto'), whole(1, 256)], { error: 'must be "auto" or a whole number from 1 to 256' })
    .prefault('auto')
    .describe('Answer processes; "auto" is one for each processor core.'),
  admin: section({
    listen: parsed(`must be "off" or ${ADDRESS_FORM}`, (text) =>
      text === 'off' ? text : parseSocketAddress(text),
    )
      .prefault('127.0.0.1:8053')
      .describe(
        'Address of the admin page, API and metrics, or "off". One that is not on loopback needs a token.',
      ),
    token: secret(
      `must be a text of at least ${SHORTEST_TOKEN} characters without spaces; ${HOW_TO_MAKE_A_TOKEN}`,
      isToken,
    )
      .optional()
      .describe('Secret that whoever asks the admin server must know; /healthz and /readyz are open to all.'),
    tokenFile: text('must be the path of a file')
      .optional()
      .describe('File that holds the token, in place of admin.token.'),
  }).prefault({}),
  zone,
  keys,
  transfer,
  secondary,
  policy,
  sandbox,
  memo: section({
    leaves: whole(0, 10_000_000)
      .prefault(10_000)
      .describe('Decisions remembered for one policy; 0 remembers none.'),
    policyMemory: whole(1, 65_536)
      .prefault(32)
      .describe('Memory they may take for one policy, in megabytes of each answer process.'),
    memory: whole(1, 65_536)
      .prefault(256)
      .describe('Memory they may take for all policies, in megabytes of each answer process.'),
    packets: whole(0, 4_194_304)
      .prefault(65_536)
      .describe('Replies kept as they were made, each in 256 octets of each answer process; 0 keeps none.'),
  }).prefault({}),
  health,
  geo: section({
    detail: choice(['city', 'country', 'none'])
      .prefault('city')
      .describe(
        '"country" knows no cities or coordinates, and saves 50 MB in each answer process; "none" knows the overrides only.',
      ),
    overrides: z
      .record(network, location, { error: 'must be a mapping from networks to locations' })
      .prefault({})
      .describe('Where networks are, over what the geo data says: "10.0.0.0/8: { country: DE }".'),
  }).prefault({}),
  edns: section({
    // RFC 6891 §6.2.3: values below 512 mean 512.
    udpSize: whole(512, 4096).prefault(1232).describe('Largest UDP payload sent or asked for, in octets.'),
  }).prefault({}),
  identity: section({
    name: shortText()
      .optional()
      .describe(
        'Name of this server among those of its zones, for who asks: NSID (RFC 5001), and id.server and hostname.bind in class CH (RFC 4892). None given: nobody is told.',
      ),
    version: shortText()
      .optional()
      .describe('Text for who asks version.server or version.bind in class CH. None given: nobody is told.'),
  }).prefault({}),
  cookies,
  rateLimit,
  udp: section({
    sockets: choice(['auto', 'batched', 'dgram'])
      .prefault('auto')
      .describe(
        '"batched" receives and sends many messages with one system call (Linux, package koffi), "dgram" one by one; "auto" is batched where it can be.',
      ),
  }).prefault({}),
  tcp: section({
    idle: whole(1, 3600).prefault(30).describe('Time until an idle connection is closed, in seconds.'),
    clients: whole(1, 65_535)
      .prefault(256)
      .describe(
        'Connections to one answer process over TCP, as many over TLS, and as many over HTTPS. Where there is no room, one that is idle goes, of who has most, for a client that has fewer.',
      ),
    clientsPerAddress: whole(1, 65_535)
      .prefault(64)
      .describe(
        'Connections from one address, or one IPv6 network of 64 bits, to one answer process over one of them.',
      ),
  }).prefault({}),
  tls,
  https: section({
    listen: list(socketAddress, 'addresses with ports, such as ["192.0.2.1:443", "[::1]:443"]')
      .prefault([])
      .describe('Addresses to answer DNS over HTTPS on (RFC 8484, HTTP/2), with the certificate of "tls".'),
    path: text('must be a path, such as "/dns-query"', (written) => /^\/[!$&-;=@-~]*$/.test(written))
      .prefault('/dns-query')
      .describe('Path of the URL that is asked.'),
  }).prefault({}),
  proxy: section({
    from: list(network, 'networks, such as ["10.0.0.0/8"]')
      .prefault([])
      .describe(
        'Networks of proxies: what comes from there must begin with a PROXY header (version 2), which says who asks.',
      ),
  }).prefault({}),
  log: section({
    level: choice(LOG_LEVELS).prefault('info').describe('The least that is logged.'),
    format: choice(LOG_FORMATS).prefault('auto').describe('"auto" is pretty on a terminal, else json.'),
    queries: number(0, 1).prefault(0).describe('Share of queries to log: 0 is none, 1 is all.'),
  }).prefault({}),
  user: account().describe('User to become once the addresses are bound, when started as root.'),
  group: account().describe("Group to become; the user's own if not given."),
  state: folder
    .prefault('.dnsteer')
    .describe('Folder for what outlives a restart: last good versions, run state.'),
}).superRefine((config, context) => {
  const needs = (path: (string | number)[], input: unknown, message: string): void =>
    context.addIssue({ code: 'custom', path, input, message });
  for (const [path, key] of keysIn(config)) {
    if (key !== undefined && !Object.hasOwn(config.keys, key))
      needs(path, key, 'must be the name of one of "keys"');
  }
  if (config.group !== undefined && config.user === undefined)
    needs(['group'], config.group, 'needs "user" beside it');
  const { certificate, key } = config.tls;
  const missing = certificate === undefined ? 'tls.certificate' : key === undefined ? 'tls.key' : undefined;
  if (missing === undefined) return;
  for (const name of ['tls', 'https'] as const) {
    const { listen } = config[name];
    if (listen.length > 0) needs([name, 'listen'], listen, `needs "${missing}" beside it`);
  }
});

/** The schema for editors, as published in types/dnsteer.schema.json. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input' });
  return { $schema, title: 'dnsteer.yaml', ...rest };
}

/** RFC 1035 §3.3: one character string. */
function shortText() {
  return text('must be a text of at most 255 octets', (written) => Buffer.byteLength(written) <= 255);
}

function ttl() {
  return whole(0, MAX_TTL);
}

/** RFC 1035 §8: a mail address as a domain name; dots before the `@` are escaped, they part no labels. */
function readContact(written: string): string | undefined {
  const at = written.lastIndexOf('@');
  if (at === -1) return readDomainName(written);
  const local = written.slice(0, at).replace(/[\\.]/g, '\\$&');
  return local === '' ? undefined : readDomainName(`${local}.${written.slice(at + 1)}`);
}
