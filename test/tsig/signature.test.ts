/** Signatures (RFC 8945): queries that BIND's dig signed, and laws of our own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnswerCheck, checkRequest, Signer } from '../../runtime/tsig/signature.ts';
import { keyringOf } from '../../runtime/tsig/tsig-key.ts';
import { TSIG_ALGORITHMS } from '../../runtime/wire/iana/tsig.ts';
import { findTsig, readTsig, withTsig } from '../../runtime/wire/tsig.ts';
import { packet } from '../support/packet.ts';
import { hex } from '../support/wire.ts';
import { KEY, OTHER_KEY, SECRET } from '../transfer/keys.ts';

/** What dig 9.18 sent for `www.example.com A` with the key transfer.example.com, by algorithm. */
const SIGNED_BY_DIG = {
  'hmac-sha256':
    'ff250120000100000000000203777777076578616d706c6503636f6d000001000100002904d000000000000c000a0008aac011cbc6d3efeb087472616e73666572076578616d706c6503636f6d0000fa00ff00000000003d0b686d61632d7368613235360000006b064509012c0020badbb603d73b98f6489723c83c73cbd2f96918809172bee3bfabb85ad3470545ff2500000000',
  'hmac-sha384':
    '4c280120000100000000000203777777076578616d706c6503636f6d000001000100002904d000000000000c000a0008a1549d8fe1eabdda087472616e73666572076578616d706c6503636f6d0000fa00ff00000000004d0b686d61632d7368613338340000006b06450a012c003070cb5fe94d8e97011cdf30bbbcf8f6abb941575d72240374b3916d9ef5ca219527705d09d04c382389bbdf334eab16c64c2800000000',
  'hmac-sha512':
    '85900120000100000000000203777777076578616d706c6503636f6d000001000100002904d000000000000c000a0008f61d7397f407d6db087472616e73666572076578616d706c6503636f6d0000fa00ff00000000005d0b686d61632d7368613531320000006b06450b012c0040e37d548acb2d6831e419632b11786bf6b0e0ff27e2359879442ba2e4e6bd880b03d70ade14cd1ee4a165268b10d76ba765a2181edfee2a7d082355351a9fae19859000000000',
} as const;

for (const algorithm of TSIG_ALGORITHMS) {
  test(`A query that dig signed with ${algorithm} is good, until an octet of it is another`, () => {
    const message = hex(SIGNED_BY_DIG[algorithm]);
    const at = findTsig(message) ?? assert.fail('no TSIG');
    const keys = keyringOf([{ name: 'transfer.example.com', algorithm, secret: SECRET }]);
    const now = readTsig(message, at)?.timeSigned ?? 0;
    assert.equal(checkRequest(message, at, keys, now).kind, 'good');
    for (let index = 0; index < message.length; index += 1) {
      const other = message.slice();
      // Bits of letters' case in names count for nothing, so another bit is turned.
      other[index] = (other[index] ?? 0) ^ 0x01;
      // The header's id may change on the way.
      const isGood = checkRequest(other, at, keys, now).kind === 'good';
      assert.equal(isGood, index < 2, `octet ${index}`);
    }
  });

  test(`A query that dig signed with ${algorithm} is signed alike here`, () => {
    const message = hex(SIGNED_BY_DIG[algorithm]);
    const at = findTsig(message) ?? assert.fail('no TSIG');
    const [key] = keyringOf([{ name: 'transfer.example.com', algorithm, secret: SECRET }]).values();
    assert.ok(key);
    const bare = message.slice(0, at);
    bare[11] = 1;
    const now = (readTsig(message, at)?.timeSigned ?? 0) * 1000;
    const { signed } = new Signer(key, undefined, () => now).sign(bare);
    assert.deepEqual(Buffer.from(signed), Buffer.from(message));
  });
}

const messages = fc.array(
  fc.integer({ min: 0, max: 0xffff }).map((id) => packet({ id, flags: 0x8000, question: 'a.example. A' })),
  { minLength: 1, maxLength: 8 },
);

test('RFC 8945 §5.3.1: all messages of an answer are good in their order, and none in another', () => {
  fc.assert(
    fc.property(messages, fc.nat(), (bare, at) => {
      const mac = new Uint8Array(32).fill(7);
      const signer = new Signer(KEY, mac);
      const signed = bare.map((message) => signer.sign(message).signed);
      const check = new AnswerCheck(KEY, mac);
      for (const [index, message] of signed.entries()) {
        assert.deepEqual(check.next(message), { ok: true, value: Uint8Array.from(bare[index] ?? []) });
      }
      assert.ok(check.isProven);
      const without = signed.toSpliced(at % signed.length, 1);
      const lossy = new AnswerCheck(KEY, mac);
      const isWhole = without.every((message) => lossy.next(message).ok);
      // What is missing at the end shows in what the messages say.
      assert.equal(isWhole, at % signed.length === signed.length - 1);
    }),
  );
});

test('RFC 8945 §5.3.1: messages between signed ones may go unsigned, and count as signed with the next', () => {
  const mac = new Uint8Array(32);
  const first = packet({ id: 1, flags: 0x8000 });
  const middle = packet({ id: 2, flags: 0x8000 });
  const signer = new Signer(KEY, mac);
  const check = new AnswerCheck(KEY, mac);
  assert.ok(check.next(signer.sign(first).signed).ok);
  assert.ok(check.isProven);
  assert.ok(check.next(middle).ok);
  assert.equal(check.isProven, false);
  // Signed by someone who has not sent the one in the middle.
  assert.equal(check.next(signer.sign(first).signed).ok, false);
});

test('An answer counts only if it is signed with the key of the question, in time and without an error', () => {
  const mac = new Uint8Array(32);
  const answer = packet({ id: 1, flags: 0x8000 });
  const problem = (message: Uint8Array): string => {
    const checked = new AnswerCheck(KEY, mac).next(message);
    return checked.ok ? 'good' : checked.problem;
  };
  assert.equal(problem(new Signer(KEY, mac).sign(answer).signed), 'good');
  assert.equal(problem(answer), 'it is not signed');
  assert.equal(problem(new Signer(OTHER_KEY, mac).sign(answer).signed), 'it is signed with another key');
  assert.equal(problem(new Signer(KEY, mac).sign(answer, { error: 18 }).signed), 'the server says BADTIME');
  assert.match(problem(new Signer(KEY, mac, () => 0).sign(answer).signed), /too long ago/);
  assert.match(problem(new Signer(KEY, undefined).sign(answer).signed), /its signature is wrong/);
  const { signed } = new Signer(KEY, mac).sign(answer);
  const tsig = readTsig(signed, answer.length) ?? assert.fail();
  assert.match(problem(withTsig(answer, { ...tsig, mac: tsig.mac.slice(0, 16) })), /wrong length/);
});
