/** Keys sign as RFC 6605 §6 and RFC 8080 §6 show, only as pairs, and show no secret. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { createLogger } from '../../../runtime/base/log.ts';
import {
  isSignatureOf,
  SIGNING_ALGORITHMS,
  signingAlgorithm,
} from '../../../runtime/dnssec/keys/algorithms.ts';
import { keyTag, keyTags, readDnskey, writeDnskey } from '../../../runtime/dnssec/keys/dnskey.ts';
import { CDNSKEY_DELETE, CDS_DELETE, dsOf } from '../../../runtime/dnssec/keys/ds.ts';
import { generateKey } from '../../../runtime/dnssec/keys/generate.ts';
import {
  openSigningKey,
  pkcs8Of,
  privatePartOf,
  type SigningKey,
  signingKeyOf,
} from '../../../runtime/dnssec/keys/signing-key.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { name as wireName } from '../../support/wire.ts';

const TEXT = Buffer.from('The octets that are signed');

/** RFC 6605 §6.1 and RFC 8080 §6.1: fields of the key, its tag, and its DS for `owner`. */
const PUBLISHED = [
  {
    algorithm: 13,
    owner: 'example.net',
    secret: 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=',
    dnskey: 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    tag: 55648,
    ds: '55648 13 2 B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17',
  },
  {
    algorithm: 15,
    owner: 'example.com',
    secret: 'ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=',
    dnskey: 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    tag: 3613,
    ds: '3613 15 2 3AA5AB37EFCE57F737FC1627013FEE07BDF241BD10F3B1964AB55C78E79A304B',
  },
] as const;

describe('Keys that standards publish', () => {
  for (const { algorithm: number, owner, secret, dnskey, tag, ds } of PUBLISHED) {
    test(`of algorithm ${number} have the tag and the DS that is printed there`, () => {
      const rdata = writeDnskey({ flags: 257, algorithm: number, publicKey: Buffer.from(dnskey, 'base64') });
      assert.equal(keyTag(rdata), tag);
      assert.equal(rdataToText(RRTYPE.DS, dsOf(wireName(owner), rdata)).toUpperCase(), ds);
      const algorithm = signingAlgorithm(number);
      assert.ok(algorithm.ok);
      const read = algorithm.value.privateKey(new Map([['PrivateKey', Buffer.from(secret, 'base64')]]));
      assert.ok(read.ok);
      assert.ok(signingKeyOf(rdata, read.value).ok);
    });
  }
});

/** A key of each algorithm; RSA as others make it. */
function keyOf(number: number): SigningKey {
  if (number !== 8) return generateKey({ algorithm: number, isEntry: true, beside: [] });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const publicKey = signingAlgorithm(8).ok && SIGNING_ALGORITHMS[0]?.publicOctets(privateKey);
  assert.ok(publicKey);
  const key = signingKeyOf(writeDnskey({ flags: 256, algorithm: 8, publicKey }), privateKey);
  assert.ok(key.ok);
  return key.value;
}

for (const { number, name } of SIGNING_ALGORITHMS) {
  test(`A key of ${name} signs what its DNSKEY verifies, and nothing else`, () => {
    const key = keyOf(number);
    const signature = key.sign(TEXT);
    assert.equal(signature.length, number === 8 ? 128 : 64);
    assert.ok(isSignatureOf(key.dnskey, TEXT, signature));
    assert.ok(!isSignatureOf(key.dnskey, TEXT.subarray(1), signature));
    assert.ok(!isSignatureOf(key.dnskey, TEXT, signature.subarray(1)));
    assert.ok(!isSignatureOf(keyOf(number).dnskey, TEXT, signature));
  });

  test(`A key of ${name} is opened from its PKCS #8, and with no other DNSKEY`, () => {
    const key = keyOf(number);
    const again = openSigningKey(key.dnskey, pkcs8Of(key));
    assert.ok(again.ok);
    assert.ok(isSignatureOf(key.dnskey, TEXT, again.value.sign(TEXT)));
    for (const other of SIGNING_ALGORITHMS) {
      const mixed = openSigningKey(keyOf(other.number).dnskey, pkcs8Of(key));
      assert.deepEqual(mixed, { ok: false, problem: 'The private key is not that of the DNSKEY' });
    }
  });

  test(`A key of ${name} shows nothing of its private part`, () => {
    const key = keyOf(number);
    const { algorithm, key: secret } = privatePartOf(key);
    const fields = algorithm.privateFieldsOf(secret);
    const lines: string[] = [];
    const log = createLogger({ level: 'trace', format: 'json' }, { write: (line) => lines.push(line) });
    log.info({ key, keys: [key] }, 'A key');
    const seen = [
      inspect(key, { depth: Infinity, showHidden: true, getters: true }),
      JSON.stringify(key),
      JSON.stringify({ ...key }),
      ...lines,
    ];
    const isPublic = (field: string) => field === 'Modulus' || field === 'PublicExponent';
    const secrets = [...fields].flatMap(([field, octets]) => (isPublic(field) ? [] : [Buffer.from(octets)]));
    assert.ok(secrets.length > 0 && secrets.every(({ length }) => length >= 32));
    for (const octets of secrets) {
      for (const form of formsOf(octets)) assert.ok(!seen.some((text) => text.includes(form)), form);
    }
  });
}

/** A part of a secret in each form in which objects and logs print octets. */
function formsOf(secret: Buffer): string[] {
  const part = secret.subarray(3, 15);
  const list = [...part];
  const hex = part.toString('hex');
  return [part.toString('base64'), hex, hex.replace(/..(?=.)/g, '$& '), list.join(','), list.join(', ')];
}

describe('Other algorithms are refused', () => {
  for (const [number, reason] of [
    [0, 'Algorithm 0 (DELETE) stands for no key at all (RFC 8078 §4)'],
    [1, 'Algorithm 1 (RSAMD5) signs MD5 hashes, which must not be used (RFC 9904)'],
    [5, 'Algorithm 5 (RSASHA1) signs SHA-1 hashes, which must not be used (RFC 9905)'],
    [7, 'Algorithm 7 (RSASHA1-NSEC3-SHA1) signs SHA-1 hashes, which must not be used (RFC 9905)'],
    [12, 'Algorithm 12 (ECC-GOST) must not be used (RFC 9906)'],
    [
      14,
      'Algorithm 14 (ECDSAP384SHA384) is not supported; dnsteer signs with 8 (RSASHA256), 13 (ECDSAP256SHA256), 15 (ED25519)',
    ],
    [
      99,
      'Algorithm 99 is not supported; dnsteer signs with 8 (RSASHA256), 13 (ECDSAP256SHA256), 15 (ED25519)',
    ],
  ] as const) {
    test(reason, () => {
      assert.deepEqual(signingAlgorithm(number), { ok: false, problem: reason });
    });
  }
});

test('Scalars that are none make no key, though OpenSSL takes them', () => {
  const algorithm = signingAlgorithm(13);
  assert.ok(algorithm.ok);
  const read = (hex: string) =>
    algorithm.value.privateKey(new Map([['PrivateKey', Buffer.from(hex, 'hex')]]));
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  for (const hex of ['', '00', '00'.repeat(32), order, 'ff'.repeat(32), `01${order}`])
    assert.ok(!read(hex).ok, hex);
  // Files with zeros cut off, or with one more, hold the same number.
  for (const hex of ['07', `${'00'.repeat(32)}07`, `00${order.slice(0, -2)}50`]) assert.ok(read(hex).ok, hex);
});

test('Garbage is no key and no signature', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), fc.uint8Array({ maxLength: 150 }), (a, b) => {
      assert.ok(!openSigningKey(a, b).ok);
      assert.ok(!isSignatureOf(a, TEXT, b));
      for (const number of [8, 13, 15]) {
        const dnskey = Uint8Array.of(1, 1, 3, number, ...a);
        assert.ok(!openSigningKey(dnskey, b).ok);
        assert.ok(!isSignatureOf(dnskey, TEXT, b));
      }
    }),
  );
});

test('A DNSKEY is read as it is written', () => {
  const flags = fc.constantFrom(256, 257, 384, 385);
  fc.assert(
    fc.property(flags, fc.nat(255), fc.uint8Array({ minLength: 1 }), (flags, algorithm, publicKey) => {
      const fields = { flags, algorithm, publicKey };
      assert.deepEqual(readDnskey(writeDnskey(fields)), fields);
    }),
  );
  assert.equal(readDnskey(Uint8Array.of(0, 1, 3, 13, 1)), undefined, 'no key of a zone');
  assert.equal(readDnskey(Uint8Array.of(1, 1, 2, 13, 1)), undefined, 'protocol 2');
  assert.equal(readDnskey(Uint8Array.of(1, 1, 3, 13)), undefined, 'no key');
});

test('A new key has a tag that no key of the zone has, or gets when it is revoked', () => {
  const zone: Uint8Array[] = [];
  const tags = new Set<number>();
  for (let at = 0; at < 60; at++) {
    const { dnskey } = generateKey({ algorithm: 15, isEntry: at % 2 === 0, beside: zone });
    zone.push(dnskey);
    for (const tag of keyTags(dnskey)) {
      assert.ok(!tags.has(tag));
      tags.add(tag);
    }
  }
});

test('What takes all DS records away is written as RFC 8078 §4 says', () => {
  assert.equal(rdataToText(RRTYPE.CDS, CDS_DELETE), '0 0 0 00');
  assert.equal(rdataToText(RRTYPE.CDNSKEY, CDNSKEY_DELETE), '0 3 0 AA==');
});
