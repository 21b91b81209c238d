/** What is particular to datagrams; the rest is in listener.test.ts. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { dialUdp, echo, Holder, UDP_KINDS, udpListener } from '../dialer.ts';

for (const { name, listen, skip } of UDP_KINDS)
  suite(`UDP (${name})`, { timeout: 10_000, skip }, () => {
    test('A query without a reply gets silence, and keeps nothing from closing', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const { listener } = await udpListener(
        t,
        listen,
        (packet, requester) => packet[0] !== 0x23 && echo(packet, requester),
      );
      const client = await dialUdp(t, listener.endpoint);
      for (const text of ['#1', 'a', '#2', 'b']) client.send(text);
      assert.deepEqual(await client.take(2), ['a', 'b']);
      await listener.close();
    });

    test('A reply too large for a datagram is counted, and the next is sent', async (t) => {
      const sizes = [65_535, 4096];
      const { listener, counters } = await udpListener(t, listen, (_, requester) => {
        requester.reply(Buffer.alloc(sizes.shift() ?? 0));
        return true;
      });
      const client = await dialUdp(t, listener.endpoint);
      client.send('first');
      client.send('second');
      assert.equal((await client.next())?.length, 4096);
      await listener.close();
      assert.equal(counters.sendErrors, 1);
    });

    test('The longest query arrives whole', async (t) => {
      const lengths: number[] = [];
      const { listener } = await udpListener(t, listen, (packet, requester) => {
        lengths.push(packet.length);
        requester.reply(packet.subarray(-2));
        return true;
      });
      const client = await dialUdp(t, listener.endpoint);
      client.send(`${'x'.repeat(65_505)}ab`);
      assert.equal(await client.next(), 'ab');
      assert.deepEqual(lengths, [65_507]);
    });

    test('Queries that come while it closes are answered', async (t) => {
      const holder = new Holder();
      const { listener } = await udpListener(t, listen, (packet, requester) =>
        packet[0] === 0x23 ? holder.onQuery(packet, requester) : echo(packet, requester),
      );
      const client = await dialUdp(t, listener.endpoint);
      client.send('#slow');
      await holder.holds(1);
      const closed = listener.close();
      client.send('quick');
      assert.equal(await client.next(), 'quick');
      holder.answer();
      assert.equal(await client.next(), '#slow');
      await closed;
    });
  });
