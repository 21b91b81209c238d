/** Replies as the kernel is given them, with a test in the kernel's place. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Inbox } from '../../../runtime/transport/udp/inbox.ts';
import { Replies } from '../../../runtime/transport/udp/replies.ts';
import { FakeKernel, type Sent } from '../fake-kernel.ts';

const SIZE = 8;

interface Reply {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly control?: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

/** A box of replies, each put in the envelope of a query that was received. */
function replies(family: 4 | 6 = 4, joins = true) {
  const [incoming, outgoing] = [new FakeKernel(), new FakeKernel()];
  const inbox = new Inbox(incoming, 1);
  const box = new Replies(outgoing, family, SIZE, joins);
  const put = ({ name, control, text }: Reply): boolean => {
    incoming.receive(inbox.address, 0, name, control);
    return box.put(Buffer.from(text, 'latin1'), inbox.words, inbox.open(0));
  };
  return { box, put, sent: (): Sent[] => outgoing.sent(box.addressOf(0), box.count) };
}

/** struct sockaddr_in of 192.0.2.x. */
function ipv4(host: number, port = 5300): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(2, 0, port >> 8, port & 0xff, 192, 0, 2, host, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** struct sockaddr_in6 of 2001:db8::x. */
function ipv6(host: number): Uint8Array<ArrayBuffer> {
  const name = new Uint8Array(28);
  name.set([10, 0, 0x14, 0xe9, 0, 0, 0, 0, 0x20, 0x01, 0x0d, 0xb8]);
  name[23] = host;
  return name;
}

/** IP_PKTINFO: interface, address of ours, address it was sent to. */
function ipv4Control(local: readonly number[], at: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(
    28,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    8,
    0,
    0,
    0,
    at,
    0,
    0,
    0,
    ...local,
    ...local,
    0,
    0,
    0,
    0,
  );
}

/** IPV6_PKTINFO: address of ours, interface. */
function ipv6Control(local: readonly number[], at: number): Uint8Array<ArrayBuffer> {
  const address = Uint8Array.from({ length: 16 }, (_, index) => local[index] ?? 0);
  return Uint8Array.of(
    36,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    41,
    0,
    0,
    0,
    50,
    0,
    0,
    0,
    ...address,
    at,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  );
}

const NOTHING = new Uint8Array(0);

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

suite('Replies', () => {
  test('go back to who asked', () => {
    const { put, sent } = replies();
    put({ name: ipv4(1), text: 'one' });
    assert.deepEqual(sent(), [{ name: latin1(ipv4(1)), control: '', datagrams: ['one'] }]);
  });

  const [FROM_4, FROM_6] = [
    { family: 4, control: ipv4Control, name: ipv4(1), interfaceAt: 16 } as const,
    { family: 6, control: ipv6Control, name: ipv6(1), interfaceAt: 32 } as const,
  ];
  for (const { from, local, keeps } of [
    { from: FROM_4, local: [192, 0, 2, 53], keeps: 0 },
    { from: FROM_4, local: [254, 128, 2, 53], keeps: 0 },
    { from: FROM_6, local: [0x20, 0x01, 0x0d, 0xb8], keeps: 0 },
    { from: FROM_6, local: [0xfe, 0x80, 0, 0], keeps: 3 },
    { from: FROM_6, local: [0xfe, 0xc0, 0, 0], keeps: 0 },
  ]) {
    const by = keeps > 0 ? 'its interface' : 'any interface';
    test(`leave from the address they came to, by ${by}: IPv${from.family} ${local.join(' ')}`, () => {
      const { put, sent } = replies(from.family);
      for (const text of ['one', 'two']) put({ name: from.name, control: from.control(local, 3), text });
      const expected = from.control(local, keeps);
      const octets = expected[0] ?? assert.fail();
      assert.deepEqual(sent(), [
        { name: latin1(from.name), control: latin1(expected.subarray(0, octets)), datagrams: ['one', 'two'] },
      ]);
    });
  }

  test('of one length to one peer are one message, until they are sealed', () => {
    const { box, put, sent } = replies();
    for (const text of ['one', 'two', 'three']) put({ name: ipv4(1), text });
    put({ name: ipv4(2), text: 'six' });
    box.seal();
    put({ name: ipv4(1), text: 'ten' });
    assert.deepEqual(
      sent().map(({ datagrams }) => datagrams),
      [['one', 'two'], ['three'], ['six'], ['ten']],
    );
  });

  test('are messages of their own where the kernel cannot cut, or they are too long to be sure of the path', () => {
    const apart = replies(4, false);
    for (const text of ['one', 'two']) apart.put({ name: ipv4(1), text });
    assert.equal(apart.sent().length, 2);
    const long = replies();
    for (const octet of ['a', 'b']) long.put({ name: ipv4(1), text: octet.repeat(1233) });
    assert.equal(long.sent().length, 2);
  });

  test('from two addresses of ours are not one message', () => {
    const { put, sent } = replies();
    for (const host of [1, 2])
      put({ name: ipv4(9), control: ipv4Control([192, 0, 2, host], 3), text: 'one' });
    assert.equal(sent().length, 2);
  });

  test('have no room beyond their number, nor for many of the longest', () => {
    const { box, put } = replies();
    for (let count = 0; count < SIZE; count += 1) assert.ok(put({ name: ipv4(1), text: 'one' }));
    assert.ok(!put({ name: ipv4(1), text: 'one' }));
    box.clear();
    assert.ok(put({ name: ipv4(1), text: 'a'.repeat(65_535) }));
    assert.ok(!put({ name: ipv4(1), text: 'a'.repeat(65_535) }));
  });

  test('of any peers are all sent, each to its own, joined, split, or not at all', () => {
    const anyReply = fc.record({
      host: fc.integer({ min: 1, max: 3 }),
      port: fc.constantFrom(53, 5300),
      text: fc.string({ minLength: 1, maxLength: 3 }),
      local: fc.option(fc.integer({ min: 1, max: 2 })),
    });
    const anyReplies = fc.array(anyReply, { maxLength: SIZE });
    fc.assert(
      fc.property(anyReplies, fc.boolean(), fc.nat(SIZE), (asked, joins, splitAt) => {
        const { box, put, sent } = replies(4, joins);
        const expected = asked.map(({ host, port, text, local }) => {
          const name = ipv4(host, port);
          const control = local === null ? undefined : ipv4Control([192, 0, 2, local], 0);
          assert.ok(put({ name, text, ...(control && { control }) }));
          return [latin1(name), latin1(control?.subarray(0, 28) ?? NOTHING), text].join();
        });
        if (splitAt < box.count) {
          const before = sent()[splitAt]?.datagrams.length;
          assert.equal(box.split(splitAt), before !== 1);
          assert.equal(sent()[splitAt]?.datagrams.length, 1);
        }
        const found = sent().flatMap(({ name, control, datagrams }) =>
          datagrams.map((text) => [name, control, text].join()),
        );
        assert.deepEqual(found.toSorted(), expected.toSorted());
      }),
    );
  });
});
