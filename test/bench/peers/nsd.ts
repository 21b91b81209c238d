/** NSD, with one process that answers: it knows records, and steers nobody. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NAME_SERVERS } from '../../support/name-servers.ts';
import { freePort } from '../../support/ports.ts';
import { CASES, ZONE } from '../cases.ts';
import { answers, type Ground, type Peer, Program, programNamed } from './peer.ts';
import { zoneFileOf } from './zone-file.ts';

export async function startNsd(ground: Ground): Promise<Peer> {
  const program = programNamed('nsd', 'nsd');
  const port = await freePort();
  const folder = path.join(ground.folder, 'nsd');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'zone'), zoneFile());
  const config = NAME_SERVERS.nsd.config({
    port,
    folder,
    server: '  rrl-ratelimit: 0\n  minimal-responses: yes',
    zones: `zone:\n  name: ${ZONE}\n  zonefile: zone\n`,
  });
  writeFileSync(path.join(folder, 'nsd.conf'), config);
  const server = new Program(program, NAME_SERVERS.nsd.args(`${folder}/nsd.conf`));
  await server.ready(() => answers(port));
  return { name: 'NSD', version: versionOf(program), port, pid: server.pid, stop: () => server.stop() };
}

function versionOf(program: string): string {
  const { stderr, stdout } = spawnSync(program, ['-v'], { encoding: 'utf8' });
  return `NSD ${/version (\S+)/i.exec(stderr + stdout)?.[1] ?? '(unknown)'}`;
}

function zoneFile(): string {
  const lines = CASES.flatMap(({ name, powerdns }) =>
    powerdns !== undefined && 'A' in powerdns ? powerdns.A.map((address) => `${name} 30 A ${address}`) : [],
  );
  return zoneFileOf(lines);
}
