/** Answers of a pool count as its load, also those that are given from memory; and what is only explained does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptLoads } from '../../../runtime/answer/replies/kept-loads.ts';
import { MinuteCount } from '../../../runtime/base/structures/minute-count.ts';
import type { PlanData } from '../../../runtime/rpc/plan.ts';
import { packetOf } from '../packet.ts';
import { Server } from '../server.ts';

const pool = (named: string): PlanData => ({ kind: 'pool', pool: named });

function serving(): Server {
  const server = new Server({ packetSlots: 1024, clock: () => 0 });
  server.put({
    policy: {
      pools: {
        a: { records: { A: ['192.0.2.1'] }, capacity: 1000 },
        b: { records: { A: ['192.0.2.2'] }, capacity: 1000 },
        free: { records: { A: ['192.0.2.3'] } },
      },
      hosts: {
        www: { kind: 'firstHealthy', of: [pool('a'), pool('b')] },
        free: pool('free'),
        bounded: { kind: 'bounded', of: [pool('a'), pool('b')] },
        alias: { kind: 'cname', target: 'www.example.com.' },
      },
    },
  });
  return server;
}

/** Answers a minute of each pool, as they are counted. */
function loads(server: Server): readonly (number | undefined)[] {
  const name = Buffer.from('\x07example\x03com\0', 'latin1');
  const policy = server.parts.zones.find(name, name.length)?.attachment.policy;
  assert.ok(policy);
  return ['a', 'b', 'free'].map((named) => policy.pools.get(named)?.load?.perMinute(0));
}

function ask(server: Server, question: string, times: number): void {
  const requester = { transport: 'udp' as const, address: '192.0.2.53', reply: () => {} };
  for (let left = times; left > 0; left--) server.responder.respond(packetOf({ question }), requester);
}

test('Each answer counts once, whether it is made or kept, and by whatever name', () => {
  const server = serving();
  loads(server);
  ask(server, 'www.example.com A', 10);
  ask(server, 'alias.example.com A', 5);
  ask(server, 'free.example.com A', 7);
  assert.ok(server.counters.steps.packetHits >= 15, 'most are kept replies');
  // Of a count that is younger than five seconds, what a minute would come to.
  assert.deepEqual(loads(server), [12 * 15, 0, undefined]);
});

test('Answers of a bounded choice are made each time, and go where there is room', () => {
  const server = serving();
  loads(server);
  ask(server, 'bounded.example.com A', 10);
  assert.equal(server.counters.steps.packetHits, 0);
  const [a = 0, b = 0] = loads(server);
  assert.equal(a + b, 120);
});

test('Loads have numbers until they are forgotten', () => {
  const kept = new KeptLoads();
  const [one, other] = [new MinuteCount(), new MinuteCount()];
  assert.deepEqual(
    [kept.number(undefined), kept.number(one), kept.number(other), kept.number(one)],
    [0, 1, 2, 1],
  );
  kept.add(2);
  assert.deepEqual([one.perMinute(0), other.perMinute(0)], [0, 12]);
  kept.forget();
  kept.add(2);
  assert.equal(other.perMinute(0), 12);
  assert.equal(kept.number(other), 1);
  assert.equal(kept.isFull, false);
});
