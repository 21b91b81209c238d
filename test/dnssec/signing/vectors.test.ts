/** The examples of the RFCs that define the algorithms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSignatureOf } from '../../../runtime/dnssec/keys/algorithms.ts';
import { keyTag } from '../../../runtime/dnssec/keys/dnskey.ts';
import { CanonicalSet } from '../../../runtime/dnssec/signing/canonical-set.ts';
import { rrsigHead, setHead } from '../../../runtime/dnssec/signing/rrsig-head.ts';
import { typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import { name, rdata } from '../../support/wire.ts';

const MX = { owner: 'example.com.', type: 'MX', text: '10 mail.example.com.' };

const VECTORS = [
  {
    of: 'RFC 6605 §6.1',
    dnskey:
      '257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    tag: 55_648,
    signer: 'example.net.',
    set: { owner: 'www.example.net.', type: 'A', text: '192.0.2.1' },
    expiration: Date.UTC(2010, 8, 9, 10, 4, 39),
    inception: Date.UTC(2010, 7, 12, 10, 4, 39),
    signature: 'qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
  },
  {
    of: 'RFC 8080 §6.1, with erratum 4935',
    dnskey: '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    tag: 3613,
    signer: 'example.com.',
    set: MX,
    expiration: 1_440_021_600_000,
    inception: 1_438_207_200_000,
    signature: 'oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
  },
  {
    of: 'RFC 8080 §6.1, with erratum 4935, second key',
    dnskey: '257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=',
    tag: 35_217,
    signer: 'example.com.',
    set: MX,
    expiration: 1_440_021_600_000,
    inception: 1_438_207_200_000,
    signature: 'zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg==',
  },
];

for (const vector of VECTORS) {
  test(`${vector.of}: what the signature covers`, () => {
    const dnskey = rdata('DNSKEY', vector.dnskey);
    assert.equal(keyTag(dnskey), vector.tag);
    const { owner, type, text } = vector.set;
    const set = new CanonicalSet();
    set.write(name(owner), name(owner).length, typeFromText(type) ?? 0, 3600, [rdata(type, text)]);
    const head = rrsigHead(
      name(vector.signer),
      { algorithm: dnskey[3] ?? 0, tag: vector.tag },
      { expiration: vector.expiration / 1000, inception: vector.inception / 1000 },
    );
    setHead(head, set);
    const signature = Buffer.from(vector.signature, 'base64');
    assert.ok(isSignatureOf(dnskey, set.signedOctets(head), signature));
    head[3] = 1;
    assert.ok(!isSignatureOf(dnskey, set.signedOctets(head), signature));
  });
}
