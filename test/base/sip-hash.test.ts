/** SipHash-2-4 against the vectors of its authors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipHash, sipHashKey } from '../../runtime/base/sip-hash.ts';

const KEY = sipHashKey(Uint8Array.from({ length: 16 }, (_, index) => index));
const INPUT = Uint8Array.from({ length: 64 }, (_, index) => index);

/** Of the first n octets 00 01 02 …, under the key 00 01 … 0f: from vectors.h of the reference implementation. */
const VECTORS: Readonly<Record<number, string>> = {
  0: '310e0edd47db6f72',
  1: 'fd67dc93c539f874',
  2: '5a4fa9d909806c0d',
  3: '2d7efbd796666785',
  4: 'b7877127e09427cf',
  5: '8da699cd64557618',
  6: 'cee3fe586e46c9cb',
  7: '37d1018bf50002ab',
  8: '6224939a79f5f593',
  15: 'e545be4961ca29a1',
  63: '724506eb4c328a95',
};

for (const [length, expected] of Object.entries(VECTORS)) {
  test(`The hash of ${length} octets is that of the reference implementation`, () => {
    const hash = new Uint8Array(8);
    sipHash(KEY, INPUT, Number(length), hash);
    assert.equal(Buffer.from(hash).toString('hex'), expected);
  });
}

test('Octets behind the length have no say', () => {
  const [one, other] = [new Uint8Array(8), new Uint8Array(8)];
  sipHash(KEY, INPUT, 13, one);
  sipHash(KEY, INPUT.slice(0, 13), 13, other);
  assert.deepEqual(one, other);
});
