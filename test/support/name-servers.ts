/**
 * NSD, Knot and BIND as tests run them: in the foreground, with one process or thread that answers, and with no file
 * outside their folder. What a test is about it adds in their own languages.
 */

export type NameServer = 'nsd' | 'knotd' | 'named';

/** What a test adds to a configuration, each a text of whole lines. */
export interface NameServerText {
  /** Default: 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  /** Where it has its files, and may write. */
  readonly folder: string;
  /** Settings of the server as a whole. */
  readonly server?: string;
  /** What zones refer to: keys, remotes, access lists, policies. */
  readonly parts?: string;
  /** Of Knot: settings of every zone. */
  readonly template?: string;
  readonly zones: string;
}

interface Recipe {
  /** Given the path of its configuration. */
  readonly args: (config: string) => readonly string[];
  /** What it prints to stderr when it answers. */
  readonly ready: string;
  readonly config: (text: NameServerText) => string;
}

export const NAME_SERVERS: Readonly<Record<NameServer, Recipe>> = {
  nsd: {
    args: (config) => ['-d', '-c', config],
    ready: 'nsd started',
    config: ({ address = LOOPBACK, port, folder, server = '', parts = '', zones }) => `
server:
  ip-address: ${address}@${port}
  server-count: 1
  username: ""
  zonesdir: "${folder}"
  database: ""
  zonelistfile: "${folder}/zone.list"
  xfrdir: "${folder}"
  xfrdfile: "${folder}/xfrd.state"
  pidfile: ""
  verbosity: 1
${server}
remote-control:
  control-enable: no
${parts}
${zones}`,
  },

  knotd: {
    args: (config) => ['-c', config],
    ready: 'server started',
    config: ({ address = LOOPBACK, port, folder, server = '', parts = '', template = '', zones }) => `
server:
  listen: ${address}@${port}
  rundir: ${folder}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
${server}
database:
  storage: ${folder}
log:
  - target: stderr
    any: info
${parts}
template:
  - id: default
    storage: ${folder}
${template}
zone:
${zones}`,
  },

  named: {
    args: (config) => ['-g', '-n', '1', '-c', config],
    ready: 'all zones loaded',
    config: ({ address = LOOPBACK, port, folder, server = '', parts = '', zones }) => `
${parts}
options {
  directory "${folder}";
  listen-on port ${port} { ${address}; };
  listen-on-v6 { none; };
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
${server}
};
controls { };
${zones}`,
  },
};

const LOOPBACK = '127.0.0.1';
