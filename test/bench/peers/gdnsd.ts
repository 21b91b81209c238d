/** gdnsd, with one thread for UDP. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../support/ports.ts';
import { CASES, PLACES, ZONE } from '../cases.ts';
import { answers, type Ground, type Peer, Program, programNamed } from './peer.ts';
import { zoneFileOf } from './zone-file.ts';

export async function startGdnsd(ground: Ground): Promise<Peer> {
  const program = programNamed('gdnsd', 'gdnsd');
  const port = await freePort();
  const folder = path.join(ground.folder, 'gdnsd');
  for (const part of ['zones', 'run', 'state']) mkdirSync(path.join(folder, part), { recursive: true });
  writeFileSync(path.join(folder, 'config'), configFor(folder, port, ground));
  writeFileSync(path.join(folder, 'zones', ZONE), zoneFile());
  const server = new Program(program, ['-c', folder, 'start']);
  await server.ready(() => answers(port));
  const stop = (): Promise<void> => server.stop();
  return { name: 'gdnsd', version: versionOf(program), port, pid: server.pid, stop };
}

function versionOf(program: string): string {
  // Asked for nothing, it tells its version and how it is used, and fails.
  const { stderr } = spawnSync(program, ['-h'], { encoding: 'utf8' });
  return `gdnsd ${/version (\S+)/.exec(stderr)?.[1] ?? '(unknown)'}`;
}

function zoneFile(): string {
  const lines = CASES.flatMap(({ gdnsd }) => (gdnsd === undefined ? [] : [gdnsd]));
  return zoneFileOf(lines);
}

function configFor(folder: string, port: number, { geo, healthPort }: Ground): string {
  const [us, eu, asia] = PLACES.map(({ at }) => `[ ${at.join(', ')} ]`);
  return `
options => {
  listen => 127.0.0.1, dns_port => ${port},
  udp_threads => 1, tcp_threads => 1,
  run_dir => "${folder}/run", state_dir => "${folder}/state",
}
service_types => { checked => { plugin => tcp_connect, port => ${healthPort} } }
plugins => {
  multifo => {
    us => { a => 192.0.2.1, b => 192.0.2.2 },
    eu => { a => 198.51.100.1, b => 198.51.100.2 },
  }
  weighted => {
    plain => { us => [ 192.0.2.1, 9 ], eu => [ 198.51.100.1, 1 ] },
    us => { service_types => checked, a => [ 127.0.1.1, 9 ], b => [ 127.0.1.2, 1 ] },
    eu => { service_types => checked, a => [ 127.0.2.1, 9 ], b => [ 127.0.2.2, 1 ] },
  }
  geoip => {
    maps => {
      continents => {
        geoip2_db => "${geo}", datacenters => [ us, eu ],
        map => { EU => [ eu, us ], default => [ us, eu ] },
      }
      distances => {
        geoip2_db => "${geo}", datacenters => [ us, eu, asia ],
        auto_dc_coords => { us => ${us}, eu => ${eu}, asia => ${asia} },
      }
    }
    resources => {
      geo => { map => continents, dcmap => { us => %multifo!us, eu => %multifo!eu } }
      combined => { map => continents, dcmap => { us => %weighted!us, eu => %weighted!eu } }
      nearest => {
        map => distances, dcmap => { us => 192.0.2.1, eu => 198.51.100.1, asia => 203.0.113.1 },
      }
    }
  }
}
`;
}
