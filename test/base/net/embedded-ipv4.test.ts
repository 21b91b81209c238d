/** IPv4 addresses inside IPv6 addresses: the six forms there are, and how far others are from them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bitsBeforeIpv4, bitsOfOneKind, copyIpv4 } from '../../../runtime/base/net/embedded-ipv4.ts';
import {
  type Address,
  addressToText,
  isInPrefix,
  maskAddress,
  parseIpv6,
} from '../../../runtime/base/net/ip.ts';
import { anyIpv4, anyIpv6, fill } from '../../geo/prefix-law.ts';
import { BORDERS, embedded, FORMS, formOf } from '../../support/embedded-ipv4.ts';

function inside(bytes: Uint8Array): string | undefined {
  const bits = bitsBeforeIpv4(bytes);
  if (bits === 0) return undefined;
  const into = new Uint8Array(4);
  copyIpv4(bytes, bits, into);
  return addressToText({ family: 4, bytes: into });
}

describe('What is inside', () => {
  const CASES: Readonly<Record<string, string | undefined>> = {
    '::5.9.0.1': '5.9.0.1',
    '::ffff:5.9.0.1': '5.9.0.1',
    '::ffff:0:5.9.0.1': '5.9.0.1',
    '64:ff9b::5.9.0.1': '5.9.0.1',
    // The example of RFC 4380 §5.2.10: client 192.0.2.45 behind server 65.54.227.120.
    '2001:0:4136:e378:8000:63bf:3fff:fdd2': '192.0.2.45',
    '2002:509:1:2:3:4:5:6': '5.9.0.1',
    '2002::': '0.0.0.0',
    '::': undefined,
    '::1': undefined,
    '::0.255.255.255': undefined,
    '::1.0.0.0': '1.0.0.0',
    '::fffe:5.9.0.1': undefined,
    '::1:0:5.9.0.1': undefined,
    '64:ff9b:1::5.9.0.1': undefined,
    '64:ff9b::1:5.9.0.1': undefined,
    '2001:1::': undefined,
    '2001:db8::1': undefined,
    '2003:509::': undefined,
    'fe80::5.9.0.1': undefined,
  };
  for (const [text, expected] of Object.entries(CASES))
    test(`${text} is ${expected ?? 'nothing'}`, () =>
      assert.equal(inside(parseIpv6(text) ?? assert.fail(text)), expected));
});

/** Of a low first octet, so that ::/104 is near. */
const small = fc
  .tuple(fc.integer({ min: 0, max: 9 }), anyIpv4)
  .map(([first, { bytes }]): Address => ({ family: 4, bytes: Uint8Array.of(first, ...bytes.subarray(1)) }));
const anyAddress = fc.oneof(anyIpv6, embedded(anyIpv4), fc.constantFrom(...BORDERS));

test('An address has an IPv4 address inside if it has one of the forms, behind the prefix of that', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const form = formOf(address);
      assert.equal(bitsBeforeIpv4(address.bytes), form === undefined ? 0 : 8 * form.start);
    }),
    { numRuns: 2000 },
  );
});

test('What is apart from all forms is so in the largest prefix', () => {
  fc.assert(
    fc.property(anyAddress, ({ bytes, family }) => {
      if (bitsBeforeIpv4(bytes) !== 0) return;
      const length = bitsOfOneKind(bytes);
      const message = `${addressToText({ family, bytes })}/${length}`;
      assert.equal(meetsForm({ family, bytes }, length), false, message);
      assert.equal(meetsForm({ family, bytes }, length - 1), true, 'it is the largest');
    }),
    { numRuns: 2000 },
  );
});

test('What has a form shares it with all of its prefix', () => {
  const noise = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.oneof(embedded(anyIpv4), embedded(small)), noise, (address, random) => {
      const before = bitsBeforeIpv4(address.bytes);
      if (before === 0) return;
      const length = bitsOfOneKind(address.bytes);
      for (const rest of [new Uint8Array(16), new Uint8Array(16).fill(0xff), random])
        assert.equal(bitsBeforeIpv4(fill(address, length, rest).bytes), before);
    }),
    { numRuns: 2000 },
  );
});

/** Whether any address of a prefix has one of the forms: one of the two prefixes is in the other. */
function meetsForm(address: Address, length: number): boolean {
  const { bytes } = maskAddress(address, length);
  return FORMS.some(({ name, prefix }) => {
    // ::/104 is no part of ::/96.
    if (name === 'compatible' && length >= 104 && bytes.subarray(0, 13).every((octet) => octet === 0))
      return false;
    const isSmaller = length <= prefix.length;
    return isSmaller
      ? isInPrefix(prefix.address.bytes, { address: { family: 6, bytes }, length })
      : isInPrefix(bytes, prefix);
  });
}
