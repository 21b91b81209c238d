/** What is taken over from other servers, and what is refused; test/interop/key-files.test.ts has their files. */
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { generateKey } from '../../../runtime/dnssec/keys/generate.ts';
import { importKey, type KeyToImport } from '../../../runtime/dnssec/keys/import-key.ts';
import { readKeyFolder } from '../../../runtime/dnssec/keys/key-folder.ts';
import { pkcs8Of } from '../../../runtime/dnssec/keys/signing-key.ts';
import { writeKey } from '../../../runtime/dnssec/keys/write-key.ts';
import { name } from '../../support/wire.ts';

const ZONE = name('shop.example');
const NOW = 1_800_000_000;
const OLD = { created: 5, publish: 6, activate: 7, inactive: 2_000_000_000 };

const base = mkdtempSync(path.join(tmpdir(), 'dnsteer-import-'));
after(() => rmSync(base, { recursive: true }));

function folder(): string {
  return mkdtempSync(path.join(base, 'f'));
}

/** A key of another server, in a folder of its own. */
async function theirs(algorithm = 13, isEntry = true) {
  const where = folder();
  const key = generateKey({ algorithm, isEntry, beside: [] });
  const written = await writeKey(where, { zone: ZONE, key, times: OLD, ttl: 1234 });
  assert.ok(written.ok);
  const { name: stem } = written.value;
  return {
    key,
    stem,
    file: (ending: string) => path.join(where, `${stem}.${ending}`),
    from: path.join(where, stem),
  };
}

function take(wanted: Partial<KeyToImport> & { readonly from: string }) {
  return importKey({ folder: folder(), beside: () => [], now: NOW, ...wanted });
}

async function refusal(wanted: Partial<KeyToImport> & { readonly from: string }) {
  const into = path.join(folder(), 'keys');
  const result = await take({ folder: into, ...wanted });
  assert.ok(!result.ok);
  assert.ok(!existsSync(into), 'nothing is written');
  assert.ok((result.problem.remedy ?? '').length > 5);
  return [result.problem.code, result.problem.message];
}

describe('A key is imported', () => {
  test('with its times, TTL and flags, for its owner alone, and its files stay', async () => {
    const { key, stem, file, from } = await theirs(15, false);
    const before = readFileSync(file('private'), 'utf8');
    const into = path.join(folder(), 'keys');
    const result = await take({ from, folder: into, roles: { isKsk: false, isZsk: true } });
    assert.ok(result.ok);
    const { key: taken, times, ttl, state } = result.value;
    assert.deepEqual([taken.dnskey, times, ttl], [key.dnskey, OLD, 1234]);
    assert.deepEqual(state, { algorithm: 15, bits: 256, isKsk: false, isZsk: true });
    assert.equal(statSync(path.join(into, `${stem}.private`)).mode & 0o777, 0o600);
    assert.equal(readFileSync(file('private'), 'utf8'), before);
    const read = await readKeyFolder(into);
    assert.deepEqual([read.problems, read.zones.get('shop.example')?.length], [[], 1]);
  });

  for (const isEntry of [true, false]) {
    test(`without its public half, with the flags that its tag tells (${isEntry ? 257 : 256})`, async () => {
      const { key, file } = await theirs(13, isEntry);
      rmSync(file('key'));
      const result = await take({ from: file('private') });
      assert.ok(result.ok);
      assert.deepEqual(result.value.key.dnskey, key.dnskey);
    });
  }

  test('without a name that tells anything, for the zone and the use that the operator says', async () => {
    const { key, file } = await theirs(13, false);
    const from = path.join(folder(), 'a.private');
    writeFileSync(from, readFileSync(file('private')));
    const combined = await take({ from, zone: ZONE });
    assert.ok(combined.ok && combined.value.key.flags === 257);
    const zsk = await take({ from, zone: ZONE, roles: { isKsk: false, isZsk: true } });
    assert.ok(zsk.ok);
    assert.deepEqual(zsk.value.key.dnskey, key.dnskey);
  });

  for (const type of ['pkcs8', 'sec1'] as const) {
    test(`in PEM (${type})`, async () => {
      const { key } = await theirs();
      const secret = createPrivateKey({ key: Buffer.from(pkcs8Of(key)), format: 'der', type: 'pkcs8' });
      const from = path.join(folder(), 'key.pem');
      writeFileSync(from, secret.export({ format: 'pem', type }));
      const result = await take({ from, zone: ZONE });
      assert.ok(result.ok);
      assert.deepEqual(
        [result.value.key.dnskey, result.value.times],
        [key.dnskey, { created: NOW, publish: NOW, activate: NOW }],
      );
    });
  }

  test('of RSA, which dnsteer does not make', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const from = path.join(folder(), 'rsa.pem');
    writeFileSync(from, privateKey.export({ format: 'pem', type: 'pkcs1' }));
    const into = folder();
    const result = await take({ from, zone: ZONE, folder: into });
    assert.ok(result.ok && result.value.key.algorithm === 8);
    assert.equal((await readKeyFolder(into)).zones.get('shop.example')?.[0]?.key.tag, result.value.key.tag);
  });
});

describe('A key is refused', () => {
  test('that is not there', async () => {
    const message = 'Cannot read the file: it does not exist';
    assert.deepEqual(await refusal({ from: path.join(base, 'none') }), ['KEY_FILE', message]);
  });

  test('of another zone than the operator says', async () => {
    const { from } = await theirs();
    assert.deepEqual(await refusal({ from, zone: name('a.test') }), [
      'KEY_FILE',
      'The key is one of shop.example.',
    ]);
  });

  test('whose zone nobody tells', async () => {
    const { file } = await theirs();
    const from = path.join(folder(), 'a.private');
    writeFileSync(from, readFileSync(file('private')));
    assert.deepEqual(await refusal({ from }), [
      'KEY_FILE',
      'Neither the file nor its name tells the zone of the key',
    ]);
  });

  test('that the zone has, or that has a tag in common with one of its keys', async () => {
    const { key, from } = await theirs();
    const message = 'The zone has this key already, or one that can be taken for it by its key tag';
    assert.deepEqual(await refusal({ from, beside: () => [key.dnskey] }), ['KEY_CLASH', message]);
    // Revoked, the other one would have the tag of this one.
    const other = Uint8Array.from(key.dnskey);
    other[1] = (other[1] ?? 0) ^ 0x80;
    assert.deepEqual(await refusal({ from, beside: () => [other] }), ['KEY_CLASH', message]);
  });

  test('whose halves do not belong together', async () => {
    const [one, two] = [await theirs(), await theirs()];
    writeFileSync(one.file('key'), readFileSync(two.file('key')));
    assert.deepEqual(await refusal({ from: one.from }), [
      'KEY_PAIR',
      'The private key is not that of the DNSKEY',
    ]);
  });

  test('that was cut off and has no public half, wherever it was cut', async () => {
    const { file } = await theirs();
    const text = readFileSync(file('private'), 'utf8').replace(/Created[\s\S]*/, '');
    const from = path.join(folder(), 'a.private');
    for (let end = 0; end < text.length; end++) {
      writeFileSync(from, text.slice(0, end));
      await refusal({ from, zone: ZONE });
    }
    writeFileSync(from, text);
    assert.ok((await take({ from, zone: ZONE })).ok);
  });

  test('that is not the one that the name of its file tells', async () => {
    const [one, two] = [await theirs(), await theirs()];
    rmSync(one.file('key'));
    writeFileSync(one.file('private'), readFileSync(two.file('private')));
    const message = 'The key is not the one whose key tag the name of the file tells';
    assert.deepEqual(await refusal({ from: one.from }), ['KEY_PAIR', message]);
  });

  test('in PEM of another curve, behind a password, or of no key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const from = path.join(folder(), 'key.pem');
    writeFileSync(from, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const algorithm = 'The key in PEM is of no algorithm that dnsteer signs with';
    assert.deepEqual(await refusal({ from, zone: ZONE }), ['KEY_ALGORITHM', algorithm]);
    const none = 'The file holds no private key in PEM, or an encrypted one';
    writeFileSync(
      from,
      privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' }),
    );
    assert.deepEqual(await refusal({ from, zone: ZONE }), ['KEY_FILE', none]);
    writeFileSync(from, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    assert.deepEqual(await refusal({ from, zone: ZONE }), ['KEY_FILE', none]);
  });

  test('whose files are in the folder already, which stay as they are', async () => {
    const { from, file } = await theirs();
    const before = readFileSync(file('private'), 'utf8');
    const result = await take({ from, folder: path.dirname(from) });
    assert.ok(!result.ok);
    assert.equal(result.problem.code, 'KEY_CLASH');
    assert.equal(readFileSync(file('private'), 'utf8'), before);
    assert.equal(readdirSync(path.dirname(from)).length, 2);
  });
});
