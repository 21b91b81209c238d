/** Connections to a TCP listener: how many, for how long, and how they end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { echo, framed, Holder, STREAM_KINDS, streamListener } from '../dialer.ts';

for (const { kind, dial } of STREAM_KINDS)
  suite(`${kind.toUpperCase()} connections`, { timeout: 10_000 }, () => {
    test('are turned away when one address has enough, until one of them ends', async (t) => {
      const { listener, counters } = await streamListener(t, kind, echo, { clientsPerAddress: 2 });
      const first = await dial(t, listener.endpoint);
      const second = await dial(t, listener.endpoint);
      const third = await dial(t, listener.endpoint);
      assert.equal(await third.next(), undefined);
      assert.partialDeepStrictEqual(counters, { clients: 2, refused: 1, cut: 0 });
      first.socket.end();
      await once(first.socket, 'end');
      const fourth = await dial(t, listener.endpoint);
      fourth.send('question');
      assert.equal(await fourth.next(), 'question');
      second.send('question');
      assert.equal(await second.next(), 'question');
    });

    test('are turned away when there are enough in all', async (t) => {
      const { listener, counters } = await streamListener(t, kind, echo, { clients: 1 });
      await dial(t, listener.endpoint);
      const second = await dial(t, listener.endpoint);
      assert.equal(await second.next(), undefined);
      assert.partialDeepStrictEqual(counters, { clients: 1, refused: 1, cut: 0 });
    });

    test('end when nothing is asked for long enough', async (t) => {
      const { listener, counters } = await streamListener(t, kind, echo, { idleMs: 20 });
      const client = await dial(t, listener.endpoint);
      assert.equal(await client.next(), undefined);
      assert.equal(counters.cut, 0);
    });

    test('outlast the idle time while queries come', async (t) => {
      const { listener } = await streamListener(t, kind, echo, { idleMs: 250 });
      // The busy one came first, and would go first.
      const busy = await dial(t, listener.endpoint);
      const idle = await dial(t, listener.endpoint);
      while (!idle.socket.readableEnded) {
        busy.send('question');
        assert.equal(await busy.next(), 'question');
      }
      busy.send('question');
      assert.equal(await busy.next(), 'question');
    });

    test('are not kept by a client that drips octets and never completes a query', async (t) => {
      const { listener } = await streamListener(t, kind, echo, { idleMs: 50 });
      const client = await dial(t, listener.endpoint);
      client.socket.write(Buffer.of(0xff, 0xff));
      const drip = setInterval(() => client.socket.write('x'), 5);
      assert.equal(await client.next(), undefined);
      clearInterval(drip);
    });

    test('outlast the idle time while a decision is pending', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, holder.onQuery, { idleMs: 250 });
      const waiting = await dial(t, listener.endpoint);
      waiting.send('question');
      await holder.holds(1);
      const idle = await dial(t, listener.endpoint);
      assert.equal(await idle.next(), undefined);
      holder.answer();
      assert.equal(await waiting.next(), 'question');
    });

    test('are cut when a reply is not to be, and nothing more is taken from them', async (t) => {
      const taken: string[] = [];
      const { listener, counters } = await streamListener(t, kind, (packet, requester) => {
        taken.push(Buffer.from(packet).toString());
        return packet.length > 2 && echo(packet, requester);
      });
      const client = await dial(t, listener.endpoint);
      client.send('good', 'no', 'late');
      while ((await client.next()) !== undefined);
      assert.deepEqual(taken, ['good', 'no']);
      assert.equal(counters.cut, 1);
    });

    test('may be reset with queries pending', async (t) => {
      const holder = new Holder();
      const { listener, counters } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.send('a', 'b');
      await holder.holds(2);
      // Not from within what reads them here.
      await nextTurn();
      client.reset();
      const other = await dial(t, listener.endpoint);
      other.send('c');
      await holder.holds(3);
      holder.answer();
      assert.equal(await other.next(), 'c');
      assert.partialDeepStrictEqual(counters, { clients: 1, refused: 0, cut: 0 });
    });

    test('that are idle end when the listener closes, though their clients stay', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const { listener, counters } = await streamListener(t, kind, echo);
      const client = await dial(t, listener.endpoint);
      client.send('question');
      assert.equal(await client.next(), 'question');
      await listener.close();
      assert.equal(await client.next(), undefined);
      // The client's end comes back a few turns later.
      for (let turn = 0; turn < 100 && counters.clients > 0; turn += 1) await nextTurn();
      assert.partialDeepStrictEqual(counters, { clients: 0, refused: 0, cut: 0 });
    });

    test('may ask once more when a successor takes over, and end right behind the answer', async (t) => {
      const { listener, counters } = await streamListener(t, kind, echo);
      const client = await dial(t, listener.endpoint);
      client.send('question');
      assert.equal(await client.next(), 'question');
      const closed = listener.close(60_000);
      client.send('another');
      assert.equal(await client.next(), 'another');
      assert.equal(await client.next(), undefined);
      await closed;
      assert.partialDeepStrictEqual(counters, { refused: 0, cut: 0 });
    });

    test('get answers to all that was read when the listener closes, and to nothing after', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.socket.write(framed('first', 'second', 'third').subarray(0, -1));
      await holder.holds(2);
      const closed = listener.close();
      client.socket.write('d');
      client.send('fourth');
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      assert.equal(holder.held.length, 2);
      holder.answer();
      assert.deepEqual(await client.take(3), ['first', 'second', undefined]);
      await closed;
    });
  });
