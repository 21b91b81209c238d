/** Networks as numbers: one for each that a policy can read, and none for anything else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipv4SubnetKey, subnetKeyOf, subnetOfKey } from '../../../runtime/answer/facts/subnet-key.ts';
import { maskAddress, prefixToText } from '../../../runtime/base/net/ip.ts';

const bytes = fc.uint8Array({ minLength: 4, maxLength: 4 });
const length = fc.nat(24);

test('The number of a network is that of its text, and leads back to it', () => {
  fc.assert(
    fc.property(bytes, length, (octets, bits) => {
      const address = maskAddress({ family: 4, bytes: octets }, bits);
      const text = prefixToText({ address, length: bits });
      const key = ipv4SubnetKey(octets, bits);
      assert.equal(subnetKeyOf(text), key);
      assert.equal(subnetOfKey(key), text);
    }),
  );
});

test('What is no such network is its own key', () => {
  const others = [
    '',
    '1.2.3.0',
    '1.2.3.4/24',
    '1.2.3.0/25',
    '01.2.3.0/24',
    '1.2.3.0/024',

    '1.2.3.0/24 ',
  ];
  const more = [
    '256.0.0.0/8',
    '1.2.0/16',
    '1.2.3.0.0/24',
    '1.2.3.0/24/24',
    '2001:db8::/56',
    'x',
    '/',
    '1/1',
    '0/0',
  ];
  for (const value of [...others, ...more, null, 5, true]) assert.equal(subnetKeyOf(value), value);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const key = subnetKeyOf(text);
      if (typeof key === 'number') assert.equal(subnetOfKey(key), text);
      else assert.equal(key, text);
    }),
  );
});
