/**
 * How many queries a second are answered over TCP, TLS and HTTPS, by dnsteer with one answer process,
 * and by NSD (TLS) and BIND (HTTPS) with one thread: `node test/bench/transports.ts [seconds]`.
 *
 * One zone of static names, 8 connections that are kept, 200 queries on their way; the client is dnsperf, over HTTPS
 * doh-load.ts, on the other processor: dnsperf's own DoH waits a tenth of a second where an answer is there before it looks
 * (at answers that take half a millisecond), and keeps one of several that come in one TLS record.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../support/certificates.ts';
import { startServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { dnsperf, onProcessor, table } from './measure.ts';
import { PeerMissingError, Program, programNamed } from './peers/peer.ts';

const SECONDS = Number(process.argv[2] ?? 4);
const ZONE = 'bench.example';
const NAMES = 1000;
type Mode = 'udp' | 'tcp' | 'dot' | 'doh';
type Ports = Partial<Readonly<Record<Mode, number>>>;

interface Peer {
  readonly name: string;
  readonly ports: Ports;
  stop(): Promise<unknown>;
}

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-transports-'));
const { cert, key } = createAuthority().issue('IP:127.0.0.1');
const certificate = written('server.pem', cert);
const keyFile = written('server.key', key);
const zoneFile = written(
  `${ZONE}.zone`,
  [
    `$ORIGIN ${ZONE}.`,
    '$TTL 300',
    '@ SOA ns1 hostmaster 1 3600 600 604800 30',
    '@ NS ns1',
    'ns1 A 127.0.0.1',
    ...Array.from({ length: NAMES }, (_, index) => `n${index} A 192.0.2.${index % 256}`),
    '',
  ].join('\n'),
);
const questions = written(
  'questions',
  Array.from({ length: NAMES }, (_, index) => `n${index}.${ZONE} A\n`).join(''),
);

const rows: string[][] = [['server', 'transport', 'queries/s', 'mean ms', 'lost']];
for (const start of [dnsteer, nsd, bind]) {
  try {
    const peer = await start();
    for (const [mode, port] of Object.entries(peer.ports))
      rows.push(await measure(peer.name, mode as Mode, port));
    await peer.stop();
  } catch (error) {
    if (!(error instanceof PeerMissingError)) throw error;
    console.log(error.message);
  }
}
table(rows);
rmSync(folder, { recursive: true });
process.exit(0);

async function measure(name: string, mode: Mode, port: number): Promise<string[]> {
  if (mode === 'doh') {
    const [program, ...onOther] = [...onProcessor(1), process.execPath];
    const load = [path.join(import.meta.dirname, 'doh-load.ts'), String(port), `n1.${ZONE}`, String(SECONDS)];
    const { stdout } = spawnSync(program, [...onOther, ...load], { encoding: 'utf8' });
    const { perSecond, averageMs } = JSON.parse(stdout) as { perSecond: number; averageMs: number };
    return [name, mode, perSecond.toFixed(0), averageMs.toFixed(2), '0'];
  }
  const load = ['-m', mode, '-d', questions, '-l', String(SECONDS), '-c', '8', '-q', '200'];
  const { perSecond, averageMs, lost, rcodes, completed } = await dnsperf(port, load, 1);
  if (rcodes.NOERROR !== completed) throw new Error(`${name} answers ${JSON.stringify(rcodes)} over ${mode}`);
  return [name, mode, perSecond.toFixed(0), averageMs.toFixed(2), String(lost)];
}

async function dnsteer(): Promise<Peer> {
  const [dot, doh] = [await freePort(), await freePort()];
  const config = `
tls: { listen: ['127.0.0.1:${dot}'], certificate: '${certificate}', key: '${keyFile}' }
https: { listen: ['127.0.0.1:${doh}'] }
`;
  const policies = path.join(folder, 'policies');
  mkdirSync(policies);
  spawnSync('cp', [zoneFile, policies]);
  const server = await startServer({ from: policies, config });
  return {
    name: 'dnsteer',
    ports: { udp: server.port, tcp: server.port, dot, doh },
    stop: () => server.stop(),
  };
}

async function nsd(): Promise<Peer> {
  const program = programNamed('nsd', 'nsd');
  const [port, dot] = [await freePort(), await freePort()];
  const config = written(
    'nsd.conf',
    `
server:
  ip-address: 127.0.0.1@${port}
  ip-address: 127.0.0.1@${dot}
  server-count: 1
  tls-port: ${dot}
  tls-service-pem: "${certificate}"
  tls-service-key: "${keyFile}"
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  zonelistfile: "${folder}/zone.list"
  xfrdfile: "${folder}/xfrd.state"
remote-control:
  control-enable: no
zone:
  name: ${ZONE}
  zonefile: "${zoneFile}"
`,
  );
  const server = new Program(program, ['-d', '-c', config]);
  await server.ready(() => answers(port));
  return { name: 'NSD', ports: { udp: port, tcp: port, dot }, stop: () => server.stop() };
}

async function bind(): Promise<Peer> {
  const program = programNamed('named', 'bind9');
  const [port, dot, doh] = [await freePort(), await freePort(), await freePort()];
  const config = written(
    'named.conf',
    `
tls own { cert-file "${certificate}"; key-file "${keyFile}"; };
http own { endpoints { "/dns-query"; }; };
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  managed-keys-directory "${folder}";
  recursion no;
  listen-on-v6 { none; };
  listen-on port ${port} { 127.0.0.1; };
  listen-on port ${dot} tls own { 127.0.0.1; };
  listen-on port ${doh} tls own http own { 127.0.0.1; };
};
controls {};
zone "${ZONE}" { type primary; file "${zoneFile}"; };
`,
  );
  const server = new Program(program, ['-g', '-n', '1', '-c', config]);
  await server.ready(() => answers(port));
  return { name: 'BIND', ports: { udp: port, tcp: port, dot, doh }, stop: () => server.stop() };
}

/** Whether a server answers for the zone by now. */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4').on('error', () => {});
  try {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const reply = once(socket, 'message', { signal: AbortSignal.timeout(100) });
    socket.send(
      Buffer.from(
        `000100000001000000000000${Buffer.from('\x05bench\x07example\0', 'latin1').toString('hex')}00060001`,
        'hex',
      ),
    );
    const [message] = (await reply) as [Buffer];
    return ((message[3] ?? 5) & 0x0f) === 0;
  } catch {
    await sleep(20);
    return false;
  } finally {
    socket.close();
  }
}

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}
