import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { noTransportCounts } from '../../../runtime/answer/counting/stats.ts';
import { Clients, type Seat, type TcpCounters } from '../../../runtime/transport/streams/clients.ts';

function doorFor(
  clients: number,
  clientsPerAddress: number,
  counters = noTransportCounts(),
): { enter: (address: string) => Seat | undefined; counters: TcpCounters; closed: string[] } {
  const door = new Clients({ idleMs: 1000, clients, clientsPerAddress }, counters);
  const closed: string[] = [];
  return { enter: (address) => door.enter(address, () => closed.push(address)), counters, closed };
}

suite('Clients', () => {
  test('are so many in all, and one may come when one has left', () => {
    const { enter, counters } = doorFor(2, 2);
    const [first, second, third] = ['192.0.2.1', '192.0.2.1', '192.0.2.1'].map(enter);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(third, undefined);
    assert.partialDeepStrictEqual(counters, { clients: 2, refused: 1, cut: 0 });
    first.leave();
    first.leave();
    assert.ok(enter('192.0.2.3') !== undefined);
    assert.partialDeepStrictEqual(counters, { clients: 2, refused: 1, cut: 0 });
  });

  test('are so many from one address, while others may still come', () => {
    const { enter } = doorFor(9, 2);
    const seats = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map(enter);
    assert.deepEqual(
      seats.map((seat) => seat !== undefined),
      [true, true, false, true],
    );
    seats[0]?.leave();
    assert.ok(enter('192.0.2.1') !== undefined);
  });

  test('in one IPv6 network of 64 bits count as one address', () => {
    const { enter } = doorFor(9, 1);
    const addresses = [
      '2001:db8::1',
      '2001:db8::ffff:0:2',
      '2001:db8:0:1::1',
      'fe80::1%eth0',
      'fe80::2%eth0',
    ];
    const seats = addresses.map(enter);
    assert.deepEqual(
      seats.map((seat) => seat !== undefined),
      [true, false, true, true, false],
    );
    seats[0]?.leave();
    assert.ok(enter('2001:db8::2') !== undefined);
  });

  test('of one transport do not take the place of those of another, and are counted together', () => {
    const { enter, counters } = doorFor(1, 1);
    const other = doorFor(1, 1, noTransportCounts());
    const beside = doorFor(1, 1, counters as ReturnType<typeof noTransportCounts>);
    assert.ok(enter('192.0.2.1') !== undefined);
    assert.ok(beside.enter('192.0.2.1') !== undefined);
    assert.equal(counters.clients, 2);
    assert.equal(other.counters.clients, 0);
  });

  // RFC 7766 §6.2.3
  test('with most lose the connection that is idle longest to a newcomer, and to nobody who has as many', () => {
    const { enter, counters, closed } = doorFor(4, 4);
    const [idle] = ['192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.2'].map(enter);
    assert.ok(idle !== undefined);
    assert.ok(enter('192.0.2.3') !== undefined);
    assert.deepEqual(closed, ['192.0.2.2']);
    assert.ok(enter('192.0.2.3') !== undefined, 'one is fewer than two');
    assert.equal(enter('192.0.2.3'), undefined, 'two are not fewer than two');
    assert.partialDeepStrictEqual(counters, { clients: 4, displaced: 2, refused: 1 });
  });

  test('that are in use are not those that are idle longest', () => {
    const { enter, closed } = doorFor(3, 1);
    const [first, second, third] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(enter);
    first?.use();
    third?.use();
    second?.use();
    enter('192.0.2.4');
    assert.deepEqual(closed, ['192.0.2.1']);
  });

  test('keep the law whatever they do: it is always one of those with most that goes, for one with fewer', () => {
    const step = fc.record({
      place: fc.nat(5),
      does: fc.constantFrom('enter', 'enter', 'use', 'leave'),
      which: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (steps, clients) => {
        const counters = noTransportCounts();
        const door = new Clients({ idleMs: 1, clients, clientsPerAddress: 4 }, counters);
        /** Seats in the order of their last use. */
        const there: { seat: Seat; place: number }[] = [];
        const countOf = (place: number): number => there.filter((each) => each.place === place).length;
        const most = (): number => Math.max(0, ...there.map(({ place }) => countOf(place)));
        for (const { place, does, which } of steps) {
          const own = there.filter((each) => each.place === place);
          const one = own[which % Math.max(1, own.length)];
          if (does === 'enter') {
            const isFree = there.length < clients || countOf(place) < most();
            const isAllowed = countOf(place) < 4 && isFree;
            const entered: { seat?: Seat; place: number } = { place };
            const close = (): void => {
              const at = there.findIndex(({ seat }) => seat === entered.seat);
              assert.equal(countOf(entered.place), most());
              assert.equal(
                there.findIndex((each) => each.place === entered.place),
                at,
                'its idlest',
              );
              there.splice(at, 1);
            };
            const seat = door.enter(`192.0.2.${place}`, close);
            assert.equal(seat !== undefined, isAllowed);
            if (seat === undefined) continue;
            entered.seat = seat;
            there.push({ seat, place });
          } else if (one !== undefined) {
            there.splice(there.indexOf(one), 1);
            one.seat[does]();
            if (does === 'use') there.push(one);
          }
          assert.equal(counters.clients, there.length);
        }
      }),
    );
  });
});
