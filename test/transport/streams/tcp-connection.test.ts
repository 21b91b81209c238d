/** What happens on one connection: messages, pipelining, half-closed and slow clients. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { echo, framed, Holder, STREAM_KINDS, streamListener } from '../dialer.ts';

/** More than the server takes before it answers some. */
const MANY = Array.from({ length: 1000 }, (_, index) => `question ${index}`);

for (const { kind, dial } of STREAM_KINDS)
  suite(`A ${kind.toUpperCase()} connection`, { timeout: 10_000 }, () => {
    test('carries queries split anywhere, length prefix included', async (t) => {
      const { listener } = await streamListener(t, kind, echo);
      const client = await dial(t, listener.endpoint);
      for (const octet of framed('first question', 'second question')) {
        client.socket.write(Buffer.of(octet));
        await nextTurn();
      }
      assert.deepEqual(await client.take(2), ['first question', 'second question']);
    });

    test('carries messages of the greatest length both ways', async (t) => {
      const { listener } = await streamListener(t, kind, echo);
      const client = await dial(t, listener.endpoint);
      const message = 'x'.repeat(65_535);
      client.send(message, message);
      assert.deepEqual(await client.take(2), [message, message]);
    });

    test('answers many queries of one segment at once and in order', async (t) => {
      const { listener } = await streamListener(t, kind, echo);
      const client = await dial(t, listener.endpoint);
      client.send(...MANY);
      assert.deepEqual(await client.take(MANY.length), MANY);
    });

    // RFC 7766 §6.2.1.1 and §7
    test('answers pipelined queries in the order they are decided', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.send('a', 'b', 'c');
      await holder.holds(3);
      holder.answer((held) => held.toReversed());
      assert.deepEqual(await client.take(3), ['c', 'b', 'a']);
    });

    test('lets so many queries wait and takes the next as they are answered', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.send(...MANY);
      const held: number[] = [];
      for (let answered = 0; answered < MANY.length; answered += held.at(-1) ?? 0) {
        await holder.holds(1);
        held.push(holder.held.length);
        holder.answer();
      }
      assert.deepEqual(await client.take(MANY.length), MANY);
      assert.equal(Math.max(...held), 128);
    });

    test('mixes replies at once with late ones without losing any', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, (packet, requester) =>
        Number(packet.at(-1)) % 2 === 0 ? echo(packet, requester) : holder.onQuery(packet, requester),
      );
      const client = await dial(t, listener.endpoint);
      client.send(...MANY);
      const answered = new Set<string | undefined>();
      const answering = setInterval(() => holder.answer(), 1);
      for (const text of await client.take(MANY.length)) answered.add(text);
      clearInterval(answering);
      assert.deepEqual(answered, new Set(MANY));
    });

    test('answers a client that has ended its side, then ends', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.send('question');
      client.socket.end();
      await holder.holds(1);
      // The server has seen the end by the time it serves somebody who came after it.
      const other = await dial(t, listener.endpoint);
      other.send('other');
      await holder.holds(2);
      holder.answer();
      assert.deepEqual(await client.take(2), ['question', undefined]);
    });

    test('answers all that a client has sent before it ended its side, however many', async (t) => {
      const holder = new Holder();
      const { listener, counters } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.socket.end(framed(...MANY));
      const answering = setInterval(() => holder.answer(), 1);
      assert.deepEqual(await client.take(MANY.length + 1), [...MANY, undefined]);
      clearInterval(answering);
      assert.equal(counters.cut, 0);
    });

    test('takes no more queries from a client that does not read, and all of them once it reads', async (t) => {
      let taken = 0;
      const { listener } = await streamListener(t, kind, (_, requester) => {
        taken += 1;
        requester.reply(Buffer.alloc(60_000));
        return true;
      });
      const client = await dial(t, listener.endpoint);
      client.socket.pause();
      client.socket.end(framed(...MANY));
      await someTurns();
      assert.ok(taken < MANY.length, `${taken} taken`);
      client.socket.resume();
      const replies = await client.take(MANY.length);
      assert.ok(replies.every((reply) => reply?.length === 60_000));
      assert.equal(await client.next(), undefined);
    });

    test('sends an answer of many messages in order, and answers other queries on the way', async (t) => {
      const { listener } = await streamListener(t, kind, (packet, requester) => {
        if (String(packet) !== 'long') return echo(packet, requester);
        requester.replyAll?.(numbered(1000));
        return true;
      });
      const client = await dial(t, listener.endpoint);
      client.send('long', 'short');
      const replies = await client.take(1001);
      assert.ok(replies.indexOf('short') < 1000);
      assert.deepEqual(
        replies.filter((reply) => reply !== 'short'),
        Array.from({ length: 1000 }, (_, index) => `message ${index}`),
      );
    });

    test('asks for no more of a long answer than its client reads, and for all of it once it reads', async (t) => {
      const answer = { asked: 0, isLeft: false };
      const { listener } = await streamListener(t, kind, (_, requester) => {
        requester.replyAll?.(large(answer));
        return true;
      });
      const client = await dial(t, listener.endpoint);
      client.socket.pause();
      client.socket.end(framed('long'));
      await someTurns();
      assert.ok(answer.asked < 1000, `${answer.asked} asked for`);
      client.socket.resume();
      const replies = await client.take(1000);
      assert.ok(replies.every((reply) => reply?.length === 60_000));
      assert.equal(await client.next(), undefined);
    });

    test('leaves a long answer alone once its client is gone or does not read', async (t) => {
      const answer = { asked: 0, isLeft: false };
      const { listener, counters } = await streamListener(
        t,
        kind,
        (_, requester) => {
          requester.replyAll?.(large(answer));
          return true;
        },
        { idleMs: 50 },
      );
      const client = await dial(t, listener.endpoint);
      client.socket.pause();
      client.send('long');
      while (!answer.isLeft) await nextTurn();
      assert.equal(counters.cut, 1);
      assert.ok(answer.asked < 1000, `${answer.asked} asked for`);
    });

    test('is not read from while enough queries wait', async (t) => {
      const holder = new Holder();
      const { listener } = await streamListener(t, kind, holder.onQuery);
      const client = await dial(t, listener.endpoint);
      client.send(...Array.from({ length: 600 }, () => 'x'.repeat(60_000)));
      await holder.holds(128);
      await someTurns();
      assert.notEqual(client.socket.writableLength, 0);
      client.close();
      holder.answer();
    });

    test('is cut when its client never reads', async (t) => {
      const { listener, counters } = await streamListener(
        t,
        kind,
        (_, requester) => {
          requester.reply(Buffer.alloc(60_000));
          return true;
        },
        { idleMs: 50 },
      );
      const client = await dial(t, listener.endpoint);
      client.socket.pause();
      client.send(...MANY);
      while (counters.clients === 0) await nextTurn();
      while (counters.clients > 0) await nextTurn();
      assert.equal(counters.cut, 1);
      client.socket.resume();
      while ((await client.next()) !== undefined);
    });
  });

function* numbered(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.from(`message ${index}`);
}

/** A thousand messages of 60,000 octets; counts those asked for. */
function* large(answer: { asked: number; isLeft: boolean }): Generator<Uint8Array> {
  try {
    for (; answer.asked < 1000; answer.asked += 1) yield Buffer.alloc(60_000);
  } finally {
    answer.isLeft = true;
  }
}

/** Time enough for what the loopback interface has taken to arrive, and for what came to be seen to. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await nextTurn();
}
