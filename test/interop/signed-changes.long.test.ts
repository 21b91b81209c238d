/**
 * NSD, Knot and BIND follow a zone that dnsteer signs by IXFR: over changes of its records, signatures made anew, and a roll of
 * its key. Each version is judged as a whole zone, from each of them.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { BIN } from '../support/bin.ts';
import { digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import type { NameServer, NameServerText } from '../support/name-servers.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';
import { judgeZone, transferredZone, ZONE_JUDGES, type ZoneJudge } from '../support/zone-judge.ts';
import { type ForeignServer, startNameServer } from './foreign-server.ts';

const NAMES = ['nsd', 'knotd', 'named'] as const;
const JUDGES = Object.keys(ZONE_JUDGES) as ZoneJudge[];
const ABSENT = [...NAMES, ...JUDGES].map(missing).find((why) => why !== false) ?? false;
const ZONE = 'signed.example';
/** With SOA expire and a day left of each signature, a part of them is made anew in some ninety minutes. */
const VALIDITY = '2d';
const PART_MS = 5_400_000;
const TURNS = 3;
const PATIENCE_MS = 60_000;
/** A clock that is behind by what a file says: judges of zones have the true time, before which no signature may begin. */
const CLOCK = `
import { readFileSync } from 'node:fs';
const now = Date.now;
let behind = 0;
const look = () => {
  try {
    behind = Number(readFileSync(process.env.BEHIND_FILE, 'utf8'));
  } catch {}
};
look();
setInterval(look, 100).unref();
Date.now = () => now() - behind;
`;

const zoneText = (serial: number, ...hosts: readonly string[]): string => `$TTL 1
@ SOA ns h ${serial} 3600 600 600 1
@ NS ns
ns A 127.0.0.1
*.wild TXT "y"
sub NS ns.other.example.
${Array.from({ length: 40 }, (_, index) => `h${index} A 192.0.2.1\n`).join('')}${hosts.map((host) => `${host} TXT "${serial}"\n`).join('')}`;

const run = promisify(execFile);

describe('Secondaries of a zone that is signed here follow it by IXFR', { skip: ABSENT }, () => {
  const others = new Map<string, ForeignServer>();
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-signed-changes-'));
  const behindFile = path.join(folder, 'behind');
  let server: TestServer;

  before(async () => {
    const port = await freePort();
    writeFileSync(path.join(folder, 'clock.mjs'), CLOCK);
    writeFileSync(behindFile, String(TURNS * PART_MS));
    await Promise.all(
      NAMES.map(async (name) => others.set(name, await startNameServer(name, () => textOf(name, port)))),
    );
    const notified = [...others.values()].map((other) => `{ at: '127.0.0.1:${other.port}' }`);
    server = await startServer({
      port,
      folder,
      env: { NODE_OPTIONS: `--import=${path.join(folder, 'clock.mjs')}`, BEHIND_FILE: behindFile },
      policies: { [`${ZONE}.zone`]: zoneText(5) },
      config: `
dnssec: { zones: ['${ZONE}'], validity: ${VALIDITY}, parent: none, waits: { zone: 1s, parent: 1s, margin: 1s, look: 1s, idle: 1s } }
transfer: { allow: [{ from: 127.0.0.0/8 }], notify: [${notified.join(', ')}] }
`,
      processes: 2,
    });
  });
  after(async () => {
    await Promise.all([server, ...others.values()].map((one) => one?.stop()));
    rmSync(folder, { recursive: true });
  });

  const zoneAt = async (port: number): Promise<string[]> => {
    const text = await transferredZone({ address: '127.0.0.1', port }, ZONE).catch(() => '');
    return text.split('\n').filter(Boolean).sort();
  };

  /** Resolves when all have the same zone, in which is what is looked for; fails if a judge finds a fault. */
  async function allHave(wanted: RegExp, judges = JUDGES): Promise<void> {
    let lines: string[] = [];
    await until(
      async () => {
        lines = await zoneAt(server.port);
        const theirs = await Promise.all([...others.values()].map((other) => zoneAt(other.port)));
        return {
          isThere: wanted.test(lines.join('\n')),
          are: theirs.map((one) => one.join() === lines.join()),
        };
      },
      ({ isThere, are }) => isThere && are.every(Boolean),
      PATIENCE_MS,
    );
    for (const judge of judges) {
      const { isGood, said } = await judgeZone(judge, `${ZONE}.`, `${lines.join('\n')}\n`);
      assert.ok(isGood, `${judge}: ${said}`);
    }
  }

  /** Transfers since so much was printed: their types, how many records each had. */
  const transfers = (from: number): { type: string; records: number; since: string | undefined }[] =>
    [
      ...server
        .output()
        .slice(from)
        .matchAll(/"type":"([AI]XFR)","serial":\d+,(?:"from":(\d+),)?"records":(\d+)/g),
    ].map(([, type = '', since, records]) => ({ type, since, records: Number(records) }));
  const serial = async (): Promise<number> =>
    Number((await digShort(server.port, ZONE, 'SOA'))[0]?.split(' ')[2]);

  test('over changes of records, in steps of a few', async () => {
    await allHave(/ns\.other/);
    const from = server.output().length;
    for (const [index, hosts] of [['one'], ['one', 'a.b.two'], ['a.b.two'], ['three']].entries()) {
      server.write(`${ZONE}.zone`, zoneText(1000 * (index + 1), ...hosts));
      await allHave(new RegExp(`TXT\\s+"${1000 * (index + 1)}"`));
    }
    const changes = transfers(from).filter(({ since }) => since !== undefined);
    assert.ok(changes.length >= 12, JSON.stringify(changes));
    assert.ok(changes.filter(({ records }) => records < 40).length >= 12, JSON.stringify(changes));
  });

  test('as signatures are made anew, part by part', async () => {
    const from = server.output().length;
    for (let turn = TURNS - 1; turn >= 0; turn -= 1) {
      const before = await serial();
      writeFileSync(behindFile, String(turn * PART_MS));
      await until(serial, (now) => now > before, PATIENCE_MS);
      await allHave(/three/);
    }
    const changes = transfers(from).filter(({ since }) => since !== undefined);
    assert.ok(changes.length >= 9, JSON.stringify(changes));
    assert.ok(
      changes.every(({ records }) => records < 120),
      JSON.stringify(changes),
    );
  });

  test('as another key is published, and takes the place of the one before', async () => {
    const from = server.output().length;
    const { stdout } = await run(process.execPath, [BIN, 'dnssec', 'roll', ZONE, '--kind', 'csk'], {
      cwd: server.folder,
      env: { ...process.env, DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host },
    });
    assert.match(stdout, /csk/);
    await until(
      () => digShort(server.port, ZONE, 'DNSKEY'),
      (keys) => keys.length === 2,
      PATIENCE_MS,
    );
    // Of any zone that two CSKs sign, also of one by dnssec-signzone, kzonecheck 3.2.6 says that a set has no valid signature.
    await allHave(
      /DNSKEY[\s\S]*DNSKEY/,
      JUDGES.filter((judge) => judge !== 'kzonecheck'),
    );
    assert.ok(transfers(from).length >= 3);
  });
});

/** A secondary of the server on a port, which gives the zone away. */
function textOf(program: NameServer, ours: number): Omit<NameServerText, 'port' | 'folder'> {
  switch (program) {
    case 'nsd':
      return {
        zones: `
zone:
  name: ${ZONE}
  allow-notify: 127.0.0.1 NOKEY
  request-xfr: 127.0.0.1@${ours} NOKEY
  provide-xfr: 127.0.0.1 NOKEY
`,
      };
    case 'knotd':
      return {
        parts: `
remote:
  - id: dnsteer
    address: 127.0.0.1@${ours}
acl:
  - id: all
    address: 127.0.0.1
    action: [notify, transfer]
`,
        zones: `  - domain: ${ZONE}\n    acl: all\n    master: dnsteer\n`,
      };
    case 'named':
      return {
        server: '  notify no;\n  allow-transfer { any; };',
        zones: `zone "${ZONE}" { type secondary; file "${ZONE}.copy"; primaries { 127.0.0.1 port ${ours}; }; };\n`,
      };
    default:
      return program satisfies never;
  }
}
