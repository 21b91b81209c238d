/** Sockets that outlive whoever reads from them: bound once, sent as descriptors, and read by another. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { suite, test } from 'node:test';
import { noTransportCounts } from '../../../runtime/answer/counting/stats.ts';
import { openHeld, streamParts } from '../../../runtime/transport/open-listeners.ts';
import { channelPair, DescriptorMail } from '../../../runtime/transport/sockets/descriptor-mail.ts';
import { HeldSockets, type SocketSet } from '../../../runtime/transport/sockets/held-sockets.ts';
import { Inbox } from '../../../runtime/transport/udp/inbox.ts';
import { loadSystemCalls, type SystemCalls } from '../../../runtime/transport/udp/system-calls.ts';
import { chooseUdp } from '../../../runtime/transport/udp/udp-sockets.ts';
import { freePort } from '../../support/ports.ts';
import { PATH } from '../dialer.ts';

const loaded = await loadSystemCalls();
const NO_TLS = { tls: { listen: [] }, https: { listen: [], path: PATH } };
const TCP = { idleMs: 1000, clients: 10, clientsPerAddress: 10 };

suite('Sockets that are held', { skip: loaded.ok ? false : 'no system calls here' }, () => {
  const calls = (loaded.ok ? loaded.value : undefined) as SystemCalls;

  for (const address of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
    for (const kind of ['batched', 'dgram'] as const) {
      test(`have what came before anybody read from them (${address}, ${kind})`, async () => {
        const held = new HeldSockets(calls);
        const port = await freePort();
        const set = held.open(0, { ...NO_TLS, listen: [{ address, port }] });
        held.use(0, set);
        const client = createSocket(address.includes(':') ? 'udp6' : 'udp4');
        const to = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
        client.connect(port, to);
        await once(client, 'connect');
        client.send('early');
        const stream = connect(port, to);
        await once(stream, 'connect');
        stream.write(Buffer.from([0, 5, ...Buffer.from('early')]));

        const seen: string[] = [];
        const both = Promise.withResolvers<void>();
        const close = await read(calls, set, kind, (packet) => {
          if (seen.push(Buffer.from(packet).toString()) === 2) both.resolve();
        });
        const echoed = once(client, 'message');
        await both.promise;
        const [reply] = (await echoed) as [Buffer];
        assert.equal(reply.toString(), 'early');
        assert.deepEqual(seen, ['early', 'early']);
        stream.destroy();
        client.close();
        await close();
        held.close();
      });
    }
  }

  test('stay where the settings leave them, and are closed where they do not', async () => {
    const held = new HeldSockets(calls);
    const [one, other] = [await freePort(), await freePort()];
    const at = (...ports: number[]) => ({
      ...NO_TLS,
      listen: ports.map((port) => ({ address: '127.0.0.1', port })),
    });
    held.use(0, held.open(0, at(one)));
    held.use(1, held.open(1, at(one)));
    const before = held.sets.get(0) ?? [];
    held.use(0, held.open(0, at(one, other)));
    assert.deepEqual(held.sets.get(0)?.slice(0, 2), before);
    held.use(0, held.open(0, at(other)));
    held.restrict(at(other));
    assert.deepEqual([...held.sets.keys()], [0], 'nobody is at the first address any more');
    await isFree(one);
    held.close();
    await isFree(other);
  });

  test('are given back where one of them cannot be had', async () => {
    const held = new HeldSockets(calls);
    const port = await freePort();
    const listen = [
      { address: '127.0.0.1', port },
      { address: '192.0.2.1', port },
    ];
    assert.throws(
      () => held.open(0, { ...NO_TLS, listen }),
      /Cannot listen on 192\.0\.2\.1:\d+ \(udp\).*no such address/,
    );
    await isFree(port);
  });

  for (const address of ['127.0.0.1', '0.0.0.0', '::1']) {
    test(`have even shares of what one client asks, whichever of them are there (${address})`, async () => {
      const held = new HeldSockets(calls);
      const addresses = { ...NO_TLS, listen: [{ address, port: await freePort() }] };
      const ask = async (count: number): Promise<void> => {
        const client = createSocket(address.includes(':') ? 'udp6' : 'udp4');
        client.connect(addresses.listen[0]?.port ?? 0, address === '0.0.0.0' ? '127.0.0.1' : address);
        await once(client, 'connect');
        for (let asked = 1; asked < count; asked += 1) client.send('query');
        await new Promise((resolve) => client.send('query', resolve));
        client.close();
      };
      const shares = (): number[] => [...held.sets.values()].map(([udp]) => waiting(calls, udp?.descriptor));
      const areEven = (of: readonly number[], sum: number): boolean =>
        of.every((share) => Math.abs((share * of.length) / sum - 1) < 0.25);

      for (const index of [0, 1, 2]) held.use(index, held.open(index, addresses));
      await ask(1500);
      const three = shares();
      assert.ok(areEven(three, 1500), three.join());
      held.use(1, []);
      await ask(1000);
      const [first = 0, none, last = 0] = shares();
      assert.ok(none === 0 && areEven([first, last], 1000), `${first}, ${none}, ${last}`);
      held.use(0, []);
      await ask(100);
      assert.deepEqual(shares(), [0, 0, 100]);
      held.close();
    });
  }

  test('are on one port for both transports where the system chooses it', () => {
    const held = new HeldSockets(calls);
    const [udp, tcp] = held.open(0, { ...NO_TLS, listen: [{ address: '127.0.0.1', port: 0 }] });
    assert.ok(udp !== undefined && udp.port > 0 && udp.port === tcp?.port);
    held.discard(0, [udp, tcp]);
  });

  test('are all sent or none, however many', () => {
    const pair = channelPair(calls);
    assert.ok(typeof pair !== 'number');
    const mail = new DescriptorMail(calls);
    for (const count of [1, 2, 3, 127, 128, 129, 300]) {
      assert.ok(
        mail.send(
          pair[0],
          Array.from({ length: count }, (): number => pair[0]),
        ),
      );
      const received = mail.receive(pair[1], count);
      assert.equal(new Set(received).size, count);
      for (const descriptor of received ?? []) assert.equal(calls.close(descriptor), 0);
    }
    assert.equal(mail.receive(pair[1], 1), undefined, 'nothing came');
    assert.ok(mail.send(pair[0], [pair[0]]));
    assert.equal(mail.receive(pair[1], 2), undefined, 'one came');
    for (const end of pair) calls.close(end);
  });
});

/** As another process would: with descriptors of its own. Echoes, and returns what ends that. */
async function read(
  calls: SystemCalls,
  set: SocketSet,
  kind: 'batched' | 'dgram',
  onPacket: (packet: Uint8Array) => void,
): Promise<() => Promise<void>> {
  const pair = channelPair(calls);
  assert.ok(typeof pair !== 'number');
  const mail = new DescriptorMail(calls);
  assert.ok(
    mail.send(
      pair[0],
      set.map(({ descriptor }) => descriptor),
    ),
  );
  const descriptors = mail.receive(pair[1], set.length) ?? [];
  for (const end of pair) calls.close(end);
  const sockets = set.map((socket, index) => ({ ...socket, descriptor: descriptors[index] ?? -1 }));
  const { listen: listenUdp } = await chooseUdp(kind);
  const parts = {
    listenUdp,
    counters: noTransportCounts(),
    credentials: undefined,
    onQuery: (packet: Uint8Array, requester: { reply(response: Uint8Array): void }): boolean => {
      onPacket(packet);
      requester.reply(packet);
      return true;
    },
  };
  const streams = streamParts({ ...NO_TLS, listen: [], tcp: TCP, proxies: [] }, parts);
  const listeners = await openHeld(sockets, PATH, parts, streams);
  return async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
}

/** How many datagrams wait in a socket, which are gone then. */
function waiting(calls: SystemCalls, descriptor: number | undefined): number {
  if (descriptor === undefined) return 0;
  const inbox = new Inbox(calls, 64);
  let sum = 0;
  for (let count = 64; count === 64; sum += count)
    count = Math.max(0, calls.receive(descriptor, inbox.address, 64));
  return sum;
}

/** For somebody who does not share. */
async function isFree(port: number): Promise<void> {
  const udp = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
  await once(udp, 'listening');
  udp.close();
  const tcp = createServer().listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  tcp.close();
}
