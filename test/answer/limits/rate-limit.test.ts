/** Response rate limiting: what shares an account, what becomes of responses over the rate, and who is exempt. */
import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { ServerCookies } from '../../../runtime/answer/limits/server-cookies.ts';
import type { RateLimitSettings } from '../../../runtime/rpc/answer-settings.ts';
import { Signer } from '../../../runtime/tsig/signature.ts';
import { packet } from '../../support/packet.ts';
import { KEY, transferSettings } from '../../transfer/keys.ts';
import type { Ask } from '../packet.ts';
import { Server, type ServerOptions } from '../server.ts';

const SETTINGS: RateLimitSettings = {
  perSecond: 10,
  windowSeconds: 15,
  slip: 2,
  leak: 0,
  ipv4Bits: 24,
  ipv6Bits: 56,
  exempt: ['198.51.100.64/26', '2001:db8:1::/48'],
  isTrial: false,
};
const RECORDS = `
www A 192.0.2.1
www AAAA 2001:db8::1
*.wild A 192.0.2.2
sub NS ns.sub
ns.sub A 192.0.2.3
`;
const FROM = '192.0.2.53';

// Time stands still: nobody is granted anything anew, however slow the machine.
mock.method(performance, 'now', () => 1000);

function limited(settings: Partial<RateLimitSettings> = {}, options: ServerOptions = {}): Server {
  const server = new Server({ rateLimit: { ...SETTINGS, ...settings }, ...options });
  server.put({ records: RECORDS, policy: { hosts: { by: null } } });
  return server;
}

/** What becomes of queries, one after the other: the first line of each answer, or silence. */
function outcomes(server: Server, count: number, ask: (index: number) => Ask): string[] {
  return Array.from({ length: count }, (_, index) => {
    const { messages, isAnswered } = server.send({ from: FROM, ...ask(index) });
    const [message] = messages;
    assert.equal(isAnswered, message !== undefined);
    if (message === undefined) return 'dropped';
    return message.truncated ? 'truncated' : message.rcode === 23 ? 'BADCOOKIE' : 'sent';
  });
}

/** How many of so many in a row were sent as they are. */
function sent(server: Server, count: number, ask: (index: number) => Ask): number {
  return outcomes(server, count, ask).filter((outcome) => outcome === 'sent').length;
}

const WWW = () => ({ question: 'www.example.com A' });

test('Of the same response a network gets its rate, then every second one truncated', () => {
  const server = limited({ perSecond: 2 });
  const [first, second, ...rest] = outcomes(server, 12, WWW);
  assert.deepEqual([first, second], ['sent', 'sent']);
  assert.deepEqual(rest.slice(-4).toSorted(), ['dropped', 'dropped', 'truncated', 'truncated']);
  const { dropped, slipped } = server.rateLimit?.counts ?? assert.fail();
  assert.equal(dropped + slipped, rest.filter((outcome) => outcome !== 'sent').length);
});

test('A truncated reply is no longer than its query', () => {
  const server = limited({ perSecond: 1, slip: 1 });
  server.send({ ...WWW(), from: FROM });
  const [reply] = server.send({ ...WWW(), from: FROM }).messages;
  assert.deepEqual(
    [reply?.truncated, reply?.authoritative, reply?.answers.length, reply?.questions.length],
    [true, false, 0, 1],
  );
});

describe('One account has', () => {
  const SHARED: Readonly<Record<string, (index: number) => Ask>> = {
    'all addresses of an IPv4 network': (index) => ({ ...WWW(), from: `192.0.2.${index}` }),
    'all addresses of an IPv6 network': (index) => ({
      ...WWW(),
      from: `2001:db8:0:7${index % 10}::${index}`,
    }),
    'names that are not there, by zone': (index) => ({ question: `no${index}.example.com A` }),
    'names that a wildcard stands in for': (index) => ({ question: `no${index}.wild.example.com A` }),
    'referrals of one cut': (index) => ({ question: `host${index}.sub.example.com A` }),
    'errors of any kind': (index) => ({ question: `www.elsewhere${index}.net A` }),
    'a name in any case': (index) => ({ question: `${index % 2 === 0 ? 'www' : 'WWW'}.example.com A` }),
  };
  for (const [title, ask] of Object.entries(SHARED)) {
    test(title, () => assert.equal(sent(limited({ slip: 0 }), 100, ask), 10));
  }
});

describe('Accounts of their own have', () => {
  const APART: Readonly<Record<string, (index: number) => Ask>> = {
    networks: (index) => ({ ...WWW(), from: `192.0.${index}.1` }),
    'IPv6 networks': (index) => ({ ...WWW(), from: `2001:db8:0:${index}00::1` }),
    'names and types': (index) => ({
      question: `${index < 10 ? 'www' : 'sub'}.example.com TYPE${300 + index}`,
    }),
  };
  for (const [title, ask] of Object.entries(APART)) {
    test(title, () =>
      assert.equal(
        sent(limited(), 20, (index) => ask(index)),
        20,
      ),
    );
  }
});

test('TCP, exempt networks and clients with a cookie of ours are not limited', () => {
  const cookies = new ServerCookies();
  cookies.use({ secrets: ['00'.repeat(16)], isRequired: false });
  const server = limited({ perSecond: 1 }, { cookies });
  assert.equal(
    sent(server, 20, () => ({ ...WWW(), transport: 'tcp' })),
    20,
  );
  assert.equal(
    sent(server, 20, () => ({ ...WWW(), from: '198.51.100.70' })),
    20,
  );
  assert.equal(
    sent(server, 20, () => ({ ...WWW(), from: '2001:db8:1:ff::1' })),
    20,
  );
  assert.equal(
    sent(server, 20, () => ({ ...WWW(), from: '198.51.100.1' })),
    1,
  );
  const withCookie = (data: Uint8Array) => ({
    ...WWW(),
    edns: { options: [{ code: 10, type: 'COOKIE' as never, data: Buffer.from(data) }] as never },
  });
  const replies = outcomes(server, 20, () => withCookie(Buffer.alloc(8, 1)));
  assert.ok(replies.includes('BADCOOKIE') && !replies.includes('truncated'), replies.join());
  const { messages } = server.send({ ...withCookie(Buffer.alloc(8, 1)), transport: 'tcp', from: FROM });
  const cookie = messages[0]?.edns?.cookie ?? assert.fail('no cookie');
  assert.equal(
    sent(server, 20, () => withCookie(cookie)),
    20,
  );
});

test('On trial everything is sent, and counted', () => {
  const server = limited({ perSecond: 1, isTrial: true });
  assert.equal(sent(server, 20, WWW), 20);
  assert.equal(server.rateLimit?.counts.told, 19);
});

test('With a leak some go out whole', () => {
  const server = limited({ perSecond: 1, leak: 3, slip: 0 });
  assert.equal(sent(server, 31, WWW), 11);
  assert.equal(server.rateLimit?.counts.leaked, 10);
});

test('A policy does not run for responses that are not sent', () => {
  const server = limited({ perSecond: 1, slip: 0 });
  server.sandbox.script = () => ({ kind: 'records', records: { A: ['192.0.2.9'] } });
  server.sandbox.impure = ['random'];
  assert.equal(server.sandbox.asked.length, 0);
  outcomes(server, 30, () => ({ question: 'by.example.com A' }));
  assert.equal(server.sandbox.asked.length, 1);
});

test('What is aside of ordinary queries is no way around the rate, and never much longer than what asks for it', () => {
  const bare = packet({ question: 'www.example.com. A' });
  const notify = packet({ flags: 4 << 11, question: 'example.com. SOA' });
  const stranger = { ...KEY, name: Uint8Array.of(1, 120, 0) };
  const cases: Record<string, Uint8Array> = {
    BADKEY: new Signer(stranger, undefined).sign(bare).signed,
    BADSIG: new Signer({ ...KEY, secret: Buffer.from('x') }, undefined).sign(bare).signed,
    BADTIME: new Signer(KEY, undefined, () => 0).sign(bare).signed,
    good: new Signer(KEY, undefined).sign(bare).signed,
    'AXFR refused': packet({ question: 'example.com. AXFR' }),
    'NOTIFY of a zone that is no copy': notify,
  };
  for (const [what, query] of Object.entries(cases)) {
    const server = limited({ perSecond: 10, slip: 0 }, { transfers: transferSettings() });
    const replies: number[] = [];
    for (let count = 0; count < 100; count += 1) {
      server.responder.respond(query, {
        transport: 'udp',
        address: FROM,
        reply: (response) => replies.push(response.length),
      });
    }
    assert.equal(replies.length, 10, what);
    assert.ok(Math.max(...replies) <= query.length + 32, `${what}: ${Math.max(...replies)}`);
  }
});
