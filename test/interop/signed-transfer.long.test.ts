/**
 * NSD, Knot, BIND and another dnsteer as secondaries of a zone that dnsteer signs: what they serve is validated by delv, before
 * and after the zone is signed anew.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { dsOfServer } from '../support/sign-zone.ts';
import { until } from '../support/until.ts';
import { dsText } from '../support/validators/validator.ts';
import { type ForeignServer, startForeign } from './foreign-server.ts';

const ABSENT = ['nsd', 'knotd', 'named', 'delv'].map(missing).find((why) => why !== false) ?? false;
const ZONE = 'signed.example';
const TEXT = `@ 300 SOA ns h 5 3600 600 86400 60
@ 300 NS ns
ns 300 A 127.0.0.1
www 300 A 192.0.2.1
a.b 300 TXT "x"
*.wild 300 TXT "y"
sub 300 NS ns.other.example.
`;
/** Questions and what delv says of the answers. */
const QUESTIONS: readonly (readonly [name: string, type: string, said: RegExp])[] = [
  [ZONE, 'SOA', /^; fully validated/m],
  [ZONE, 'DNSKEY', /^; fully validated/m],
  [`www.${ZONE}`, 'A', /^; fully validated/m],
  [`q.wild.${ZONE}`, 'TXT', /^; fully validated/m],
  [`www.${ZONE}`, 'MX', /^; negative response, fully validated/m],
  [`b.${ZONE}`, 'A', /^; negative response, fully validated/m],
  [`q.${ZONE}`, 'A', /^; negative response, fully validated/m],
  [`q.wild.${ZONE}`, 'MX', /^; negative response, fully validated/m],
  [`sub.${ZONE}`, 'DS', /^; negative response, fully validated/m],
];

const run = promisify(execFile);

describe('Secondaries of a zone that is signed here', { skip: ABSENT }, () => {
  const names = ['nsd', 'knotd', 'named'] as const;
  const others = new Map<string, ForeignServer>();
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-signed-transfer-'));
  let server: TestServer;
  let second: TestServer;
  let ports: ReadonlyMap<string, number>;

  const config = (validity: string): string => `
dnssec: { zones: ['${ZONE}'], validity: ${validity}, parent: none, share: 1 }
transfer:
  allow: [{ from: 127.0.0.0/8 }]
  zones:
    ${ZONE}: { notify: [${[...ports.values()].map((port) => `{ at: '127.0.0.1:${port}' }`).join(', ')}] }
`;

  before(async () => {
    const [port, ofSecond] = [await freePort(), await freePort()];
    const start = async (program: (typeof names)[number], ready: string, args: string[]) =>
      others.set(
        program,
        await startForeign({
          program,
          ready,
          args: (file) => [...args, file],
          config: (own, place) => CONFIGS[program](own, place, port),
        }),
      );
    await Promise.all([
      start('nsd', 'nsd started', ['-d', '-c']),
      start('knotd', 'server started', ['-c']),
      start('named', 'running', ['-g', '-n', '1', '-c']),
    ]);
    ports = new Map([
      ...[...others].map(([name, other]) => [name, other.port] as const),
      ['dnsteer', ofSecond],
    ]);
    server = await startServer({
      port,
      policies: { [`${ZONE}.zone`]: TEXT },
      config: config('14d'),
      processes: 2,
    });
    second = await startServer({
      port: ofSecond,
      policies: {},
      config: `secondary:\n  ${ZONE}: { primaries: [{ at: '127.0.0.1:${port}' }] }\n`,
    });
  });
  after(async () => {
    await Promise.all([server, second, ...others.values()].map((one) => one.stop()));
    rmSync(folder, { recursive: true });
  });

  async function assertValidated(port: number): Promise<void> {
    const anchors = path.join(folder, `anchors-${port}`);
    const ds = dsOfServer({ address: '127.0.0.1', port: server.port }, `${ZONE}.`).map((one) => {
      const [tag, algorithm, digestType, digest] = dsText(one).split(' ');
      return `${ZONE}. static-ds ${tag} ${algorithm} ${digestType} "${digest}";`;
    });
    writeFileSync(anchors, `trust-anchors { ${ds.join(' ')} };\n`);
    for (const [name, type, said] of QUESTIONS) {
      const args = ['@127.0.0.1', '-p', String(port), '-a', anchors, `+root=${ZONE}`, name, type];
      const { stdout, stderr } = await run('delv', args);
      assert.match(stdout + stderr, said, `${name} ${type}`);
    }
  }

  const serialAt = (port: number): Promise<string | undefined> =>
    digShort(port, ZONE, 'SOA').then(([soa]) => soa?.split(' ')[2]);
  const expirationAt = async (port: number): Promise<string | undefined> =>
    /RRSIG\s+A \d+ \d+ \d+ (\d+)/.exec(await dig(port, `www.${ZONE}`, 'A', '+dnssec'))?.[1];

  for (const name of [...names, 'dnsteer'])
    test(`${name} has the zone with its signatures`, async () => {
      const port = ports.get(name) ?? 0;
      await until(
        () => serialAt(port),
        (serial) => serial === '5',
      );
      await assertValidated(port);
    });

  test('Once it is signed anew, all of them have the new signatures', async () => {
    const before = await expirationAt(server.port);
    writeFileSync(path.join(server.folder, 'dnsteer.yaml'), config('20d'));
    server.process.kill('SIGHUP');
    for (const port of [server.port, ...ports.values()])
      await until(
        () => serialAt(port),
        (serial) => serial === '6',
      );
    const now = await expirationAt(server.port);
    assert.notEqual(now, before);
    for (const port of ports.values()) {
      assert.equal(await expirationAt(port), now);
      await assertValidated(port);
    }
  });
});

const CONFIGS = {
  nsd: (port: number, folder: string, ours: number) => `
server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  database: ""
  zonesdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  xfrdir: "${folder}"
  xfrdfile: "${folder}/xfrd.state"
  pidfile: ""
  verbosity: 1
remote-control:
  control-enable: no
zone:
  name: ${ZONE}
  allow-notify: 127.0.0.1 NOKEY
  request-xfr: 127.0.0.1@${ours} NOKEY
`,
  knotd: (port: number, folder: string, ours: number) => `
server:
  listen: 127.0.0.1@${port}
  rundir: ${folder}
database:
  storage: ${folder}
log:
  - target: stderr
    any: info
remote:
  - id: dnsteer
    address: 127.0.0.1@${ours}
acl:
  - id: notify
    address: 127.0.0.1
    action: notify
zone:
  - domain: ${ZONE}
    storage: ${folder}
    acl: notify
    master: dnsteer
`,
  named: (port: number, folder: string, ours: number) => `
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
};
controls { };
zone "${ZONE}" { type secondary; file "${ZONE}.copy"; primaries { 127.0.0.1 port ${ours}; }; };
`,
} as const;
