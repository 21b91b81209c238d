import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noTransportCounts } from '../../runtime/answer/stats.ts';
import { Clients, type TcpCounters } from '../../runtime/transport/clients.ts';

function doorFor(clients: number, clientsPerAddress: number): { door: Clients; counters: TcpCounters } {
  const counters = noTransportCounts();
  return { door: new Clients({ idleMs: 1000, clients, clientsPerAddress }, counters), counters };
}

suite('Clients', () => {
  test('are so many in all, and one may come when one has left', () => {
    const { door, counters } = doorFor(2, 2);
    assert.deepEqual(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => door.enter(address)),
      [true, true, false],
    );
    assert.partialDeepStrictEqual(counters, { clients: 2, refused: 1, cut: 0 });
    door.leave('192.0.2.1');
    assert.equal(door.enter('192.0.2.3'), true);
    assert.partialDeepStrictEqual(counters, { clients: 2, refused: 1, cut: 0 });
  });

  test('are so many from one address, while others may still come', () => {
    const { door } = doorFor(9, 2);
    const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'];
    assert.deepEqual(
      addresses.map((address) => door.enter(address)),
      [true, true, false, true],
    );
    door.leave('192.0.2.1');
    assert.equal(door.enter('192.0.2.1'), true);
  });

  test('in one IPv6 network of 64 bits count as one address', () => {
    const { door } = doorFor(9, 1);
    const addresses = [
      '2001:db8::1',
      '2001:db8::ffff:0:2',
      '2001:db8:0:1::1',
      'fe80::1%eth0',
      'fe80::2%eth0',
    ];
    assert.deepEqual(
      addresses.map((address) => door.enter(address)),
      [true, false, true, true, false],
    );
    door.leave('2001:db8::1');
    assert.equal(door.enter('2001:db8::2'), true);
  });

  test('share their total with all who count in the same place', () => {
    const { door, counters } = doorFor(1, 1);
    const other = new Clients({ idleMs: 1000, clients: 1, clientsPerAddress: 1 }, counters);
    assert.equal(door.enter('192.0.2.1'), true);
    assert.equal(other.enter('2001:db8::1'), false);
  });
});
