/** Servers that speak TLS or HTTPS, with one thread for each: dnsteer, NSD, BIND, and dnsdist in front of NSD. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startServer } from '../../support/dnsteer.ts';
import { NAME_SERVERS } from '../../support/name-servers.ts';
import { freePort } from '../../support/ports.ts';
import { ZONE } from '../cases.ts';
import { pidsOf } from '../measure.ts';
import { answers, Program, programNamed } from '../peers/peer.ts';
import type { EncryptedGround } from './ground.ts';

export type EncryptedServerName = 'dnsteer' | 'NSD' | 'BIND' | 'dnsdist';
export type EncryptedMode = 'tcp' | 'dot' | 'doh';

export interface EncryptedServer {
  readonly name: EncryptedServerName;
  /** Where it speaks what. */
  readonly ports: Readonly<Partial<Record<EncryptedMode, number>>>;
  /** Of all processes that have a part in an answer. */
  readonly pids: readonly number[];
  stop(): Promise<unknown>;
}

export const ENCRYPTED: Readonly<
  Record<EncryptedServerName, (ground: EncryptedGround) => Promise<EncryptedServer>>
> = { dnsteer, NSD: nsd, BIND: bind, dnsdist };

async function dnsteer({ folder, zone, certificate, key }: EncryptedGround): Promise<EncryptedServer> {
  const [dot, doh] = [await freePort(), await freePort()];
  const policies = path.join(folder, 'encrypted-policies');
  mkdirSync(policies);
  cpSync(zone, path.join(policies, path.basename(zone)));
  const server = await startServer({
    from: policies,
    config: `
tls: { listen: ['127.0.0.1:${dot}'], certificate: '${certificate}', key: '${key}' }
https: { listen: ['127.0.0.1:${doh}'] }
`,
  });
  const pids = await pidsOf(server.adminUrl, 'answer');
  return { name: 'dnsteer', ports: { tcp: server.port, dot, doh }, pids, stop: () => server.stop() };
}

async function nsd(ground: EncryptedGround): Promise<EncryptedServer> {
  const [port, dot] = [await freePort(), await freePort()];
  const server = await runNsd('NSD', ground, port, [
    `  ip-address: 127.0.0.1@${dot}`,
    `  tls-port: ${dot}`,
    `  tls-service-pem: "${ground.certificate}"`,
    `  tls-service-key: "${ground.key}"`,
  ]);
  return { name: 'NSD', ports: { tcp: port, dot }, pids: [server.pid], stop: () => server.stop() };
}

async function runNsd(
  name: string,
  { folder: folderOfAll, zone }: EncryptedGround,
  port: number,
  lines: readonly string[] = [],
): Promise<Program> {
  const program = programNamed('nsd', 'nsd');
  const folder = path.join(folderOfAll, `encrypted-${name}`);
  mkdirSync(folder);
  const file = path.join(folder, 'nsd.conf');
  const server = ['  rrl-ratelimit: 0', ...lines].join('\n');
  const zones = `zone:\n  name: ${ZONE}\n  zonefile: "${zone}"\n`;
  writeFileSync(file, NAME_SERVERS.nsd.config({ port, folder, server, zones }));
  const started = new Program(program, NAME_SERVERS.nsd.args(file));
  await started.ready(() => answers(port));
  return started;
}

async function bind({
  folder: folderOfAll,
  zone,
  certificate,
  key,
}: EncryptedGround): Promise<EncryptedServer> {
  const program = programNamed('named', 'bind9');
  const [port, dot, doh] = [await freePort(), await freePort(), await freePort()];
  const folder = path.join(folderOfAll, 'encrypted-BIND');
  mkdirSync(folder);
  const file = path.join(folder, 'named.conf');
  writeFileSync(
    file,
    NAME_SERVERS.named.config({
      port,
      folder,
      parts: `
tls own { cert-file "${certificate}"; key-file "${key}"; };
http own { endpoints { "/dns-query"; }; };`,
      server: `
  listen-on port ${dot} tls own { 127.0.0.1; };
  listen-on port ${doh} tls own http own { 127.0.0.1; };
  minimal-responses yes;
  notify no;`,
      zones: `zone "${ZONE}" { type primary; file "${zone}"; };\n`,
    }),
  );
  const server = new Program(program, NAME_SERVERS.named.args(file));
  await server.ready(() => answers(port));
  return { name: 'BIND', ports: { tcp: port, dot, doh }, pids: [server.pid], stop: () => server.stop() };
}

/** As many use it: its cache answers what it has seen, and a server without TLS the rest. */
async function dnsdist(ground: EncryptedGround): Promise<EncryptedServer> {
  const program = programNamed('dnsdist', 'dnsdist');
  const [port, dot, doh, behind] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const { certificate, key } = ground;
  const backend = await runNsd('behind', ground, behind);
  const file = path.join(ground.folder, 'dnsdist.conf');
  writeFileSync(
    file,
    `
setSecurityPollSuffix("")
setMaxTCPClientThreads(1)
setLocal("127.0.0.1:${port}")
addTLSLocal("127.0.0.1:${dot}", "${certificate}", "${key}")
addDOHLocal("127.0.0.1:${doh}", "${certificate}", "${key}", "/dns-query")
newServer({ address = "127.0.0.1:${behind}" })
getPool(""):setCache(newPacketCache(10000))
`,
  );
  const server = new Program(program, ['--supervised', '--disable-syslog', '-C', file]);
  await server.ready(() => answers(port));
  return {
    name: 'dnsdist',
    ports: { tcp: port, dot, doh },
    pids: [server.pid, backend.pid],
    stop: () => Promise.all([server.stop(), backend.stop()]),
  };
}
