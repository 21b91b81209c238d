/**
 * PowerDNS with Lua records: one thread that receives, one for the backend, and its caches as they
 * are by default. `shared` keeps one Lua state for all queries, where the default makes one for each.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../support/ports.ts';
import { CASES, ZONE } from '../cases.ts';
import { answers, type Ground, type Peer, PeerMissingError, Program, programNamed } from './peer.ts';

const PACKAGES = 'pdns-server pdns-backend-bind pdns-backend-geoip';

export async function startPowerDns(ground: Ground, lua: 'shared' | 'yes'): Promise<Peer> {
  const program = programNamed('pdns_server', PACKAGES);
  const port = await freePort();
  const folder = path.join(ground.folder, `powerdns-${lua}`);
  mkdirSync(folder, { recursive: true });
  const zone = path.join(folder, 'zone');
  writeFileSync(zone, zoneFile(ground.healthPort));
  writeFileSync(path.join(folder, 'named.conf'), `zone "${ZONE}" { type master; file "${zone}"; };\n`);
  writeFileSync(path.join(folder, 'geo.yaml'), 'domains: []\n');
  writeFileSync(path.join(folder, 'pdns.conf'), settings({ folder, port, geo: ground.geo, lua }));
  const server = new Program(program, [`--config-dir=${folder}`]);
  await server
    .ready(() => answers(port))
    .catch((error: unknown) => {
      // Its backends are packages of their own, and it ends where one is missing.
      if (!/lib\w+backend\.so/.test(String(error))) throw error;
      throw new PeerMissingError(`a backend of it is not installed (apt-get install ${PACKAGES})`);
    });
  const name = lua === 'shared' ? 'PowerDNS shared' : 'PowerDNS';
  return { name, version: versionOf(program), port, pid: server.pid, stop: () => server.stop() };
}

function versionOf(program: string): string {
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return `PowerDNS ${/Authoritative Server (\S+)/.exec(stdout + stderr)?.[1] ?? '(unknown)'}`;
}

function settings(of: {
  readonly folder: string;
  readonly port: number;
  readonly geo: string;
  readonly lua: string;
}): string {
  const all = {
    launch: 'bind,geoip',
    'bind-config': `${of.folder}/named.conf`,
    'geoip-zones-file': `${of.folder}/geo.yaml`,
    'geoip-database-files': `mmdb:${of.geo}`,
    'local-address': '127.0.0.1',
    'local-port': of.port,
    'socket-dir': of.folder,
    'receiver-threads': 1,
    'distributor-threads': 1,
    'enable-lua-records': of.lua,
    'edns-subnet-processing': 'yes',
    'zone-cache-refresh-interval': 0,
    'security-poll-suffix': '',
    daemon: 'no',
    guardian: 'no',
    loglevel: 3,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function zoneFile(healthPort: number): string {
  const lines = CASES.flatMap(({ name, powerdns }) => {
    if (powerdns === undefined) return [];
    if ('A' in powerdns) return powerdns.A.map((address) => `${name} 30 IN A ${address}`);
    return [`${name} 30 IN LUA A "${powerdns.lua.replace('HEALTH_PORT', String(healthPort))}"`];
  });
  return [
    `$ORIGIN ${ZONE}.`,
    '@ 30 IN SOA ns1 hostmaster 1 3600 600 604800 30',
    '@ 30 IN NS ns1',
    'ns1 30 IN A 127.0.0.1',
    ...lines,
    '',
  ].join('\n');
}
