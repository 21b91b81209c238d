/** RFC 5452: which packets are believed to be a resolver's answer to a question about the target of an alias. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { type Answer, encode } from 'dns-packet';
import { askTarget, MOST_ADDRESSES, type TargetAnswer } from '../../runtime/health/aliases/ask-target.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { atEnd } from '../support/at-end.ts';
import { type FakeResolver, fakeResolver, replyTo } from '../support/fake-resolver.ts';
import { closedPort } from '../support/servers.ts';
import { name } from '../support/wire.ts';

const SHOP = 'shop.example';
const QUESTION = { name: name(SHOP), type: RRTYPE.A };
const NEVER = new AbortController().signal;
const TC = 0x0200;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const a = (owner: string, data: string, ttl = 60): Answer => ({ type: 'A', name: owner, ttl, data });
const cname = (owner: string, data: string, ttl = 60): Answer => ({ type: 'CNAME', name: owner, ttl, data });
const FOUND: TargetAnswer = { kind: 'found', addresses: ['192.0.2.1'], ttl: 60 };

type Replies = Parameters<typeof fakeResolver>[1];

async function asked(
  t: TestContext,
  replies: Replies,
  timeoutMs = 10_000,
): Promise<{ answer: TargetAnswer; resolver: FakeResolver }> {
  const resolver = await fakeResolver(t, replies);
  return { answer: await askTarget(QUESTION, [resolver], timeoutMs, NEVER), resolver };
}

describe('RFC 5452: forged answers', () => {
  test('RFC 5452 §9.1: another ID, another name, another type and no response are not heard', async (t) => {
    const { answer } = await asked(t, (query) => {
      const right = replyTo(query, [a(SHOP, '192.0.2.1')]);
      const lie = replyTo(query, [a(SHOP, '203.0.113.66')]);
      return [
        { ...lie, id: (query.id ?? 0) ^ 1 },
        { ...lie, questions: [{ type: 'A', name: 'other.example' }] },
        { ...lie, questions: [{ type: 'AAAA', name: SHOP }] },
        { ...lie, type: 'query' },
        right,
      ];
    });
    assert.deepEqual(answer, FOUND);
  });

  test('RFC 5452 §9.1: an answer that repeats no question is none', async (t) => {
    const { answer } = await asked(t, (query) => [
      { ...replyTo(query, [a(SHOP, '192.0.2.1')]), questions: [] },
    ]);
    assert.equal(answer.kind, 'failed');
  });

  test('RFC 5452 §9.2: each question has an ID and a port of its own', async (t) => {
    const resolver = await fakeResolver(t, (query) => [replyTo(query)]);
    for (let round = 0; round < 8; round += 1) await askTarget(QUESTION, [resolver], 10_000, NEVER);
    const ids = new Set(resolver.queries.map(({ query }) => query.id));
    const ports = new Set(resolver.queries.map(({ port }) => port));
    assert.ok(ids.size > 6 && ports.size > 6, `${ids.size} IDs, ${ports.size} ports`);
  });

  test('RFC 5452 §9.1: packets from another port than was asked are not heard', async (t) => {
    const forger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(forger, 'listening');
    atEnd(t, () => forger.close());
    let isForged = false;
    const { answer, resolver } = await asked(
      t,
      (query, _, asker) => {
        // The right answer comes once the wrong one has been sent: it is asked for again.
        if (isForged) return [replyTo(query, [a(SHOP, '192.0.2.1')])];
        isForged = true;
        forger.send(encode(replyTo(query, [a(SHOP, '203.0.113.66')])), asker, '127.0.0.1');
        return [];
      },
      1500,
    );
    assert.deepEqual(answer, FOUND);
    assert.ok(isForged && resolver.queries.length > 1);
  });

  test('RFC 5452 §6, RFC 2181 §5.4.1: records count that the question leads to, by way of aliases', async (t) => {
    const { answer } = await asked(t, (query) => [
      replyTo(query, [
        a('stray.example', '203.0.113.66'),
        cname(SHOP, 'one.example', 40),
        cname('one.example', 'two.example', 20),
        a('two.example', '192.0.2.1', 300),
        a(SHOP, '203.0.113.67'),
      ]),
    ]);
    assert.deepEqual(answer, { kind: 'found', addresses: ['192.0.2.1'], ttl: 20 });
  });

  test('Aliases that come round are a failure, not a hang', async (t) => {
    const circle = [cname(SHOP, 'one.example'), cname('one.example', SHOP)];
    const { answer } = await asked(t, (query) => [replyTo(query, circle)]);
    assert.match(answer.kind === 'failed' ? answer.why : '', /aliases lead in a circle/);
  });

  test('RFC 2308 §5: a denial holds as its SOA says; SERVFAIL is no denial', async (t) => {
    const soa = { mname: 'ns.example', rname: 'host.example', serial: 1, refresh: 1, retry: 1, expire: 1 };
    const authorities: Answer[] = [{ type: 'SOA', name: 'example', ttl: 900, data: { ...soa, minimum: 45 } }];
    const denied = await asked(t, (query) => [{ ...replyTo(query, [], NXDOMAIN), authorities }]);
    assert.deepEqual(denied.answer, { kind: 'none', ttl: 45 });
    const { answer } = await asked(t, (query) => [replyTo(query, [], SERVFAIL)]);
    assert.match(answer.kind === 'failed' ? answer.why : '', /SERVFAIL/);
  });

  test('RFC 7766 §5: what is cut short over UDP is asked over TCP; garbage, silence and nobody are told apart', async (t) => {
    const { answer } = await asked(t, (query, over) => [
      over === 'udp' ? replyTo(query, [], TC) : replyTo(query, [a(SHOP, '192.0.2.1')]),
    ]);
    assert.deepEqual(answer, FOUND);
    const cases: readonly (readonly [Replies, RegExp])[] = [
      [(query) => [replyTo(query, [], TC)], /cut short/],
      [({ id = 0 }) => [Buffer.of(id >> 8, id & 0xff, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63)], /malformed/],
      [() => [], /nothing comes back/],
    ];
    for (const [replies, why] of cases) {
      const failed = await asked(t, replies, 200);
      assert.match(failed.answer.kind === 'failed' ? failed.answer.why : '', why);
    }
    const closed = { address: '127.0.0.1', port: await closedPort() };
    const nobody = await askTarget(QUESTION, [closed], 1000, NEVER);
    assert.deepEqual(nobody, {
      kind: 'failed',
      why: `127.0.0.1:${closed.port}: no server listens there`,
    });
  });

  test('RFC 6891 §7: a resolver that knows no EDNS is asked without', async (t) => {
    const { answer, resolver } = await asked(t, (query) =>
      query.additionals?.some(({ type }) => type === 'OPT')
        ? [replyTo(query, [], 1)]
        : [replyTo(query, [a(SHOP, '192.0.2.1')])],
    );
    assert.deepEqual(answer, FOUND);
    assert.equal(resolver.queries.length, 2);
  });

  test('The next resolver is asked where one fails', async (t) => {
    const resolver = await fakeResolver(t, (query) => [replyTo(query, [a(SHOP, '192.0.2.1')])]);
    const closed = { address: '127.0.0.1', port: await closedPort() };
    assert.deepEqual(await askTarget(QUESTION, [closed, resolver], 10_000, NEVER), FOUND);
  });

  test('More addresses than there is room for are a failure', async (t) => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => a(SHOP, `192.0.2.${index}`));
    const { answer } = await asked(t, (query) => [replyTo(query, many(MOST_ADDRESSES + 1))]);
    assert.match(answer.kind === 'failed' ? answer.why : '', /65 addresses; 64 are possible/);
  });
});
