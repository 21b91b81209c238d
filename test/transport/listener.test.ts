/** What every transport promises: one suite, run against each. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Requester } from '../../runtime/answer/exchange.ts';
import { peerToText } from '../../runtime/base/net/ip.ts';
import { CLOSE_MS, type Endpoint, type Listener, type OnQuery } from '../../runtime/transport/listener.ts';
import { freePort } from '../support/ports.ts';
import {
  type Dialer,
  dialHttps,
  dialTcp,
  dialTls,
  dialUdp,
  echo,
  Holder,
  LOOPBACK,
  streamListener,
  UDP_KINDS,
  udpListener,
} from './dialer.ts';

interface Transport {
  readonly name: Requester['transport'];
  readonly title: string;
  readonly skip: string | false;
  listen(t: TestContext, onQuery: OnQuery, at?: Endpoint): Promise<Listener>;
  dial(t: TestContext, at: Endpoint): Promise<Dialer>;
  /** Takes a port as a program does that shares it with nobody. */
  occupy(): Promise<{ readonly at: Endpoint; readonly free: () => Promise<unknown> }>;
}

const UDP = UDP_KINDS.map(
  ({ name, listen, skip }): Transport => ({
    name: 'udp',
    title: `UDP listener (${name})`,
    skip,
    listen: async (t, onQuery, at) => (await udpListener(t, listen, onQuery, at)).listener,
    dial: dialUdp,
    occupy: async () => {
      const socket = createSocket('udp4').bind(0, LOOPBACK.address);
      await once(socket, 'listening');
      const at = { ...LOOPBACK, port: socket.address().port };
      return { at, free: () => once(socket.close(), 'close') };
    },
  }),
);

const STREAMS = (['tcp', 'tls', 'https'] as const).map(
  (kind): Transport => ({
    name: kind,
    title: `${kind.toUpperCase()} listener`,
    skip: false,
    listen: async (t, onQuery, at) => (await streamListener(t, kind, onQuery, at && { at })).listener,
    dial: { tcp: dialTcp, tls: dialTls, https: dialHttps }[kind],
    occupy: async () => {
      const server = createServer().listen(0, LOOPBACK.address);
      await once(server, 'listening');
      const bound = server.address();
      assert.ok(bound !== null && typeof bound === 'object');
      return { at: { ...LOOPBACK, port: bound.port }, free: () => once(server.close(), 'close') };
    },
  }),
);

const HAS_IPV6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
);

for (const transport of [...UDP, ...STREAMS]) {
  suite(transport.title, { timeout: 10_000, skip: transport.skip }, () => {
    test('tells the port the system chose, and who asks', async (t) => {
      const asked: string[] = [];
      const listener = await transport.listen(t, (packet, requester) => {
        asked.push(`${requester.transport} ${peerToText(requester.address)}`);
        return echo(packet, requester);
      });
      assert.notEqual(listener.endpoint.port, 0);
      assert.equal(listener.endpoint.address, '127.0.0.1');
      const client = await transport.dial(t, listener.endpoint);
      client.send('question');
      assert.equal(await client.next(), 'question');
      assert.deepEqual(asked, [`${transport.name} 127.0.0.1`]);
    });

    test('answers over IPv6', { skip: !HAS_IPV6 && 'no ::1 here' }, async (t) => {
      const asked: string[] = [];
      const at = { address: '::1', port: 0 };
      const listener = await transport.listen(
        t,
        (packet, requester) => {
          asked.push(peerToText(requester.address));
          return echo(packet, requester);
        },
        at,
      );
      const client = await transport.dial(t, listener.endpoint);
      client.send('question');
      assert.equal(await client.next(), 'question');
      assert.deepEqual(asked, ['::1']);
    });

    test('leaves to its callee what is no DNS message', async (t) => {
      const lengths: number[] = [];
      const listener = await transport.listen(t, (packet, requester) => {
        lengths.push(packet.length);
        requester.reply(Buffer.from('reply'));
        return true;
      });
      const client = await transport.dial(t, listener.endpoint);
      client.send('');
      assert.equal(await client.next(), 'reply');
      client.send('x');
      assert.equal(await client.next(), 'reply');
      assert.deepEqual(lengths, [0, 1]);
    });

    test('sends late replies to who asked, whatever their order', async (t) => {
      const holder = new Holder();
      const listener = await transport.listen(t, holder.onQuery);
      const clients = await Promise.all(
        ['a', 'b', 'c'].map(async (text) => ({ text, dialer: await transport.dial(t, listener.endpoint) })),
      );
      for (const { text, dialer } of clients) dialer.send(text);
      await holder.holds(3);
      holder.answer((held) => held.toReversed());
      for (const { text, dialer } of clients) assert.equal(await dialer.next(), text);
    });

    test('has taken the bytes of a reply when reply returns', async (t) => {
      const shared = Buffer.alloc(4);
      const listener = await transport.listen(t, (packet, requester) => {
        shared.set(packet);
        requester.reply(shared);
        shared.fill('!');
        return true;
      });
      const client = await transport.dial(t, listener.endpoint);
      for (const text of ['1111', '2222', '3333']) client.send(text);
      assert.deepEqual(new Set(await client.take(3)), new Set(['1111', '2222', '3333']));
    });

    test('answers in order what comes all at once', async (t) => {
      const listener = await transport.listen(t, echo);
      const client = await transport.dial(t, listener.endpoint);
      const texts = Array.from({ length: 150 }, (_, index) => `question ${index}`);
      for (const text of texts) client.send(text);
      assert.deepEqual(await client.take(texts.length), texts);
    });

    test('refuses an address another program has, and can have it later', async (t) => {
      const { at, free } = await transport.occupy();
      await assert.rejects(transport.listen(t, echo, at), { code: 'EADDRINUSE' });
      await free();
      const listener = await transport.listen(t, echo, at);
      assert.equal(listener.endpoint.port, at.port);
    });

    test('shares a port the system chose with nobody', async (t) => {
      const listener = await transport.listen(t, echo);
      await assert.rejects(transport.listen(t, echo, listener.endpoint), { code: 'EADDRINUSE' });
    });

    test('shares its port with listeners of other processes, and each gets clients', async (t) => {
      const reached = new Set<string>();
      const noting =
        (who: string): OnQuery =>
        (packet, requester) => {
          reached.add(who);
          return echo(packet, requester);
        };
      const at = { ...LOOPBACK, port: await freePort() };
      const first = await transport.listen(t, noting('first'), at);
      const second = await transport.listen(t, noting('second'), at);
      assert.deepEqual(second.endpoint, first.endpoint);
      // The kernel picks by a hash of the client's port: the odds that one gets nobody halve with each client.
      for (let attempt = 0; attempt < 64 && reached.size < 2; attempt += 1) {
        const client = await transport.dial(t, first.endpoint);
        client.send('question');
        assert.equal(await client.next(), 'question');
        client.close();
      }
      assert.deepEqual([...reached].toSorted(), ['first', 'second']);
    });

    test('closes once pending replies are sent, and frees the port', async (t) => {
      const holder = new Holder();
      const listener = await transport.listen(t, holder.onQuery);
      const client = await transport.dial(t, listener.endpoint);
      client.send('question');
      await holder.holds(1);
      const closed = listener.close();
      holder.answer();
      assert.equal(await client.next(), 'question');
      await closed;
      await assert.doesNotReject(transport.listen(t, echo, listener.endpoint));
    });

    test('closes at once when nothing is pending', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const listener = await transport.listen(t, echo);
      const client = await transport.dial(t, listener.endpoint);
      client.send('question');
      assert.equal(await client.next(), 'question');
      await listener.close();
    });

    test('waits for no reply longer than CLOSE_MS, and discards those that come later', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const holder = new Holder();
      const listener = await transport.listen(t, holder.onQuery);
      const client = await transport.dial(t, listener.endpoint);
      client.send('question');
      await holder.holds(1);
      const closed = listener.close();
      t.mock.timers.tick(CLOSE_MS);
      await closed;
      assert.doesNotThrow(() => holder.answer());
    });

    test('survives a client that is gone when its reply comes', async (t) => {
      const holder = new Holder();
      const listener = await transport.listen(t, holder.onQuery);
      const gone = await transport.dial(t, listener.endpoint);
      gone.send('first');
      await holder.holds(1);
      gone.close();
      holder.answer();
      const client = await transport.dial(t, listener.endpoint);
      client.send('second');
      await holder.holds(1);
      holder.answer();
      assert.equal(await client.next(), 'second');
    });

    test('leaves no sockets and no timers behind', async (t) => {
      const holder = new Holder();
      const listener = await transport.listen(t, holder.onQuery);
      const { at, free } = await transport.occupy();
      await assert.rejects(transport.listen(t, echo, at), { code: 'EADDRINUSE' });
      await free();
      const client = await transport.dial(t, listener.endpoint);
      client.send('question');
      await holder.holds(1);
      const closed = listener.close();
      holder.answer();
      await client.next();
      client.close();
      await closed;
      // Handles close a turn of the event loop later, timers are there for far longer.
      for (let turn = 0; turn < 100 && openResources().length > 0; turn += 1) await nextTurn();
      assert.deepEqual(openResources(), []);
    });
  });
}

function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /UDP|TCP|Timeout/.test(name));
}
