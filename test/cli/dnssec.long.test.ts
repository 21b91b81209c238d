/** `dnsteer dnssec`: keys come in, are shown, and become what a parent needs; no private part is ever shown. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { configSchema } from '../../runtime/config/schema.ts';
import { checklist } from '../../runtime/dnssec/rolls/checklist.ts';
import { DEFAULT_ROLL_POLICY } from '../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type Roll } from '../../runtime/dnssec/rolls/roll-state.ts';
import { RollStateStore } from '../../runtime/dnssec/rolls/state-store.ts';
import { fakeFacts, fakeSource, fakeStats } from '../admin/fake-source.ts';
import { missing } from '../support/dig.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

/** The key of RFC 6605 §6.1, as ldns and PowerDNS write it, and the records that the RFC has of it. */
const SECRET = 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=';
const PRIVATE = `Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: ${SECRET}\n`;
const PUBLIC = 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==';
const DIGEST = 'b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17';
const FILES = { 'from/Kexample.net.+013+55648.private': PRIVATE };
const IN = { 'dnsteer.yaml': "dnssec: { zones: ['example.net'] }\n", ...FILES };

const first = testFolder(IN);
before(async () => {
  const args = ['dnssec', 'import', 'example.net', ...Object.keys(FILES)];
  const { code, stderr } = await dnsteer(args, { cwd: first });
  assert.deepEqual([code, stderr], [0, '']);
});

/** A folder in which the key was imported. */
function imported(): string {
  const cwd = testFolder();
  cpSync(first, cwd, { recursive: true });
  return cwd;
}

test('A key that is imported is in the key folder, for its owner alone, and nowhere told', async () => {
  const cwd = testFolder(IN);
  const args = ['dnssec', 'import', 'Example.NET.', ...Object.keys(FILES)];
  const { code, stdout, stderr } = await dnsteer(args, { cwd });
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(stdout, 'imported key 55648, 13 (ECDSAP256SHA256), as CSK: Kexample.net.+013+55648 in keys\n');
  assert.deepEqual(readdirSync(path.join(cwd, 'keys')).sort(), [
    'Kexample.net.+013+55648.key',
    'Kexample.net.+013+55648.private',
  ]);
  assert.equal(statSync(path.join(cwd, 'keys', 'Kexample.net.+013+55648.private')).mode & 0o777, 0o600);
  for (const verb of [['dnssec'], ['dnssec', 'keys', '--json'], ['dnssec', 'ds', 'example.net', '--json']]) {
    const told = await dnsteer(verb, { cwd });
    assert.equal(told.code, 0, told.stderr);
    assert.ok(told.stdout.includes('55648'));
    assert.ok(!told.stdout.includes(SECRET) && !told.stdout.includes(SECRET.slice(0, -1)));
  }
  const again = await dnsteer(args, { cwd });
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^from\/Kexample.*: error: The zone has this key already/m);
});

test('What a parent needs is told field by field, and as records', async () => {
  const cwd = imported();
  const { code, stdout } = await dnsteer(['dnssec', 'ds', 'example.net'], { cwd });
  assert.equal(code, 0);
  const fields = Object.fromEntries(
    [...stdout.matchAll(/^ {2}(\S.*?) {2,}(.*)$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  assert.deepEqual(fields, {
    'Key tag': '55648',
    Algorithm: '13 (ECDSAP256SHA256)',
    'Digest type': '2 (SHA-256)',
    Digest: DIGEST.toUpperCase(),
    Flags: '257',
    Protocol: '3',
    'Public key': PUBLIC,
    DS: `example.net. IN DS 55648 13 2 ${DIGEST}`,
    DNSKEY: `example.net. IN DNSKEY 257 3 13 ${PUBLIC}`,
    CDS: `example.net. IN CDS 55648 13 2 ${DIGEST}`,
    CDNSKEY: `example.net. IN CDNSKEY 257 3 13 ${PUBLIC}`,
  });
});

test('A DS that comes too early is told with a warning: until when, or what it waits for', async () => {
  const cwd = imported();
  const store = new RollStateStore(path.join(cwd, '.dnsteer/rolls'));
  const ds = async (roll: Partial<Roll>) => {
    const whole = { ...ROLL, ...roll };
    await store.write({ ...emptyState('example.net', 0), roll: whole });
    const { code, stdout, stderr } = await dnsteer(['dnssec', 'ds', 'example.net'], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}Key tag +55648$/m);
    return stderr;
  };
  const until = Date.UTC(2040, 0, 2) / 1000;
  assert.match(
    await ds({ step: 'cache-expired', until }),
    /^Not yet: .*no signature until 2040-01-02T00:00:00Z\. Wait/,
  );
  assert.match(
    await ds({ step: 'propagation' }),
    /^Not yet: .*no signature\. Wait until "dnsteer dnssec status/,
  );
  assert.match(await ds({ kind: 'algorithm', stage: 1 }), /^Not yet: .*the key before/);
  assert.equal(await ds({ stage: 1, step: 'propagation' }), '');
});

const ROLL: Roll = {
  kind: 'sign',
  stage: 0,
  step: 'start',
  began: 0,
  since: 0,
  until: undefined,
  dsComesUntil: 0,
  oldTags: [],
  newTags: [55_648],
  dsBefore: undefined,
};

test('Both digests are those of BIND', { skip: missing('dnssec-dsfromkey') }, async () => {
  const cwd = imported();
  for (const digest of ['2', '4']) {
    const { stdout } = await dnsteer(['dnssec', 'ds', 'example.net', '--digest', digest, '--json'], { cwd });
    const [key] = (JSON.parse(stdout) as { keys: Record<string, string | number>[] }).keys;
    const [, , , ...theirs] = execFileSync(
      'dnssec-dsfromkey',
      ['-a', digest === '2' ? 'SHA-256' : 'SHA-384', 'keys/Kexample.net.+013+55648'],
      { cwd, encoding: 'utf8' },
    )
      .trim()
      .split(' ');
    assert.deepEqual([key?.keyTag, key?.algorithm, key?.digestType, key?.digest].map(String), theirs);
  }
});

test('Where there is no key, it says what to do', async () => {
  const cwd = testFolder({ 'dnsteer.yaml': "dnssec: { zones: ['example.net'] }\n" });
  const none = await dnsteer(['dnssec', 'ds', 'example.net'], { cwd });
  assert.equal(none.code, 1);
  assert.match(none.stderr, /error: There is no key of example\.net in the key folder\n {2}Start the server/);
  const unsigned = await dnsteer(['dnssec', 'ds', 'other.example'], { cwd });
  assert.match(unsigned.stderr, /Add "other\.example" to dnssec\.zones/);
  assert.equal((await dnsteer(['dnssec', 'ds', 'a..b'], { cwd })).code, 2);
  assert.match((await dnsteer(['dnssec'], { cwd })).stdout, /^No keys in keys: /);
  assert.match(
    (await dnsteer(['dnssec', 'keys', 'other.example'], { cwd })).stdout,
    /^No key of other\.example in keys: /,
  );
});

test('A DS of a zone that is not signed is told with a warning', async () => {
  const cwd = imported();
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), '');
  const { code, stderr } = await dnsteer(['dnssec', 'ds', 'example.net'], { cwd });
  assert.deepEqual(
    [code, stderr],
    [0, 'example.net is not among dnssec.zones: a DS makes it bogus as long as it is not signed\n'],
  );
});

test('A key that others may read is a problem, and is not used', async () => {
  const cwd = imported();
  chmodSync(path.join(cwd, 'keys', 'Kexample.net.+013+55648.private'), 0o644);
  for (const verb of [
    ['dnssec', 'keys'],
    ['dnssec', 'ds', 'example.net'],
  ]) {
    const { code, stdout, stderr } = await dnsteer(verb, { cwd });
    assert.deepEqual([code, stdout], [1, '']);
    assert.doesNotMatch(stderr, /the server/, 'nobody is told to make another key');
    assert.match(stderr, /Others than its owner may use the file.*\n {2}chmod 600/);
  }
});

test('How the running server signs is shown zone by zone, and a problem fails the command', async () => {
  const signing = {
    keys: [{ tag: 55_648, algorithm: 13, role: 'csk' }],
    denial: 'chain',
    isFailing: false,
  } as const;
  const problem = 'There is no key to sign with: the folder of keys has none for the zone';
  const failing = { keys: [], denial: 'compact', isFailing: true, problem } as const;
  const state = emptyState('alarm.example', 0);
  const rolls = checklist({ state, blocked: [], alarms: [{ kind: 'ds-removed' }] }, DEFAULT_ROLL_POLICY);
  const alarmed = { ...signing, rolls };
  const [zone] = fakeFacts().zones;
  assert.ok(zone !== undefined);
  const zones = [
    zone,
    { ...zone, zone: 'alarm.example' },
    { ...zone, zone: 'bad.example' },
    { ...zone, zone: 'foreign.example' },
    { ...zone, zone: 'plain.example' },
  ];
  const source = fakeSource({
    facts: () =>
      fakeFacts({
        zones,
        signingOf: (name) =>
          ({ 'example.com': signing, 'bad.example': failing, 'alarm.example': alarmed })[name],
      }),
    stats: () => {
      const stats = fakeStats(100, 1);
      const ending = stats.zones.map((each) => ({ ...each, signaturesEnd: Date.UTC(2040, 0, 2) / 1000 }));
      const foreign = ending.map((each) => ({ ...each, zone: 'foreign.example' }));
      return Promise.resolve([{ ...stats, zones: [...ending, ...foreign] }]);
    },
  });
  const listen = { address: '127.0.0.1', port: 0 };
  const admin = await startAdmin({ listen, source, log: silentLogger() });
  const cwd = testFolder();
  const run = (...args: string[]) =>
    dnsteer(['dnssec', 'status', ...args, '--admin', new URL(admin.url).host], { cwd });
  const [all, one, alarming, foreign, unsigned, unknown, json] = await Promise.all([
    run(),
    run('example.com'),
    run('alarm.example'),
    run('foreign.example'),
    run('plain.example'),
    run('elsewhere.example'),
    run('example.com', '--json'),
  ]);
  await admin.close();
  assert.deepEqual(one, {
    code: 0,
    stderr: '',
    stdout: `example.com
  Signed      yes
  Keys        55648  13 (ECDSAP256SHA256)  CSK
  Denial      chain of NSEC
  Signatures  the first expire at 2040-01-02T00:00:00Z
`,
  });
  assert.deepEqual(foreign, {
    code: 0,
    stderr: '',
    stdout: `foreign.example
  Signed      elsewhere: it is served with the signatures that it came with
  Signatures  the first expire at 2040-01-02T00:00:00Z
`,
  });
  assert.equal(all.code, 1);
  assert.equal(alarming.code, 1);
  assert.match(alarming.stdout, /^ {2}Alarm +\S/m);
  assert.match(
    all.stdout,
    /^bad\.example\n {2}Signed +no: clients that want signatures get SERVFAIL\n {2}Denial +compact \(RFC 9824\)\n {2}Problem +There is no key/m,
  );
  assert.ok(!all.stdout.includes('plain.example'));
  assert.match(unsigned.stdout, /^plain\.example is not signed here/);
  assert.deepEqual(
    [unknown.code, unknown.stderr],
    [1, 'error: elsewhere.example is no zone of this server\n'],
  );
  assert.deepEqual(JSON.parse(json.stdout), [
    { zone: 'example.com', ...signing, signaturesEnd: Date.UTC(2040, 0, 2) / 1000 },
  ]);
});

test('Where the settings have become wrong, the running server says where keys are, and how it signs', async () => {
  const cwd = imported();
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), 'lisen: [1]\n');
  const { dnssec } = configSchema.parse({ dnssec: { zones: ['example.net'] } });
  const place = { dnssec: { ...dnssec, keys: path.join(cwd, 'keys') }, state: path.join(cwd, 'state') };
  const source = fakeSource({ signing: () => place });
  const admin = await startAdmin({
    listen: { address: '127.0.0.1', port: 0 },
    source,
    log: silentLogger(),
  });
  const run = (admin: string, ...args: string[]) =>
    dnsteer(['dnssec', ...args], { cwd, env: { DNSTEER_ADMIN_LISTEN: admin } });
  try {
    const live = new URL(admin.url).host;
    const [keys, ds, status, nobody] = await Promise.all([
      run(live, 'keys'),
      run(live, 'ds', 'example.net'),
      run(live, 'status'),
      run('127.0.0.1:1', 'keys'),
    ]);
    for (const { code, stderr } of [keys, ds, status]) {
      assert.match(stderr, /^dnsteer\.yaml:1:1: error: Unknown setting "lisen"$/m);
      assert.doesNotMatch(stderr, /dnsteer server/);
      assert.equal(code, 0);
    }
    assert.match(keys.stdout, /^example\.net +55648 .* keys\/Kexample\.net\.\+013\+55648$/m);
    assert.ok(ds.stdout.includes(DIGEST));
    assert.match(status.stdout, /is not signed here/);
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /^error: No dnsteer server is running/m);
  } finally {
    await admin.close();
  }
});
