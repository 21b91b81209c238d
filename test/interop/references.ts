/** The name servers that ours is compared with, each serving zone files of our choosing and nothing else. */
import { type ForeignProgram, type ForeignServer, startForeign } from './foreign-server.ts';

export type Reference = 'nsd' | 'knot' | 'bind';

/** Origin of a zone, without its final dot → text of its file. */
export type ZoneFiles = Readonly<Record<string, string>>;

/** The program of each, for `missing`. */
export const PROGRAMS = { nsd: 'nsd', knot: 'knotd', bind: 'named' } as const satisfies Record<
  Reference,
  string
>;

/** Starts a reference and waits until it answers for all zones; one process or thread reads its one socket. */
export function startReference(reference: Reference, zones: ZoneFiles): Promise<ForeignServer> {
  const origins = Object.keys(zones);
  const files = Object.fromEntries(origins.map((origin) => [`${origin}.zone`, zones[origin] ?? '']));
  return startForeign({ program: PROGRAMS[reference], files, ...COMMANDS[reference](origins) });
}

type Command = Pick<ForeignProgram, 'args' | 'config' | 'ready'>;

const COMMANDS: Readonly<Record<Reference, (origins: readonly string[]) => Command>> = {
  nsd: (origins) => ({
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
${origins.map((origin) => `zone:\n  name: ${origin}\n  zonefile: ${origin}.zone\n`).join('')}`,
  }),

  knot: (origins) => ({
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
template:
  - id: default
    storage: ${folder}
    zonefile-sync: -1
    journal-content: none
zone:
${origins.map((origin) => `  - domain: ${origin}\n    file: ${origin}.zone\n`).join('')}`,
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
