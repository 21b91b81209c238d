/** PROXY headers: what they say, where they are believed, and on which transports. */
import assert from 'node:assert/strict';
import { connect as http2Connect } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { noTransportCounts } from '../../runtime/answer/counting/stats.ts';
import { peerToText } from '../../runtime/base/net/ip.ts';
import { Networks } from '../../runtime/base/net/networks.ts';
import type { Endpoint, OnQuery } from '../../runtime/transport/listener.ts';
import { proxied } from '../../runtime/transport/streams/proxied.ts';
import { parseProxyHeader } from '../../runtime/transport/streams/proxy-header.ts';
import { atEnd } from '../support/at-end.ts';
import {
  CA,
  dialTcp,
  dialUdp,
  echo,
  Holder,
  HttpsDialer,
  type StreamKind,
  streamListener,
  TcpDialer,
  UDP_KINDS,
  udpListener,
} from './dialer.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
/** For TCP over IPv4, from 192.0.2.1:1000 to 198.51.100.1:53. */
const IPV4 = header('2111', 'c0000201c633640103e80035');
/** With more behind the addresses, as proxies may add. */
const IPV6 = header('2121', `20010db8${'0'.repeat(22)}01${'0'.repeat(32)}03e80035040001ff`);
const LOCAL = header('2000', '');

function header(kind: string, rest: string): Buffer {
  const length = (rest.length / 2).toString(16).padStart(4, '0');
  return Buffer.from(SIGNATURE + kind + length + rest, 'hex');
}

suite('A PROXY header', { timeout: 10_000 }, () => {
  const CASES: readonly (readonly [Buffer, ReturnType<typeof parseProxyHeader>])[] = [
    [IPV4, { length: 28, client: '192.0.2.1' }],
    [IPV6, { length: 56, client: '2001:db8::1' }],
    [LOCAL, { length: 16, client: undefined }],
    [header('2100', ''), { length: 16, client: undefined }],
    [header('2131', '00'.repeat(216)), { length: 232, client: undefined }],
    [header('1111', ''), 'none'],
    [header('2211', ''), 'none'],
    [header('2111', 'c0000201'), 'none'],
    [Buffer.from('GET / HTTP/1.1'), 'none'],
    [Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 1000 53\r\n'), 'none'],
    [Buffer.alloc(0), 'partial'],
  ];
  for (const [octets, expected] of CASES)
    test(`${octets.toString('hex').slice(24, 60)} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(parseProxyHeader(octets), expected);
    });

  test('is partial until its last octet, and ends there', () => {
    for (let length = 0; length < IPV4.length; length += 1)
      assert.equal(parseProxyHeader(IPV4.subarray(0, length)), 'partial');
    assert.deepEqual(parseProxyHeader(Buffer.concat([IPV4, IPV4])), { length: 28, client: '192.0.2.1' });
  });
});

for (const { name, listen, skip } of UDP_KINDS)
  suite(`A proxy over UDP (${name})`, { timeout: 10_000, skip }, () => {
    test('tells of each datagram whose it is, and without that gets nothing', async (t) => {
      const counters = noTransportCounts();
      const holder = new Holder();
      const addresses: string[] = [];
      const onQuery: OnQuery = (packet, requester) => {
        addresses.push(peerToText(requester.address));
        return holder.onQuery(packet, requester);
      };
      const { listener } = await udpListener(
        t,
        listen,
        proxied(onQuery, new Networks(['127.0.0.0/8']), counters),
      );
      const client = await dialUdp(t, listener.endpoint);
      client.socket.send('question');
      client.socket.send(Buffer.concat([IPV4, Buffer.from('a')]));
      client.socket.send(Buffer.concat([IPV6, Buffer.from('b')]));
      client.socket.send(Buffer.concat([LOCAL, Buffer.from('c')]));
      await holder.holds(3);
      holder.answer();
      assert.deepEqual(await client.take(3), ['a', 'b', 'c']);
      assert.deepEqual(addresses, ['192.0.2.1', '2001:db8::1', '127.0.0.1']);
      assert.equal(counters.unproxied, 1);
    });
  });

test('A client that is no proxy is not believed', async (t) => {
  const texts: string[] = [];
  const onQuery: OnQuery = (packet, requester) => {
    texts.push(`${peerToText(requester.address)} ${packet.length}`);
    return echo(packet, requester);
  };
  const [kind] = UDP_KINDS;
  assert.ok(kind !== undefined);
  const counters = noTransportCounts();
  const networks = new Networks(['10.0.0.0/8', '2001:db8::/32']);
  const { listener } = await udpListener(t, kind.listen, proxied(onQuery, networks, counters));
  const client = await dialUdp(t, listener.endpoint);
  client.socket.send(IPV4);
  await client.next();
  assert.deepEqual(texts, [`127.0.0.1 ${IPV4.length}`]);
});

suite('A proxy of streams', { timeout: 10_000 }, () => {
  for (const kind of ['tcp', 'tls', 'https'] as const)
    test(`tells whose a connection is (${kind}), however it is cut into segments`, async (t) => {
      const asked: string[] = [];
      const { listener, counters } = await streamListener(
        t,
        kind,
        (packet, requester) => {
          asked.push(`${requester.transport} ${peerToText(requester.address)}`);
          return echo(packet, requester);
        },
        { proxies: ['127.0.0.1'] },
      );
      for (const [octets, size] of [
        [IPV4, 100],
        [IPV6, 7],
        [LOCAL, 1],
      ] as const) {
        const client = await dialBehind(t, kind, listener.endpoint, octets, size);
        client.send('question');
        assert.equal(await client.next(), 'question');
        client.close();
      }
      assert.deepEqual(asked, [`${kind} 192.0.2.1`, `${kind} 2001:db8::1`, `${kind} 127.0.0.1`]);
      assert.equal(counters.unproxied, 0);
    });

  test('may send the first query with the header', async (t) => {
    const { listener } = await streamListener(t, 'tcp', echo, { proxies: ['127.0.0.1'] });
    const client = await dialTcp(t, listener.endpoint);
    client.socket.write(Buffer.concat([IPV4, Buffer.from('\0\x08question')]));
    assert.equal(await client.next(), 'question');
  });

  test('is cut without a header, with half of one and with one that has no end', async (t) => {
    const { listener, counters } = await streamListener(t, 'tcp', echo, {
      proxies: ['127.0.0.1'],
      idleMs: 50,
    });
    const longest = header('2111', '');
    longest.writeUInt16BE(0xffff, 14);
    for (const octets of [Buffer.from('\0\x08question'), IPV4.subarray(0, 20), Buffer.alloc(0)]) {
      const client = await dialTcp(t, listener.endpoint);
      client.socket.write(octets);
      assert.equal(await client.next(), undefined);
    }
    const client = await dialTcp(t, listener.endpoint);
    client.socket.write(Buffer.concat([longest, Buffer.alloc(5000)]));
    assert.equal(await client.next(), undefined);
    assert.partialDeepStrictEqual(counters, { unproxied: 4, clients: 0 });
  });

  test('has no limit of its own, but each client behind it has', async (t) => {
    const { listener, counters } = await streamListener(t, 'tcp', echo, {
      proxies: ['127.0.0.1'],
      clientsPerAddress: 1,
    });
    const first = await dialBehind(t, 'tcp', listener.endpoint, IPV4);
    const other = await dialBehind(t, 'tcp', listener.endpoint, IPV6);
    for (const client of [first, other]) {
      client.send('question');
      assert.equal(await client.next(), 'question');
    }
    const second = await dialBehind(t, 'tcp', listener.endpoint, IPV4);
    assert.equal(await second.next(), undefined);
    assert.equal(counters.refused, 1);
  });
});

/** A client whose connection begins with some octets, in segments of so many. */
async function dialBehind(
  t: TestContext,
  kind: StreamKind,
  { address, port }: Endpoint,
  octets: Buffer,
  size = octets.length,
): Promise<TcpDialer | HttpsDialer> {
  const socket: Socket = connect({ port, host: address, noDelay: true });
  atEnd(t, () => socket.destroy());
  for (let at = 0; at < octets.length; at += size) socket.write(octets.subarray(at, at + size));
  if (kind === 'tcp') return new TcpDialer(socket);
  const secure = { socket, host: address, ca: CA };
  if (kind === 'tls') return new TcpDialer(tlsConnect({ ...secure, ALPNProtocols: ['dot'] }));
  const tls = tlsConnect({ ...secure, ALPNProtocols: ['h2'] });
  return new HttpsDialer(http2Connect(`https://${address}:${port}`, { createConnection: () => tls }));
}
