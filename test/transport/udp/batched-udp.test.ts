/** What batched sockets do that those of dgram do not, and what they do when the kernel says no. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { constants, networkInterfaces } from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { batchedUdp } from '../../../runtime/transport/udp/batched-udp.ts';
import {
  loadSystemCalls,
  type OnReady,
  type SystemCalls,
} from '../../../runtime/transport/udp/system-calls.ts';
import { atEnd } from '../../support/at-end.ts';
import { dialUdp, echo, Holder, LOOPBACK, udpListener } from '../dialer.ts';

const UDP_SOCKETS = path.resolve(import.meta.dirname, '../../../runtime/transport/udp/udp-sockets.ts');
const { EAGAIN, ECONNREFUSED } = constants.errno;

const loaded = await loadSystemCalls();
const skip = loaded.ok ? false : `no system calls here: ${loaded.problem.kind}`;

/** The real system calls, but for those given. */
function but(changes: Partial<SystemCalls>): SystemCalls {
  assert.ok(loaded.ok);
  return { ...loaded.value, ...changes };
}

/** Gives the outcomes first, and then what the call does. */
function first<Arguments extends unknown[]>(
  outcomes: number[],
  call: (...values: Arguments) => number,
): (...values: Arguments) => number {
  return (...values) => outcomes.shift() ?? call(...values);
}

async function echoAt(t: TestContext, address: string): Promise<number> {
  const { listener } = await udpListener(t, batchedUdp(but({})), echo, { address, port: 0 });
  return listener.endpoint.port;
}

/** This machine's own, with the zone id that link-local ones need. */
function ipv6Addresses(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === 'IPv6')
      .map(({ address }) => (address.startsWith('fe80') ? `${address}%${name}` : address)),
  );
}

suite('Batched UDP', { timeout: 10_000, skip }, () => {
  test('A listener on all addresses replies from the one that was asked', async (t) => {
    const port = await echoAt(t, '0.0.0.0');
    // A connected client takes nothing from another address than it asked.
    for (const address of ['127.0.0.1', '127.0.0.2', '127.9.9.9']) {
      const client = await dialUdp(t, { address, port });
      client.send(address);
      assert.equal(await client.next(), address);
    }
  });

  test('So does one on all IPv6 addresses', {
    skip: ipv6Addresses().length === 0 && 'no IPv6 here',
  }, async (t) => {
    const port = await echoAt(t, '::');
    for (const address of ipv6Addresses()) {
      const client = await dialUdp(t, { address, port });
      client.send(address);
      assert.equal(await client.next(), address);
    }
  });

  test('A late reply comes from the address that was asked, too', async (t) => {
    const holder = new Holder();
    const { listener } = await udpListener(t, batchedUdp(but({})), holder.onQuery, {
      address: '0.0.0.0',
      port: 0,
    });
    const { port } = listener.endpoint;
    const slow = await dialUdp(t, { address: '127.0.0.2', port });
    const quick = await dialUdp(t, { address: '127.0.0.3', port });
    slow.send('slow');
    await holder.holds(1);
    quick.send('quick');
    await holder.holds(2);
    holder.answer();
    assert.equal(await slow.next(), 'slow');
    assert.equal(await quick.next(), 'quick');
  });

  test('Replies the kernel has no room for are sent when it has, and queries wait meanwhile', async (t) => {
    assert.ok(loaded.ok);
    const awaited: string[] = [];
    const calls = but({
      send: first([-EAGAIN, -EAGAIN], loaded.value.send),
      watch: (descriptor, onReady) => {
        const watch = loaded.value.watch(descriptor, onReady);
        return {
          ...watch,
          await: (event) => {
            awaited.push(event);
            watch.await(event);
          },
        };
      },
    });
    const { listener, counters } = await udpListener(t, batchedUdp(calls), echo);
    const client = await dialUdp(t, listener.endpoint);
    for (const text of ['a', 'b', 'c']) client.send(text);
    assert.deepEqual(await client.take(3), ['a', 'b', 'c']);
    assert.deepEqual(awaited, ['writable', 'readable']);
    assert.equal(counters.sendErrors, 0);
  });

  test('Queries that are dear to answer are answered a few in each turn, and none is lost', async (t) => {
    assert.ok(loaded.ok);
    const perTurn = new Map<number, number>();
    const { listener } = await udpListener(t, batchedUdp(but({})), (packet, requester) => {
      const end = performance.now() + 1;
      while (performance.now() < end);
      const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
      perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
      return echo(packet, requester);
    });
    const client = await dialUdp(t, listener.endpoint);
    const texts = Array.from({ length: 60 }, (_, index) => String(index));
    for (const text of texts) client.send(text);
    assert.deepEqual(await client.take(60), texts);
    // Two slices in a turn, the second by an immediate of the first, each of eight.
    assert.ok(Math.max(...perTurn.values()) <= 16, [...perTurn.values()].join());
  });

  test('A listener closes once the kernel has taken the last reply', async (t) => {
    assert.ok(loaded.ok);
    const calls = but({ send: first([-EAGAIN], loaded.value.send) });
    let closed: Promise<void> | undefined;
    const { listener } = await udpListener(t, batchedUdp(calls), (packet, requester) => {
      closed = listener.close();
      return echo(packet, requester);
    });
    const client = await dialUdp(t, listener.endpoint);
    client.send('question');
    assert.equal(await client.next(), 'question');
    await closed;
  });

  test('An error that is fetched with the queries is counted, and they are answered', async (t) => {
    assert.ok(loaded.ok);
    const calls = but({ receive: first([-ECONNREFUSED, -EAGAIN], loaded.value.receive) });
    const { listener, counters } = await udpListener(t, batchedUdp(calls), echo);
    const client = await dialUdp(t, listener.endpoint);
    client.send('question');
    assert.equal(await client.next(), 'question');
    assert.equal(counters.sendErrors, 1);
  });

  test('A socket with an error is watched again', async (t) => {
    let ready: OnReady = () => {};
    const awaited: string[] = [];
    const calls = but({
      watch: (_, onReady) => {
        ready = onReady;
        return { await: (event) => awaited.push(event), rest: () => {}, close: () => {} };
      },
    });
    await udpListener(t, batchedUdp(calls), echo);
    ready(true);
    assert.deepEqual(awaited, ['readable']);
  });

  test('No descriptor is left open, whether it listened or could not', async (t) => {
    const { listener } = await udpListener(t, batchedUdp(but({})), echo);
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    const another = batchedUdp(but({}));
    const second = await another(LOOPBACK, echo, { datagrams: 0, sendErrors: 0 });
    assert.equal(open(), before + 1);
    await assert.rejects(another(listener.endpoint, echo, { datagrams: 0, sendErrors: 0 }), {
      code: 'EADDRINUSE',
      syscall: 'bind',
    });
    await assert.rejects(another({ address: '192.0.2.1', port: 0 }, echo, { datagrams: 0, sendErrors: 0 }), {
      code: 'EADDRNOTAVAIL',
    });
    await second.close();
    assert.equal(open(), before);
  });

  test('Promises have their turn while a query waits for them, in a process with nothing else to do', async (t) => {
    const script = `
      const { chooseUdp } = await import(${JSON.stringify(UDP_SOCKETS)});
      const onQuery = (packet, requester) => {
        void Promise.resolve(Uint8Array.from(packet)).then((copy) => requester.reply(copy));
        return true;
      };
      const { listen } = await chooseUdp('batched');
      const { endpoint } = await listen({ address: '127.0.0.1', port: 0 }, onQuery, { datagrams: 0, sendErrors: 0 });
      console.log(endpoint.port);`;
    const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    atEnd(t, () => server.kill());
    const [printed] = (await once(server.stdout, 'data')) as [Buffer];
    const client = await dialUdp(t, { ...LOOPBACK, port: Number(printed.toString()) });
    client.send('question');
    assert.equal(await client.next(), 'question');
  });

  test('A client that asks again and again is answered while the garbage is collected', async (t) => {
    const { listener } = await udpListener(t, batchedUdp(but({})), echo);
    const client = await dialUdp(t, listener.endpoint);
    for (let round = 0; round < 50; round += 1) {
      // What the kernel writes to must be held by whoever listens.
      Array.from({ length: 100 }, () => new ArrayBuffer(100_000));
      const texts = Array.from({ length: 20 }, (_, index) => `${round}.${index}`);
      for (const text of texts) client.send(text);
      assert.deepEqual(await client.take(20), texts);
    }
  });
});
