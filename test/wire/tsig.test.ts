/** TSIG records as they travel (RFC 8945 §4.2), and where they stand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalName } from '../../runtime/wire/name.ts';
import { parseQuery, Query } from '../../runtime/wire/query.ts';
import { findTsig, readTsig, withoutTsig, withTsig } from '../../runtime/wire/tsig.ts';
import { names } from '../support/arbitraries.ts';
import { packet } from '../support/packet.ts';

const word = fc.integer({ min: 0, max: 0xffff });
const tsigs = fc.record({
  keyName: names.map(canonicalName),
  algorithm: names.map(canonicalName),
  timeSigned: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  fudge: word,
  mac: fc.uint8Array({ maxLength: 64 }),
  originalId: word,
  error: word,
  otherData: fc.uint8Array({ maxLength: 10 }),
});

test('A record is found where it was put, says what it said, and leaves the message as it was', () => {
  fc.assert(
    fc.property(tsigs, word, fc.boolean(), (tsig, id, hasOpt) => {
      const bare = packet({ id, question: 'www.example.com. A', ...(hasOpt && { opt: {} }) });
      const message = withTsig(bare, tsig);
      const at = findTsig(message);
      assert.equal(at, bare.length);
      assert.deepEqual(readTsig(message, bare.length), { ...tsig });
      assert.deepEqual(Buffer.from(withoutTsig(message, bare.length, id)), bare);
      const query = new Query();
      assert.equal(parseQuery(message, query), 'ok');
      assert.equal(query.tsigAt, bare.length);
    }),
  );
});

test('Octets of any kind are no reason to fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      const at = findTsig(octets);
      if (at !== undefined) readTsig(octets, at);
    }),
  );
});

test('RFC 8945 §5.1: a record that is not the last, or not the only one, makes its message malformed', () => {
  const bare = packet({ question: 'www.example.com. A' });
  const tsig = { keyName: Uint8Array.of(0), algorithm: Uint8Array.of(0), timeSigned: 0, fudge: 0 };
  const full = { ...tsig, mac: new Uint8Array(0), originalId: 0, error: 0, otherData: new Uint8Array(0) };
  assert.equal(parseQuery(withTsig(withTsig(bare, full), full), new Query()), 'formerr');
  const misplaced = withTsig(bare, full);
  // Counted as an answer.
  misplaced[7] = 1;
  misplaced[11] = 0;
  assert.equal(parseQuery(misplaced, new Query()), 'formerr');
});
