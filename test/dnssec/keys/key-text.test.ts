/** Key files as texts: what is written is read again, what others write is read, and garbage has a problem. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { SIGNING_ALGORITHMS } from '../../../runtime/dnssec/keys/algorithms.ts';
import { DNSKEY_FLAGS, writeDnskey } from '../../../runtime/dnssec/keys/dnskey.ts';
import { keyNameFromText, keyNameToText } from '../../../runtime/dnssec/keys/key-name.ts';
import {
  type KeyTimes,
  keyPhase,
  TIME_NAMES,
  timeFromText,
  timeToText,
} from '../../../runtime/dnssec/keys/key-times.ts';
import { readPrivateFile, withTimes, writePrivateFile } from '../../../runtime/dnssec/keys/private-file.ts';
import { readPublicFile, writePublicFile } from '../../../runtime/dnssec/keys/public-file.ts';
import { readStateFile, writeStateFile } from '../../../runtime/dnssec/keys/state-file.ts';
import { canonicalName } from '../../../runtime/wire/name.ts';
import { names } from '../../support/arbitraries.ts';
import { name } from '../../support/wire.ts';

const PAIRS = SIGNING_ALGORITHMS.map((algorithm) => ({
  algorithm,
  key: algorithm.generate?.() ?? generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
}));
/** Up to the year 9999. */
const moments = fc.nat(2 ** 37);
const times: fc.Arbitrary<KeyTimes> = fc.record(
  Object.fromEntries([...TIME_NAMES.keys()].map((field) => [field, moments])),
  { requiredKeys: [], noNullPrototype: true },
);

const garbage = fc.uint8Array().map((octets) => Buffer.from(octets).toString());

/** A file as BIND 9.18 wrote it. */
const BIND = `Private-key-format: v1.3
Algorithm: 13 (ECDSAP256SHA256)
PrivateKey: 4NEDeHowTbUoHUMee4EGFL/jMnY4Hf+l6PsHKVxw35s=
Created: 20261130001744
Publish: 20261130001744
Activate: 20261130001744
`;

describe('Private halves', () => {
  test('are read as they are written', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PAIRS), times, (pair, times) => {
        const read = readPrivateFile(writePrivateFile({ ...pair, times }));
        assert.ok(read.ok);
        assert.equal(read.value.algorithm, pair.algorithm);
        assert.deepEqual(read.value.times, times);
        assert.ok(read.value.key.equals(pair.key));
      }),
    );
  });

  test('are written as BIND writes them', () => {
    const read = readPrivateFile(BIND);
    assert.ok(read.ok);
    assert.equal(writePrivateFile(read.value), BIND);
  });

  test('get other times, and keep all else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PAIRS), times, times, (pair, before, after) => {
        const text = writePrivateFile({ ...pair, times: before });
        assert.equal(withTimes(text, after), writePrivateFile({ ...pair, times: after }));
      }),
    );
    const noted = `${BIND}Predecessor: 11111\r\nMaxTTL: 3600`;
    const later = withTimes(noted, { created: 1, inactive: 2 });
    assert.match(later, /^Predecessor: 11111\nMaxTTL: 3600\n/m);
    assert.deepEqual(read(later).times, { created: 1, inactive: 2 });
  });

  test('of version 1.2 become version 1.3 with their times, and later versions stay', () => {
    const old = BIND.replace('v1.3', 'v1.2').replace(/Created[\s\S]*/, '');
    assert.deepEqual(read(old).times, {});
    assert.match(
      withTimes(old, { created: 0 }),
      /^Private-key-format: v1\.3\n[\s\S]*Created: 19700101000000\n$/,
    );
    assert.match(withTimes(BIND.replace('v1.3', 'v1.5'), {}), /^Private-key-format: v1\.5\n/);
  });

  for (const [what, text] of [
    ['with the line ends of Windows', BIND.replaceAll('\n', '\r\n')],
    ['without an end to the last line', BIND.trimEnd()],
    ['with a wrong name of the algorithm', BIND.replace('ECDSAP256SHA256', 'Edward')],
    ['without a name of the algorithm', BIND.replace(' (ECDSAP256SHA256)', '')],
    ['with one more zero', BIND.replace(/PrivateKey: .*/, `PrivateKey: ${padded(33)}`)],
    ['with BIND’s notes', `${BIND}MaxTTL: 1\nRollPeriod: 2\nSuccessor: 3\nPredecessor: 4\n`],
    ['of a version to come, with lines of its own', `${BIND.replace('v1.3', 'v1.4')}Lifetime: 3\n`],
  ] as const) {
    test(`are read ${what}`, () => {
      const { key, times } = read(text);
      assert.ok(key.equals(read(BIND).key));
      assert.equal(times.activate, Date.UTC(2026, 10, 30, 0, 17, 44) / 1000);
    });
  }

  test('are read with their first zero cut off', () => {
    const scalar = Buffer.alloc(32, 7);
    scalar[0] = 0;
    const of = (octets: Buffer) =>
      read(BIND.replace(/PrivateKey: .*/, `PrivateKey: ${octets.toString('base64')}`));
    assert.ok(of(scalar).key.equals(of(scalar.subarray(1)).key));
    assert.match(writePrivateFile(of(scalar.subarray(1))), /PrivateKey: AAcH/);
  });

  for (const [text, line, message] of [
    ['', undefined, 'The file is empty'],
    ['\n\n', undefined, 'The file is empty'],
    [BIND.replace(/.*\n/, ''), 1, 'The first line is not "Private-key-format: v1.3"'],
    [
      BIND.replace('v1.3', 'v2.0'),
      1,
      'Line "Private-key-format" does not say v1.2, v1.3 or a later version 1',
    ],
    [BIND.slice(0, 25), undefined, 'The file ends before line "Algorithm"'],
    [BIND.replace(/Algorithm.*\n/, ''), 2, 'The second line is not "Algorithm"'],
    [BIND.replace('13 (', '('), 2, 'Line "Algorithm" has no number'],
    [
      BIND.replace('13 (ECDSAP256SHA256)', '5'),
      2,
      'Algorithm 5 (RSASHA1) signs SHA-1 hashes, which must not be used (RFC 9905)',
    ],
    [BIND.replace(/PrivateKey[\s\S]*/, ''), undefined, 'The file ends before line "PrivateKey"'],
    [BIND.replace(/PrivateKey: .*/, 'PrivateKey:'), 3, 'Line "PrivateKey" is no base64, or is cut off'],
    [BIND.replace('35s=', '35'), 3, 'Line "PrivateKey" is no base64, or is cut off'],
    [
      BIND.replace(/PrivateKey: .*/, `PrivateKey: ${'/'.repeat(43)}w=`),
      3,
      'Line "PrivateKey" is no base64, or is cut off',
    ],
    [
      BIND.replace(/PrivateKey: .*/, `PrivateKey: ${Buffer.alloc(32, 255).toString('base64')}`),
      3,
      'The number is no private key of curve P-256',
    ],
    [
      BIND.replace('13 (ECDSAP256SHA256)', '15').replace('35s=', ''),
      3,
      'A private key of Ed25519 has 32 octets',
    ],
    [`${BIND}Inactve: 20261130001744\n`, 7, 'Line "Inactve" means nothing in version 1.3'],
    [`${BIND}DSRemoved: 20261130001744\n`, 7, 'Line "DSRemoved" means nothing in version 1.3'],
    [
      `${BIND}Label: pkcs11:object=x\n`,
      7,
      'Line "Label" says that the private key stands in a hardware module',
    ],
    [`${BIND}Delete: 1796000000\n`, 7, 'Line "Delete" is no time'],
    [`${BIND}Delete: 20261130\n`, 7, 'Line "Delete" is no time'],
    [`${BIND}Delete: 20260230000000\n`, 7, 'Line "Delete" is no time'],
    [`${BIND}Publish: 20261130001744\n`, 7, 'Line "Publish" is there twice'],
    [`${BIND}35s=\n`, 7, 'Line is not in the form "Name: value"'],
  ] as const) {
    test(`${message}${line === undefined ? '' : ` (line ${line})`}`, () => {
      const result = readPrivateFile(text);
      assert.ok(!result.ok);
      assert.deepEqual([result.problem.line, result.problem.message], [line, message]);
      assert.ok(result.problem.remedy.length > 10);
    });
  }

  test('that are broken are told without a part of the secret', () => {
    const secret = 'SecretSecretSecretSecretSecretSecretSecret';
    for (const text of [
      secret,
      `Private-key-format: v1.3\n${secret}`,
      BIND.replace('35s=', secret),
      BIND.replace(/PrivateKey: .*\n/, `${secret}:`),
      BIND.replace('PrivateKey:', secret.slice(0, 24)),
      BIND.replace('Private-', secret),
    ]) {
      const result = readPrivateFile(text);
      assert.ok(!result.ok);
      assert.ok(!JSON.stringify(result).includes('Secret'), JSON.stringify(result));
    }
  });

  test('that were read show nothing of the secret', () => {
    const value = read(BIND);
    const seen = inspect(value, { depth: Infinity, showHidden: true }) + JSON.stringify(value);
    const secret = Buffer.from('4NEDeHowTbUoHUMee4EGFL/jMnY4Hf+l6PsHKVxw35s=', 'base64').subarray(3, 15);
    for (const form of [
      secret.toString('base64'),
      secret.toString('hex'),
      [...secret].join(','),
      [...secret].join(', '),
    ]) {
      assert.ok(!seen.includes(form));
    }
  });

  test('are no error, whatever they hold', () => {
    const parts = fc.constantFrom(...BIND.split(/(?<=[:\n ])/), '\r\n', 'Delete:', ':', '\u0000', 'é');
    fc.assert(
      fc.property(
        fc.array(parts).map((all) => all.join('')),
        (text) => void readPrivateFile(text),
      ),
    );
    fc.assert(fc.property(garbage, (text) => void readPrivateFile(text)));
  });

  // A number whose first zeros were cut off is read, so that only the public half tells what else was cut off.
  test('that were cut off are never read as the same key', () => {
    const whole = read(BIND).key;
    for (let end = 0; end < BIND.indexOf('=\nCreated'); end++) {
      const result = readPrivateFile(BIND.slice(0, end));
      assert.ok(!result.ok || !result.value.key.equals(whole));
    }
  });
});

function read(text: string) {
  const result = readPrivateFile(text);
  if (!result.ok) assert.fail(result.problem.message);
  return result.value;
}

function padded(length: number): string {
  const octets = Buffer.alloc(length);
  Buffer.from('4NEDeHowTbUoHUMee4EGFL/jMnY4Hf+l6PsHKVxw35s=', 'base64').copy(octets, length - 32);
  return octets.toString('base64');
}

describe('Public halves', () => {
  test('are read as they are written', () => {
    const flags = fc.constantFrom(256, 257, 385);
    const ttls = fc.option(fc.nat(2 ** 31 - 1), { nil: undefined });
    fc.assert(
      fc.property(
        names,
        ttls,
        flags,
        fc.uint8Array({ minLength: 1 }),
        times,
        (owner, ttl, flags, publicKey, times) => {
          const file = { owner, ttl, dnskey: writeDnskey({ flags, algorithm: 13, publicKey }) };
          assert.deepEqual(readPublicFile(writePublicFile(file, times)), { ok: true, value: file });
        },
      ),
    );
  });

  for (const [what, record] of [
    [
      'BIND',
      '; This is a key\nex.test. IN DNSKEY 257 3 13 yVLipup9Pza3jCDl4m8nN1Bn3JIUr/GRFpX6mFUSDtbcib1Z0FL8HwvZ 5FuffYZ0xKYX5SqETjf2zfk1/1K3jA==\n',
    ],
    [
      'ldns',
      'ex.test.\tIN\tDNSKEY\t257 3 13 yVLipup9Pza3jCDl4m8nN1Bn3JIUr/GRFpX6mFUSDtbcib1Z0FL8HwvZ5FuffYZ0xKYX5SqETjf2zfk1/1K3jA== ;{id = 1 (ksk), size = 256b}',
    ],
    [
      'PowerDNS',
      'ex.test IN DNSKEY 257 3 13 yVLipup9Pza3jCDl4m8nN1Bn3JIUr/GRFpX6mFUSDtbcib1Z0FL8HwvZ5FuffYZ0xKYX5SqETjf2zfk1/1K3jA==\r\n',
    ],
    [
      'an editor',
      'ex.test. 3600 DNSKEY ( 257 3 ECDSAP256SHA256\n yVLipup9Pza3jCDl4m8nN1Bn3JIUr/GRFpX6mFUSDtbcib1Z0FL8HwvZ\n 5FuffYZ0xKYX5SqETjf2zfk1/1K3jA== )',
    ],
  ] as const) {
    test(`are read as ${what} writes them`, () => {
      const result = readPublicFile(record);
      assert.ok(result.ok);
      assert.deepEqual(result.value.owner, name('ex.test'));
      assert.equal(result.value.ttl, what === 'an editor' ? 3600 : undefined);
      assert.equal(result.value.dnskey.length, 68);
    });
  }

  for (const [text, line, message] of [
    ['', undefined, 'The file has no DNSKEY record'],
    ['; only a comment\n', undefined, 'The file has no DNSKEY record'],
    ['ex.test. A 192.0.2.1', 1, 'The record is no DNSKEY of a zone'],
    ['ex.test. KEY 512 3 157 AAAA', 1, undefined],
    ['ex.test. DNSKEY 1 3 13 AAAA', 1, 'The record is no DNSKEY of a zone'],
    [' DNSKEY 257 3 13 AAAA', 1, 'The record has no owner'],
    ['ex.test. DNSKEY 257 3 13 AAAA\nex.test. DNSKEY 257 3 13 AAAA\n', 2, 'The file has two records'],
    ['ex.test. DNSKEY 257 3 13 "AAAA\n', 1, undefined],
    ['ex.test. DNSKEY 257 3 13', 1, undefined],
  ] as const) {
    test(`${JSON.stringify(text)} is none`, () => {
      const result = readPublicFile(text);
      assert.ok(!result.ok);
      assert.equal(result.problem.line, line);
      if (message !== undefined) assert.equal(result.problem.message, message);
    });
  }

  test('are no error, whatever they hold', () => {
    fc.assert(fc.property(garbage, (text) => void readPublicFile(text)));
  });
});

describe('States', () => {
  test('are read as they are written', () => {
    const roles = fc.constantFrom(
      { isKsk: true, isZsk: true },
      { isKsk: true, isZsk: false },
      { isKsk: false, isZsk: true },
    );
    fc.assert(
      fc.property(roles, fc.option(moments), (roles, since) => {
        const isKnown = since !== null && roles.isKsk;
        const state = { algorithm: 13, bits: 256, ...roles, ...(isKnown ? { dsSince: since } : {}) };
        assert.deepEqual(readStateFile(writeStateFile(state)), state);
      }),
    );
  });

  test('have a first line that nobody reads, as in BIND', () => {
    const text = 'Algorithm: 13\nKSK: yes\nZSK: no\n';
    assert.equal(readStateFile(text), undefined);
    assert.deepEqual(readStateFile(`; comment\n${text}`), {
      algorithm: 13,
      bits: 0,
      isKsk: true,
      isZsk: false,
    });
  });

  test('are no error, whatever they hold', () => {
    fc.assert(fc.property(garbage, (text) => void readStateFile(text)));
  });
});

describe('Names of key files', () => {
  test('are read as they are written', () => {
    fc.assert(
      fc.property(names, fc.nat(255), fc.nat(65_535), (zone, algorithm, tag) => {
        const text = keyNameToText({ zone, algorithm, tag });
        assert.match(text, /^K[\w.%-]+\+\d{3}\+\d{5}$/);
        assert.deepEqual(keyNameFromText(text), { zone: canonicalName(zone), algorithm, tag });
      }),
    );
  });

  // As dnssec-keygen 9.18.49 named them.
  for (const [zone, text] of [
    ['A_b-c/D*e.Test', 'Ka_b-c%2Fd%2Ae.test.+013+52819'],
    ['.', 'K.+013+52819'],
  ] as const) {
    test(`${zone} is written as BIND does`, () => {
      assert.equal(keyNameToText({ zone: name(zone), algorithm: 13, tag: 52_819 }), text);
    });
  }

  test('are no others', () => {
    for (const text of [
      '',
      'K',
      'K+013+00001',
      'Kex.test.+13+00001',
      'Kex..test.+013+00001',
      'Kex%zz.+013+00001',
      'kex.+013+00001',
    ]) {
      assert.equal(keyNameFromText(text), undefined, text);
    }
    fc.assert(fc.property(garbage, (text) => void keyNameFromText(`K${text}+013+00001`)));
  });
});

test('Times are read as they are written', () => {
  fc.assert(fc.property(moments, (moment) => assert.equal(timeFromText(timeToText(moment)), moment)));
});

test('A time before 1970 is one of BIND that is too far ahead', () => {
  assert.equal(timeFromText('19621125173144'), Date.UTC(2099, 0, 1) / 1000);
  assert.equal(timeFromText('20400101000000'), Date.UTC(2040, 0, 1) / 1000);
});

test('The times of a key say what it does now', () => {
  const times = { publish: 10, activate: 20, inactive: 30, delete: 40 };
  const phases = [9, 10, 20, 30, 40].map((now) => keyPhase(times, now));
  assert.deepEqual(phases, ['future', 'published', 'active', 'inactive', 'deleted']);
  assert.equal(keyPhase({}, 0), 'active');
  assert.equal(keyPhase({ created: 5 }, 9), 'active');
  assert.equal(keyPhase({ publish: 5 }, 9), 'published');
  assert.equal(keyPhase({ activate: 5 }, 9), 'active');
  assert.equal(DNSKEY_FLAGS.ZONE | DNSKEY_FLAGS.SEP, 257);
});
