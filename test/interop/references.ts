/** The name servers that ours is compared with, each serving zone files of our choosing and nothing else. */
import type { NameServerText } from '../support/name-servers.ts';
import { type ForeignServer, startNameServer } from './foreign-server.ts';

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
  return startNameServer(PROGRAMS[reference], () => TEXTS[reference](origins, transfers), files);
}

type Text = (origins: readonly string[], transfers?: Transfers) => Omit<NameServerText, 'port' | 'folder'>;

const TEXTS: Readonly<Record<Reference, Text>> = {
  nsd: (origins, transfers) => ({
    server: `
  rrl-ratelimit: 0
  tcp-timeout: 1
  minimal-responses: yes
  hide-version: yes
`,
    parts: transfers
      ? `key:\n  name: ${transfers.key.name}\n  algorithm: ${transfers.key.algorithm}\n  secret: "${transfers.key.secret}"\n`
      : '',
    zones: origins
      .map(
        (origin) =>
          `zone:\n  name: ${origin}\n  zonefile: ${origin}.zone\n${nsdTransfers(origin, transfers)}`,
      )
      .join(''),
  }),

  knot: (origins, transfers) => ({
    server: '  tcp-idle-timeout: 1\n  version: ""\n  edns-client-subnet: on',
    parts: transfers ? knotTransfers(transfers) : '',
    template: '    zonefile-sync: -1\n    journal-content: none',
    zones: origins
      .map((origin) => `  - domain: ${origin}\n    file: ${origin}.zone\n${knotAcl(origin, transfers)}`)
      .join(''),
  }),

  bind: (origins) => ({
    server: `
  notify no;
  zero-no-soa-ttl no;
  check-names primary ignore;
  minimal-responses no-auth;
  tcp-idle-timeout 10;
`,
    zones: origins.map((origin) => `zone "${origin}" { type primary; file "${origin}.zone"; };\n`).join(''),
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
