/** Servers of one zone, each with one thread that answers: three of it as BIND's tools signed it, two that sign. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NAME_SERVERS } from '../../support/name-servers.ts';
import { freePort } from '../../support/ports.ts';
import { type SignedZone, signZone } from '../../support/sign-zone.ts';
import { ZONE } from '../cases.ts';
import { answers, Program, programNamed } from '../peers/peer.ts';
import { signedZoneText } from './cases.ts';

export type SignedPeerName =
  | 'dnsteer unsigned'
  | 'dnsteer'
  | 'dnsteer compact'
  | 'NSD'
  | 'Knot'
  | 'BIND'
  | 'Knot onlinesign'
  | 'PowerDNS live';

export interface SignedPeer {
  readonly name: SignedPeerName;
  readonly port: number;
  /** Of the process that answers, or of that whose children do. */
  readonly pid: number;
  /** How it denies a name: all of them with NSEC. */
  readonly denies: 'NXDOMAIN' | 'NOERROR';
  readonly isSigned: boolean;
  stop(): Promise<void>;
}

interface Recipe {
  readonly program: string;
  readonly packages: string;
  readonly denies?: SignedPeer['denies'];
  args(folder: string): readonly string[];
  /** Files in its folder. */
  files(folder: string, port: number, zone: SignedZone): Readonly<Record<string, string>>;
  /** What else to do before it starts. */
  prepare?(folder: string): void;
}

/** The zone, signed once for all who do not sign. */
export function benchZone(): SignedZone {
  return signZone({ origin: `${ZONE}.`, text: signedZoneText() });
}

export async function startPeer(
  name: keyof typeof RECIPES,
  folderOfAll: string,
  zone: SignedZone,
): Promise<SignedPeer> {
  const recipe: Recipe = RECIPES[name];
  const program = programNamed(recipe.program, recipe.packages);
  const port = await freePort();
  const folder = path.join(folderOfAll, name.replaceAll(' ', '-'));
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(recipe.files(folder, port, zone)))
    writeFileSync(path.join(folder, file), text);
  recipe.prepare?.(folder);
  const server = new Program(program, recipe.args(folder));
  await server.ready(() => answers(port));
  const { denies = 'NXDOMAIN' } = recipe;
  return { name, port, pid: server.pid, denies, isSigned: true, stop: () => server.stop() };
}

/** `module`: of the zone. */
function knotText(folder: string, port: number, module = ''): string {
  return NAME_SERVERS.knotd.config({
    port,
    folder,
    parts: `
policy:
  - id: one-key
    single-type-signing: on
    algorithm: ecdsap256sha256
mod-onlinesign:
  - id: default
    policy: one-key
`,
    template: '    zonefile-sync: -1\n    zonefile-load: whole\n    journal-content: none',
    zones: `  - domain: ${ZONE}\n    file: zone\n${module}`,
  });
}

const RECIPES = {
  NSD: {
    program: 'nsd',
    packages: 'nsd',
    args: (folder) => NAME_SERVERS.nsd.args(`${folder}/nsd.conf`),
    files: (folder, port, { text }) => ({
      zone: text,
      'nsd.conf': NAME_SERVERS.nsd.config({
        port,
        folder,
        server: '  rrl-ratelimit: 0\n  minimal-responses: yes',
        zones: `zone:\n  name: ${ZONE}\n  zonefile: zone\n`,
      }),
    }),
  },
  Knot: {
    program: 'knotd',
    packages: 'knot',
    args: (folder) => NAME_SERVERS.knotd.args(`${folder}/knot.conf`),
    files: (folder, port, { text }) => ({ zone: text, 'knot.conf': knotText(folder, port) }),
  },
  BIND: {
    program: 'named',
    packages: 'bind9',
    args: (folder) => NAME_SERVERS.named.args(`${folder}/named.conf`),
    files: (folder, port, { text }) => ({
      zone: text,
      'named.conf': NAME_SERVERS.named.config({
        port,
        folder,
        server: '  notify no;\n  minimal-responses yes;',
        zones: `zone "${ZONE}" { type primary; file "zone"; };\n`,
      }),
    }),
  },
  'Knot onlinesign': {
    program: 'knotd',
    packages: 'knot',
    denies: 'NOERROR',
    args: (folder) => NAME_SERVERS.knotd.args(`${folder}/knot.conf`),
    files: (folder, port) => ({
      zone: signedZoneText(),
      'knot.conf': knotText(folder, port, '    module: mod-onlinesign/default\n'),
    }),
  },
  'PowerDNS live': {
    program: 'pdns_server',
    packages: 'pdns-server pdns-backend-bind',
    args: (folder) => [`--config-dir=${folder}`],
    prepare: (folder) => {
      const run = (...args: string[]) =>
        execFileSync('pdnsutil', [`--config-dir=${folder}`, ...args], { stdio: 'pipe' });
      run('create-bind-db', `${folder}/keys.db`);
      run('secure-zone', ZONE);
    },
    files: (folder, port) => ({
      zone: `$ORIGIN ${ZONE}.\n${signedZoneText()}`,
      'named.conf': `zone "${ZONE}" { type master; file "${folder}/zone"; };\n`,
      'pdns.conf': `
launch=bind
bind-config=${folder}/named.conf
bind-dnssec-db=${folder}/keys.db
local-address=127.0.0.1
local-port=${port}
socket-dir=${folder}
receiver-threads=1
distributor-threads=1
zone-cache-refresh-interval=0
security-poll-suffix=
default-ksk-algorithm=ecdsa256
daemon=no
guardian=no
loglevel=3
`,
    }),
  },
} as const satisfies Partial<Record<SignedPeerName, Recipe>>;

export const OTHERS = Object.keys(RECIPES) as (keyof typeof RECIPES)[];
