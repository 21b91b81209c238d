import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientSubnet, readClientSubnet } from '../../runtime/wire/client-subnet.ts';
import { hex } from '../support/wire.ts';

function read(octets: string): ClientSubnet | undefined {
  // Ones all round, to see that nothing outside the option is read.
  const packet = hex(`ff ${octets} ff`);
  const subnet = new ClientSubnet();
  subnet.address.fill(0xff);
  return readClientSubnet(packet, 1, packet.length - 1, subnet) ? subnet : undefined;
}

const GOOD: readonly (readonly [octets: string, family: number, source: number, address: string])[] = [
  ['0001 18 00 cb0071', 1, 24, 'cb007100'],
  ['0001 20 00 cb007105', 1, 32, 'cb007105'],
  ['0001 15 00 cb0070', 1, 21, 'cb007000'],
  ['0001 00 00', 1, 0, '00000000'],
  ['0002 38 00 20010db8000012', 2, 56, '20010db8000012 000000000000000000'],
  ['0002 80 00 20010db8000000000000000000000001', 2, 128, '20010db8000000000000000000000001'],
  ['0000 00 00', 0, 0, ''],
];

for (const [octets, family, source, address] of GOOD) {
  test(`${octets} is read`, () => {
    const subnet = read(octets);
    assert.ok(subnet);
    assert.deepEqual([subnet.present, subnet.family, subnet.source], [true, family, source]);
    assert.deepEqual(subnet.address, hex(address.replaceAll(' ', '').padEnd(32, '0')));
  });
}

const BAD = {
  'family 3': '0003 18 00 cb0071',
  'family 3 without an address': '0003 00 00',
  'family 0 with an address': '0000 18 00 cb0071',
  'a scope': '0001 18 18 cb0071',
  'an IPv4 source over 32': '0001 21 00 cb00710500',
  'an IPv6 source over 128': '0002 81 00 20010db800000000000000000000000100',
  'an address too short': '0001 18 00 cb00',
  'an address too long': '0001 18 00 cb007100',
  'an address where there is none': '0001 00 00 00',
  'bits behind the source': '0001 17 00 cb0071',
  'only three octets': '0001 18',
};

for (const [what, octets] of Object.entries(BAD)) {
  test(`A subnet of ${what} is FORMERR`, () => {
    assert.equal(read(octets), undefined);
  });
}
