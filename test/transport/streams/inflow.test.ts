/** What many streams are read into is the same octets: none is to find another's there, or keep more than it may. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { noTransportCounts } from '../../../runtime/answer/counting/stats.ts';
import { Networks } from '../../../runtime/base/net/networks.ts';
import type { OnQuery } from '../../../runtime/transport/listener.ts';
import { Clients } from '../../../runtime/transport/streams/clients.ts';
import type { Inflow } from '../../../runtime/transport/streams/inflow.ts';
import { listenStreams } from '../../../runtime/transport/streams/streams.ts';
import { TcpConnection } from '../../../runtime/transport/streams/tcp-connection.ts';
import { Turns } from '../../../runtime/transport/streams/turns.ts';
import { MOST_LENT } from '../../../runtime/wire/message-reader.ts';
import { atEnd } from '../../support/at-end.ts';
import { dialTcp, framed, Holder, LOOPBACK, STREAM_KINDS, streamListener } from '../dialer.ts';

const SHORT = Buffer.alloc(12);
const LONGEST = 0xffff;

/** Echoes some at once, and others when they have been forgotten, as decisions are. */
const soonOrLate: OnQuery = (packet, requester) => {
  if (packet.length % 3 !== 0) {
    requester.reply(packet);
    return true;
  }
  const copy = Uint8Array.from(packet);
  setImmediate(() => requester.reply(copy));
  return true;
};

const lengths = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 12, max: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 300, max: LONGEST }) },
  ),
  { minLength: 1, maxLength: 60 },
);
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 900, max: 100_000 })), {
  minLength: 1,
  maxLength: 5,
});
const clients = fc.array(fc.record({ lengths, sizes }), { minLength: 1, maxLength: 4 });

for (const { kind, dial } of STREAM_KINDS)
  suite(`${kind.toUpperCase()} streams`, { timeout: 30_000 }, () => {
    test('get answers to what each has sent, whatever the pieces and whoever else is read from', async (t) => {
      const { listener } = await streamListener(t, kind, soonOrLate);
      await fc.assert(
        fc.asyncProperty(clients, async (plans) => {
          const dialed = await Promise.all(plans.map(() => dial(t, listener.endpoint)));
          await Promise.all(
            plans.map(async (plan, index) => {
              const client = dialed[index];
              assert.ok(client !== undefined);
              const messages = plan.lengths.map((length, at) => `${index} ${at} `.padEnd(length, 'abcdefg'));
              const octets = framed(...messages);
              for (let at = 0, turn = 0; at < octets.length; turn += 1) {
                const size = plan.sizes[turn % plan.sizes.length] ?? 1;
                client.socket.write(octets.subarray(at, at + size));
                at += size;
                if (size > 300) await nextTurn();
              }
              const answers = await client.take(messages.length);
              assert.equal(answers.length, messages.length);
              assert.deepEqual(new Set(answers), new Set(messages));
              client.close();
            }),
          );
        }),
        { numRuns: 25 },
      );
    });

    test('have no octets made for what each sends', async (t) => {
      const places = new Set<ArrayBufferLike>();
      let octets = 0;
      const { listener } = await streamListener(t, kind, (packet, requester) => {
        places.add(packet.buffer);
        octets += packet.length;
        requester.reply(packet.subarray(0, 12));
        return true;
      });
      const dialed = await Promise.all(Array.from({ length: 4 }, () => dial(t, listener.endpoint)));
      const queries = Array.from({ length: 20_000 }, (_, index) => `question ${index}`.padEnd(60));
      for (const client of dialed) client.send(...queries);
      await Promise.all(dialed.map((client) => client.take(queries.length)));
      assert.equal(octets, 4 * 60 * queries.length);
      // The one that all share, and for each two blocks that are in use at a time at most, of which there are two kinds.
      assert.ok(places.size <= 1 + 4 * 4, `${places.size} places`);
    });
  });

suite('A TCP stream', { timeout: 30_000 }, () => {
  for (const length of [12, 60, 700, 20_000, LONGEST])
    test(`of messages of ${length} octets is read no further than it may be kept`, async (t) => {
      const inflows: Inflow[] = [];
      const holder = new Holder();
      let taken = 0;
      let most = 0;
      const look = (): void => {
        most = Math.max(most, (inflows[0]?.octets ?? 0) - taken);
      };
      const onQuery: OnQuery = (packet, requester) => {
        look();
        taken += 2 + packet.length;
        return holder.onQuery(packet, requester);
      };
      const counters = noTransportCounts();
      const roomy = { idleMs: 60_000, clients: 10, clientsPerAddress: 10 };
      const parts = {
        clients: new Clients(roomy, counters),
        proxies: new Networks([]),
        turns: new Turns(counters),
      };
      const listener = await listenStreams(
        'tcp',
        LOOPBACK,
        (socket, seat, inflow) => {
          inflows.push(inflow);
          return new TcpConnection('tcp', socket, seat, onQuery, parts, inflow);
        },
        parts,
      );
      atEnd(t, () => listener.close());
      const client = await dialTcp(t, listener.endpoint);
      const count = Math.max(400, Math.ceil(200_000 / length));
      const message = framed('x'.repeat(length));
      client.socket.write(Buffer.concat(Array.from({ length: count }, () => message)));
      for (let answered = 0; answered < count; ) {
        await holder.holds(1);
        // Time for more to be read than may be.
        for (let turn = 0; turn < 20; turn += 1) {
          await nextTurn();
          look();
        }
        // Shorter than the queries: a client that leaves a megabyte unread is cut.
        for (const { requester } of holder.held.splice(0)) {
          requester.reply(SHORT);
          answered += 1;
        }
      }
      assert.ok(most > 0);
      assert.ok(most <= 2 + LONGEST + MOST_LENT, `${most} octets`);
      client.close();
    });
});
