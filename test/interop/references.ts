/** The name servers that ours is compared with, each serving zone files of our choosing and nothing else. */
import { type ForeignProgram, type ForeignServer, startForeign } from './foreign-server.ts';

export type Reference = 'nsd' | 'knot' | 'bind';

/** Origin of a zone, without its final dot → text of its file. */
export type ZoneFiles = Readonly<Record<string, string>>;

/** Who may have zones: for `open`, everybody here; for `keyed`, who has the key. Of all others, nobody. */
export interface Transfers {
  readonly key: { readonly name: string; readonly algorithm: string; readonly secret: string };
  readonly open: readonly string[];
  readonly keyed: readonly string[];
}

/** The program of each, for `missing`. */
export const PROGRAMS = { nsd: 'nsd', knot: 'knotd', bind: 'named' } as const satisfies Record<
  Reference,
  string
>;

/** Starts a reference and waits until it answers for all zones; one process or thread reads its one socket. */
export function startReference(
  reference: Reference,
  zones: ZoneFiles,
  transfers?: Transfers,
): Promise<ForeignServer> {
  const origins = Object.keys(zones);
  const files = Object.fromEntries(origins.map((origin) => [`${origin}.zone`, zones[origin] ?? '']));
  return startForeign({ program: PROGRAMS[reference], files, ...COMMANDS[reference](origins, transfers) });
}

type Command = Pick<ForeignProgram, 'args' | 'config' | 'ready'>;

const COMMANDS: Readonly<Record<Reference, (origins: readonly string[], transfers?: Transfers) => Command>> =
  {
    nsd: (origins, transfers) => ({
      args: (config) => ['-d', '-c', config],
      ready: 'nsd started',
      config: (port, folder) => `
server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  zonesdir: "${folder}"
  database: ""
  zonelistfile: "${folder}/zone.list"
  xfrdir: "${folder}"
  xfrdfile: ""
  pidfile: ""
  verbosity: 1
  rrl-ratelimit: 0
  tcp-timeout: 1
  minimal-responses: yes
  hide-version: yes
remote-control:
  control-enable: no
${transfers ? `key:\n  name: ${transfers.key.name}\n  algorithm: ${transfers.key.algorithm}\n  secret: "${transfers.key.secret}"\n` : ''}
${origins.map((origin) => `zone:\n  name: ${origin}\n  zonefile: ${origin}.zone\n${nsdTransfers(origin, transfers)}`).join('')}`,
    }),

    knot: (origins, transfers) => ({
      args: (config) => ['-c', config],
      ready: 'server started',
      config: (port, folder) => `
server:
  listen: 127.0.0.1@${port}
  rundir: ${folder}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  tcp-idle-timeout: 1
  version: ""
  edns-client-subnet: on
database:
  storage: ${folder}
log:
  - target: stderr
    any: info
${transfers ? knotTransfers(transfers) : ''}
template:
  - id: default
    storage: ${folder}
    zonefile-sync: -1
    journal-content: none
zone:
${origins.map((origin) => `  - domain: ${origin}\n    file: ${origin}.zone\n${knotAcl(origin, transfers)}`).join('')}`,
    }),

    bind: (origins) => ({
      args: (config) => ['-g', '-n', '1', '-c', config],
      ready: 'all zones loaded',
      config: (port, folder) => `
options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
  notify no;
  zero-no-soa-ttl no;
  check-names primary ignore;
  minimal-responses no-auth;
  tcp-idle-timeout 10;
};
controls { };
${origins.map((origin) => `zone "${origin}" { type primary; file "${origin}.zone"; };\n`).join('')}`,
    }),
  };

function nsdTransfers(origin: string, transfers: Transfers | undefined): string {
  if (transfers?.open.includes(origin)) return '  provide-xfr: 127.0.0.1 NOKEY\n';
  return transfers?.keyed.includes(origin) ? `  provide-xfr: 127.0.0.1 ${transfers.key.name}\n` : '';
}

function knotTransfers({ key }: Transfers): string {
  return `
key:
  - id: ${key.name}
    algorithm: ${key.algorithm}
    secret: ${key.secret}
acl:
  - id: open
    address: 127.0.0.1
    action: transfer
  - id: keyed
    key: ${key.name}
    action: transfer
`;
}

function knotAcl(origin: string, transfers: Transfers | undefined): string {
  if (transfers?.open.includes(origin)) return '    acl: open\n';
  return transfers?.keyed.includes(origin) ? '    acl: keyed\n' : '';
}
