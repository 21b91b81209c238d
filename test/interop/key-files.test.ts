/** Keys go from the tools of BIND, Knot, PowerDNS and ldns to dnsteer, and back, as the same keys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { dsOf } from '../../runtime/dnssec/keys/ds.ts';
import { importKey, type KeyToImport } from '../../runtime/dnssec/keys/import-key.ts';
import type { FolderKey, KeptKey } from '../../runtime/dnssec/keys/kept-key.ts';
import { readKeyFolder } from '../../runtime/dnssec/keys/key-folder.ts';
import { timeFromText } from '../../runtime/dnssec/keys/key-times.ts';
import { makeKey, updateKey } from '../../runtime/dnssec/keys/write-key.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { rdataToText } from '../../runtime/wire/rdata/registry.ts';
import { zoneIdOf } from '../../runtime/wire/zone-id.ts';
import { digShort, missing } from '../support/dig.ts';
import { name } from '../support/wire.ts';
import { startForeign } from './foreign-server.ts';

const ZONE = 'shop.example';
const NOW = Math.floor(Date.now() / 1000) - 100;
const TIMES = { created: NOW, publish: NOW, activate: NOW };
const RECORDS = `$TTL 300
@ SOA ns admin 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.1
`;

const base = mkdtempSync(path.join(tmpdir(), 'dnsteer-foreign-keys-'));
after(() => rmSync(base, { recursive: true }));

/** A new folder. */
function folder(): string {
  return mkdtempSync(path.join(base, 'f'));
}

/** What a program prints on stdout; one that fails fails the test. */
function run(cwd: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function keysIn(where: string, zone: string): Promise<readonly FolderKey[]> {
  const read = await readKeyFolder(where);
  assert.deepEqual(read.problems, []);
  return read.zones.get(zone) ?? [];
}

/** A new combined key of ours, unless its roles say something else, in a folder of its own. */
async function ours(algorithm: number, roles = { isKsk: true, isZsk: true }, where = folder()) {
  const made = await makeKey(where, { zone: name(ZONE), algorithm, ...roles, times: TIMES, beside: [] });
  if (!made.ok) assert.fail(made.problem.message);
  return { where, key: made.value };
}

async function imported(wanted: Partial<KeyToImport> & { readonly from: string }): Promise<KeptKey> {
  const result = await importKey({ folder: folder(), beside: () => [], now: NOW, ...wanted });
  if (!result.ok) assert.fail(`${result.problem.file}: ${result.problem.message}`);
  return result.value;
}

function dsText({ owner, key }: KeptKey, digest: 2 | 4): string {
  return rdataToText(RRTYPE.DS, dsOf(owner, key.dnskey, digest))
    .toUpperCase()
    .replaceAll(' ', '');
}

/** The data of DS records that a tool prints, without blanks. */
function dsIn(printed: string): string[] {
  return printed
    .toUpperCase()
    .split('\n')
    .flatMap((line) => /\bDS\s+(\d+ \d+ \d+ [\dA-F ]+)/.exec(line)?.[1]?.replaceAll(' ', '') ?? []);
}

describe('BIND', { skip: missing('dnssec-keygen') }, () => {
  for (const [algorithm, flags, zone, ...more] of [
    ['ECDSAP256SHA256', 257, ZONE, '-f', 'KSK'],
    ['ECDSAP256SHA256', 256, 'A_b-c/D*e.Test'],
    [
      'ED25519',
      257,
      ZONE,
      '-f',
      'KSK',
      '-L',
      '3600',
      '-A',
      '+1d',
      '-I',
      '+30d',
      '-D',
      '+40d',
      '-P',
      'sync',
      'now',
    ],
    ['RSASHA256', 256, ZONE, '-b', '2048'],
    ['ECDSAP256SHA256', 257, '.', '-f', 'KSK'],
  ] as const) {
    test(`makes a key of ${algorithm} for ${zone} (${flags}) that is read, with the same DS`, async () => {
      const where = folder();
      const stem = run(where, 'dnssec-keygen', '-q', '-a', algorithm, ...more, zone).trim();
      const [key] = await keysIn(where, zoneIdOf(name(zone)));
      assert.ok(key);
      assert.deepEqual([key.name, key.key.flags], [stem, flags]);
      for (const digest of [2, 4] as const) {
        const printed = run(where, 'dnssec-dsfromkey', '-a', digest === 2 ? 'SHA-256' : 'SHA-384', stem);
        assert.deepEqual(dsIn(printed), [dsText(key, digest)]);
      }
      const text = readFileSync(path.join(where, `${stem}.private`), 'utf8');
      const of = (line: string) => timeFromText(new RegExp(`^${line}: (\\d+)$`, 'm').exec(text)?.[1] ?? '');
      const { created, activate, inactive, syncPublish } = key.times;
      assert.deepEqual([created, activate], [of('Created'), of('Activate')]);
      assert.deepEqual([inactive, syncPublish], [of('Inactive'), of('SyncPublish')]);
      assert.equal(key.ttl, more.some((each) => each === '-L') ? 3600 : undefined);
    });
  }

  for (const algorithm of [13, 15]) {
    test(`signs a zone with a key of ours of algorithm ${algorithm}, which dnssec-verify accepts`, async () => {
      const { where, key } = await ours(algorithm);
      writeFileSync(path.join(where, 'zone'), RECORDS);
      run(where, 'dnssec-signzone', '-S', '-z', '-o', ZONE, '-f', 'signed', 'zone');
      run(where, 'dnssec-verify', '-z', '-o', ZONE, 'signed');
      assert.match(
        readFileSync(path.join(where, 'signed'), 'utf8'),
        new RegExp(`\\b${key.key.tag} ${ZONE}\\.`),
      );
      assert.deepEqual(dsIn(run(where, 'dnssec-dsfromkey', '-2', key.name)), [dsText(key, 2)]);
    });
  }

  test('shows and sets the times of a key of ours', async () => {
    const { where, key } = await ours(13);
    const updated = await updateKey(where, key, { ...TIMES, inactive: NOW + 86_400 });
    assert.ok(updated.ok);
    const shown = run(where, 'dnssec-settime', '-u', '-p', 'all', key.name);
    assert.match(shown, new RegExp(`^Activate: ${NOW}$`, 'm'));
    assert.match(shown, new RegExp(`^Inactive: ${NOW + 86_400}$`, 'm'));
    run(where, 'dnssec-settime', '-D', '20300101000000', key.name);
    const [again] = await keysIn(where, ZONE);
    assert.equal(again?.times.delete, Date.UTC(2030, 0, 1) / 1000);
    assert.deepEqual([again?.times.inactive, again?.isKsk, again?.isZsk], [NOW + 86_400, true, true]);
  });

  test('keeps a key of ours under its dnssec-policy, and makes none', {
    skip: missing('named'),
  }, async () => {
    const { where, key } = await ours(13);
    assert.ok((await updateKey(where, key, TIMES, NOW)).ok);
    const named = await startForeign({
      program: 'named',
      args: (config) => ['-g', '-n', '1', '-c', config],
      ready: 'next key event',
      files: { 'keys/.folder': '', zone: RECORDS },
      config: (port, home) => {
        cpSync(where, path.join(home, 'keys'), { recursive: true });
        return `
options { directory "${home}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;
  recursion no; notify no; session-keyfile none; };
controls { };
dnssec-policy ours { keys { csk lifetime unlimited algorithm 13; }; };
zone "${ZONE}" { type primary; file "zone"; key-directory "keys"; dnssec-policy ours; inline-signing yes; };
`;
      },
    });
    try {
      const published = await digShort(named.port, ZONE, 'DNSKEY');
      assert.deepEqual(
        published.map((line) => line.replaceAll(' ', '')),
        [rdataToText(RRTYPE.DNSKEY, key.key.dnskey).replaceAll(' ', '')],
      );
    } finally {
      await named.stop();
    }
  });

  test('gives a pair to the import, with its times', async () => {
    const where = folder();
    const stem = run(where, 'dnssec-keygen', '-q', '-a', '13', '-f', 'KSK', '-I', '+30d', ZONE).trim();
    const [theirs] = await keysIn(where, ZONE);
    for (const from of [stem, `${stem}.private`, `${stem}.key`]) {
      const key = await imported({ from: path.join(where, from) });
      assert.deepEqual([key.name, key.times, key.key.dnskey], [stem, theirs?.times, theirs?.key.dnskey]);
    }
  });
});

describe('Knot', { skip: missing('keymgr') }, () => {
  for (const algorithm of [13, 15]) {
    test(`takes over a key of ours of algorithm ${algorithm}, with the same DS`, async () => {
      const { where, key } = await ours(algorithm);
      run(where, 'keymgr', '-D', where, ZONE, 'import-bind', `${key.name}.key`);
      assert.deepEqual(dsIn(run(where, 'keymgr', '-D', where, ZONE, 'ds')), [dsText(key, 2), dsText(key, 4)]);
    });
  }

  test('gives its keys to the import as PKCS #8', async () => {
    const where = folder();
    const id = run(
      where,
      'keymgr',
      '-D',
      where,
      ZONE,
      'generate',
      'algorithm=13',
      'ksk=yes',
      'zsk=yes',
    ).trim();
    const key = await imported({ from: path.join(where, 'keys', `${id}.pem`), zone: name(ZONE) });
    assert.deepEqual(dsIn(run(where, 'keymgr', '-D', where, ZONE, 'ds')), [dsText(key, 2), dsText(key, 4)]);
  });
});

describe('ldns', { skip: missing('ldns-signzone') }, () => {
  for (const algorithm of [13, 15]) {
    test(`signs a zone with a key of ours of algorithm ${algorithm}`, async () => {
      const { where, key } = await ours(algorithm);
      writeFileSync(path.join(where, 'zone'), `$ORIGIN ${ZONE}.\n${RECORDS}`);
      run(where, 'ldns-signzone', '-f', 'signed', 'zone', key.name);
      run(where, 'ldns-verify-zone', 'signed');
    });
  }

  for (const [what, lone] of [
    ['a pair', false],
    ['a private half alone', true],
  ] as const) {
    test(`gives ${what} to the import, and the times that are missing are now`, async () => {
      const where = folder();
      const stem = run(where, 'ldns-keygen', '-a', 'ECDSAP256SHA256', '-k', ZONE).trim();
      const record = readFileSync(path.join(where, `${stem}.key`), 'utf8');
      if (lone) rmSync(path.join(where, `${stem}.key`));
      const key = await imported({ from: path.join(where, `${stem}.private`) });
      assert.deepEqual([key.name, key.key.flags, key.times], [stem, 257, TIMES]);
      assert.ok(record.includes(Buffer.from(key.key.dnskey.subarray(4)).toString('base64')));
    });
  }
});

describe('PowerDNS', { skip: missing('pdnsutil') }, () => {
  /** A PowerDNS that knows the zone. */
  function powerDns(): (...args: string[]) => string {
    const where = folder();
    const at = (file: string) => path.join(where, file);
    writeFileSync(
      at('pdns.conf'),
      `launch=bind\nbind-config=${at('named.conf')}\nbind-dnssec-db=${at('db')}\n`,
    );
    writeFileSync(at('named.conf'), `zone "${ZONE}" { type master; file "${at('zone')}"; };\n`);
    writeFileSync(at('zone'), `$ORIGIN ${ZONE}.\n${RECORDS}`);
    const pdnsutil = (...args: string[]) => run(where, 'pdnsutil', `--config-dir=${where}`, ...args);
    pdnsutil('create-bind-db', at('db'));
    return pdnsutil;
  }

  for (const algorithm of [13, 15]) {
    test(`takes over a key of ours of algorithm ${algorithm}, and gives it back the same`, async () => {
      const { where, key } = await ours(algorithm);
      const pdnsutil = powerDns();
      pdnsutil('import-zone-key', ZONE, path.join(where, `${key.name}.private`), 'ksk');
      assert.deepEqual(dsIn(pdnsutil('show-zone', ZONE)), [dsText(key, 2), dsText(key, 4)]);
      const from = path.join(folder(), 'exported.private');
      writeFileSync(from, pdnsutil('export-zone-key', ZONE, '1'));
      const back = await imported({ from, zone: name(ZONE) });
      assert.deepEqual([back.name, back.key.dnskey, back.times], [key.name, key.key.dnskey, TIMES]);
      assert.equal((await keysIn(where, ZONE))[0]?.isZsk, true);
    });
  }

  test('gives its keys to the import in PEM', async () => {
    const { where, key } = await ours(13);
    const pdnsutil = powerDns();
    pdnsutil('import-zone-key', ZONE, path.join(where, `${key.name}.private`), 'ksk');
    const from = path.join(folder(), 'exported.pem');
    writeFileSync(from, pdnsutil('export-zone-key-pem', ZONE, '1'));
    assert.match(readFileSync(from, 'utf8'), /BEGIN EC PRIVATE KEY/);
    assert.equal((await imported({ from, zone: name(ZONE) })).name, key.name);
  });
});

test('A folder of one server is the folder of another once it is copied', async () => {
  const { where, key } = await ours(13, { isKsk: true, isZsk: false });
  const copy = path.join(folder(), 'keys');
  mkdirSync(copy);
  for (const file of readdirSync(where)) cpSync(path.join(where, file), path.join(copy, file));
  assert.deepEqual(
    (await keysIn(copy, ZONE)).map((each) => [each.digest, each.isZsk]),
    [[key.digest, false]],
  );
});
