import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Networks } from '../../../runtime/base/net/networks.ts';

/** Networks, an address, whether it is in one of them. */
const CASES: readonly (readonly [readonly string[], string | Uint8Array, boolean])[] = [
  [[], '192.0.2.1', false],
  [['192.0.2.0/24'], '192.0.2.255', true],
  [['192.0.2.0/24'], '192.0.3.0', false],
  [['192.0.2.0/23'], '192.0.3.255', true],
  [['192.0.2.128/25'], '192.0.2.127', false],
  [['10.0.0.0/8', '192.0.2.1'], '192.0.2.1', true],
  [['192.0.2.1'], '192.0.2.2', false],
  [['192.0.2.0/24'], Uint8Array.of(192, 0, 2, 7), true],
  [['192.0.2.0/24'], '::ffff:192.0.2.7', true],
  [['0.0.0.0/0'], '2001:db8::1', false],
  [['::/0'], '192.0.2.1', false],
  [['2001:db8::/33'], '2001:db8:7fff::1', true],
  [['2001:db8::/33'], '2001:db8:8000::1', false],
  [['fe80::/10'], 'fe80::1%eth0', true],
];

for (const [networks, address, expected] of CASES)
  test(`${String(address)} is ${expected ? '' : 'not '}in ${networks.join(', ') || 'no network'}`, () => {
    assert.equal(new Networks(networks).has(address), expected);
  });
