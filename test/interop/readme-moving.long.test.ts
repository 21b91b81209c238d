/**
 * What the README says of moving a signed zone is done with the real servers, one after another at one address: to a
 * resolver that validates, and has keys of the server before in its cache, the zone is secure all the while.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { BIN } from '../support/bin.ts';
import { missing } from '../support/dig.ts';
import { startServer } from '../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../support/namespace.ts';
import { startProgram } from '../support/program.ts';
import { blocksOf, SIGNING_SECTIONS } from '../support/readme.ts';
import { dsOfServer } from '../support/sign-zone.ts';
import { type SignedTree, startSignedTree } from '../support/signed-tree.ts';
import { assertOutput, readTranscript } from '../support/transcript.ts';
import { until } from '../support/until.ts';
import { UNBOUNDS } from '../support/validators/unbound.ts';
import type { DsFields, Validator } from '../support/validators/validator.ts';

const run = promisify(execFile);
const skip =
  enterNamespace(import.meta.filename) ||
  ['named', 'dig', 'dnssec-signzone', 'nsd', 'unbound'].map(missing).find((why) => why !== false) ||
  false;

const ORIGIN = 'shop.example.';
const AT = { address: '10.53.2.1', port: 53 };
/** Each name is asked for once, so that no cache has it. */
const NAMES = ['before', 'here', 'bind', 'knot', 'powerdns'] as const;
const ZONE = `$ORIGIN ${ORIGIN}
$TTL 300
@ SOA ns1 hostmaster 1 3600 600 604800 30
@ NS ns1
ns1 A ${AT.address}
${NAMES.map((name, index) => `${name} A 192.0.2.${index + 1}\n`).join('')}`;

interface Running {
  stop(): Promise<unknown>;
}

describe(`README: ${SIGNING_SECTIONS.move}`, { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-moving-'));
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  let tree: SignedTree | undefined;
  let validator: Validator | undefined;
  let ds: readonly DsFields[] = [];
  after(async () => {
    await Promise.all([validator?.stop(), tree?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('BIND signs the zone, and the parent has its DS', async () => {
    addAddress(AT.address);
    mkdirSync(at('bind'));
    const named = await startNamed('bind');
    try {
      ds = await until(
        async () => dsOf(),
        ({ length }) => length > 0,
      );
      tree = await startSignedTree([
        { origin: ORIGIN, servers: [{ name: `ns1.${ORIGIN}`, addresses: [AT.address] }], ds },
      ]);
      const [unbound] = UNBOUNDS;
      validator = await unbound?.start({ ...tree.root, plainResolver: AT });
      await assertSecure('before');
    } finally {
      await named.stop();
    }
  });

  test('dnsteer goes on with its key', async () => {
    mkdirSync(at('policies'));
    writeFileSync(at('policies', 'shop.example.zone'), ZONE);
    writeFileSync(at('dnsteer.yaml'), '');
    await follow('dnsteer');
    const settings = blocksOf(SIGNING_SECTIONS.move).find(({ language }) => language === 'yaml')?.text ?? '';
    writeFileSync(at('dnsteer.yaml'), `${settings}rateLimit: { mode: off }\n`);
    await whileRunning('here', await startServer({ folder, env: { DNSTEER_LISTEN: `${AT.address}:53` } }));
  });

  test('BIND takes it back', async () => {
    mkdirSync(at('bind-keys'));
    await follow('cp');
    await whileRunning('bind', await startNamed('bind-keys'));
    const files = readdirSync(at('bind-keys')).filter((file) => file.endsWith('.private'));
    assert.equal(files.length, 1, 'BIND makes no key of its own');
  });

  test('Knot takes it', { skip: missing('knotd') || missing('keymgr') }, async () => {
    mkdirSync(at('knot'));
    writeFileSync(at('knot', 'zone'), ZONE);
    const conf = at('knot', 'knot.conf');
    writeFileSync(
      conf,
      `
server:
  listen: ${AT.address}@53
  rundir: ${at('knot')}
database:
  storage: ${at('knot')}
policy:
  - id: ours
    algorithm: ecdsap256sha256
    single-type-signing: on
    manual: on
zone:
  - domain: ${ORIGIN}
    storage: ${at('knot')}
    file: zone
    zonefile-sync: -1
    dnssec-signing: on
    dnssec-policy: ours
`,
    );
    await follow('keymgr', '-c', conf);
    await whileRunning('knot', await startOther('knotd', ['-c', conf]));
  });

  test('PowerDNS takes it', { skip: missing('pdns_server') || missing('pdnsutil') }, async () => {
    mkdirSync(at('pdns'));
    writeFileSync(at('pdns', 'zone'), ZONE);
    writeFileSync(
      at('pdns', 'named.conf'),
      `zone "shop.example" { type master; file "${at('pdns', 'zone')}"; };\n`,
    );
    writeFileSync(
      at('pdns', 'pdns.conf'),
      `launch=bind\nbind-config=${at('pdns', 'named.conf')}\nbind-dnssec-db=${at('pdns', 'db')}
local-address=${AT.address}\nlocal-port=53\ndaemon=no\nguardian=no\nsocket-dir=${at('pdns')}
disable-syslog=yes\nsecurity-poll-suffix=\n`,
    );
    const config = `--config-dir=${at('pdns')}`;
    await run('pdnsutil', [config, 'create-bind-db', at('pdns', 'db')]);
    await follow('pdnsutil', config);
    await whileRunning('powerdns', await startOther('pdns_server', [config]));
  });

  /** Runs all commands of a program that the section shows, with the key that is there. */
  async function follow(wanted: string, ...own: readonly string[]): Promise<void> {
    const tag = String(ds[0]?.tag);
    const steps = blocksOf(SIGNING_SECTIONS.move)
      .filter(({ language }) => language === 'console')
      .flatMap(({ text }) =>
        readTranscript(text.replaceAll('+12345', `+${tag.padStart(5, '0')}`).replaceAll('12345', tag), ''),
      )
      .filter(({ command }) => command.startsWith(`${wanted} `));
    assert.ok(steps.length > 0, `the section tells of ${wanted}`);
    for (const step of steps) {
      const [program = '', ...args] = step.command.split(' ');
      const [file, given] =
        program === 'dnsteer'
          ? [process.execPath, [BIN, ...args]]
          : program === 'cp'
            ? ['sh', ['-c', step.command]]
            : [program, [...own, ...args]];
      const { stdout } = await run(file, given, { cwd: folder });
      assertOutput(step, stdout === '' ? [] : stdout.trimEnd().split('\n'));
    }
  }

  async function whileRunning(name: (typeof NAMES)[number], server: Running): Promise<void> {
    try {
      const now = await until(
        async () => dsOf(),
        ({ length }) => length > 0,
      );
      assert.deepEqual(now, ds, 'the key is the same, and there is no other');
      await assertSecure(name);
    } finally {
      await server.stop();
    }
  }

  async function assertSecure(name: string): Promise<void> {
    assert.ok(validator !== undefined);
    const { status, answers } = await validator.ask(`${name}.${ORIGIN}`, 'A');
    assert.deepEqual([status, answers.length], ['secure', 1], validator.output());
    assert.equal((await validator.ask(`no-${name}.${ORIGIN}`, 'A')).status, 'secure', validator.output());
  }

  /** DS of the keys that are served now; none until there are any. */
  function dsOf(): DsFields[] {
    try {
      return dsOfServer(AT, ORIGIN);
    } catch {
      return [];
    }
  }

  function startNamed(keys: string): Promise<Running> {
    mkdirSync(at(`${keys}-home`));
    writeFileSync(at(`${keys}-home`, 'zone'), ZONE);
    const conf = at(`${keys}-home`, 'named.conf');
    writeFileSync(
      conf,
      `
options { directory "${at(`${keys}-home`)}"; listen-on { ${AT.address}; }; listen-on-v6 { none; }; pid-file none;
  recursion no; notify no; session-keyfile none; };
controls { };
zone "shop.example" { type primary; file "zone"; key-directory "${at(keys)}"; dnssec-policy default; inline-signing yes; };
`,
    );
    return startOther('named', ['-g', '-n', '1', '-c', conf]);
  }

  function startOther(program: string, args: readonly string[]): Promise<Running> {
    return startProgram({
      program,
      args: () => args,
      files: () => ({}),
      at: AT,
      ready: { name: ORIGIN, type: 'SOA' },
    });
  }
});
