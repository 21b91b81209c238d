/** Address hints are left out one by one, and all else of a record stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressToText } from '../../../runtime/base/net/ip.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { absoluteNameFromText, ROOT } from '../../../runtime/wire/name.ts';
import { rdataFromText, rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { withoutHints } from '../../../runtime/wire/rdata/svcb-hints.ts';
import { splitFields } from '../../../runtime/wire/text-field.ts';
import { must } from '../../support/wire.ts';

function rdataOf(text: string): Uint8Array {
  return must(
    rdataFromText(RRTYPE.HTTPS, must(splitFields(text)), (name) => absoluteNameFromText(name, ROOT)),
  );
}

function left(text: string, ...gone: readonly string[]): string {
  const isGone = (bytes: Uint8Array): boolean =>
    gone.includes(addressToText({ family: bytes.length === 4 ? 4 : 6, bytes }));
  return rdataToText(RRTYPE.HTTPS, withoutHints(rdataOf(text), isGone));
}

test('Hints of what is gone are left out, with their parameter if none is left', () => {
  const text =
    '1 a.example. alpn="h2" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1 key65000="x"';
  assert.equal(left(text), text);
  assert.equal(left(text, '192.0.2.1'), text.replace('192.0.2.1,', ''));
  assert.equal(left(text, '192.0.2.1', '192.0.2.2'), text.replace('ipv4hint=192.0.2.1,192.0.2.2 ', ''));
  assert.equal(left(text, '2001:db8::1'), text.replace('ipv6hint=2001:db8::1 ', ''));
});

test('A mandatory hint stays with all of its addresses (RFC 9460 §8)', () => {
  const text = '1 . mandatory=alpn,ipv4hint alpn="h2" ipv4hint=192.0.2.1 ipv6hint=2001:db8::1';
  assert.equal(
    left(text, '192.0.2.1', '2001:db8::1'),
    '1 . mandatory=alpn,ipv4hint alpn="h2" ipv4hint=192.0.2.1',
  );
});

test('An alias has nothing to leave out', () =>
  assert.equal(left('0 a.example.', '192.0.2.1'), '0 a.example.'));

test('Law: what is left are the hints that were not gone, in their order', () => {
  const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(addresses, fc.infiniteStream(fc.boolean()), (all, coins) => {
      const gone = all.filter(() => coins.next().value);
      const kept = all.filter((address) => !gone.includes(address));
      const wanted = kept.length === 0 ? '1 . alpn="h3"' : `1 . alpn="h3" ipv4hint=${kept.join(',')}`;
      assert.equal(left(`1 . alpn=h3 ipv4hint=${all.join(',')}`, ...gone), wanted);
    }),
  );
});
