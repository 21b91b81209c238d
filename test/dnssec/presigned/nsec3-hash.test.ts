/** Hashes of names: the example of RFC 5155, and those of another program. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase32hex } from '../../../runtime/base/octets-text.ts';
import { HASH_LABEL, writeHash } from '../../../runtime/dnssec/presigned/nsec3-hash.ts';
import { sha1 } from '../../../runtime/dnssec/presigned/sha1.ts';
import { name } from '../../support/wire.ts';

const octets = (max: number) => fc.uint8Array({ maxLength: max });

test('SHA-1 of up to 511 octets is that of the library', () => {
  fc.assert(
    fc.property(octets(511), (message) => {
      const room = new Uint8Array(message.length + 72);
      room.set(message);
      const hash = new Uint8Array(20);
      sha1(room, message.length, hash);
      assert.deepEqual(hash, new Uint8Array(createHash('sha1').update(message).digest()));
    }),
    { numRuns: 2000 },
  );
});

test('RFC 5155 App. A: hashes of the example', () => {
  const salt = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd);
  for (const [of, hash] of [
    ['example.', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
    ['a.example.', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
    ['ai.example.', 'gjeqe526plbf1g8mklp59enfd789njgi'],
    ['*.w.example.', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en'],
    ['2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.', 'kohar7mbb8dc2ce8a9qvl8hon4k53uhi'],
  ] as const) {
    assert.equal(hashOf(name(of), salt, 12), hash);
  }
});

test('Hashes of any name, salt and number of iterations are those of the library', () => {
  fc.assert(
    fc.property(octets(255), octets(255), fc.integer({ min: 0, max: 150 }), (of, salt, iterations) => {
      let hash: Buffer = Buffer.from(of);
      for (let round = 0; round <= iterations; round++)
        hash = createHash('sha1').update(hash).update(salt).digest();
      assert.equal(hashOf(of, salt, iterations), toBase32hex(hash));
    }),
  );
});

function hashOf(of: Uint8Array, salt: Uint8Array, iterations: number): string {
  const into = new Uint8Array(HASH_LABEL);
  writeHash(of, 0, of.length, { iterations, salt }, into);
  return Buffer.from(into).toString('latin1');
}
