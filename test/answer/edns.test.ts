/** EDNS both ways: sizes, flags, the client subnet and its scope. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptAnswer } from 'dns-packet';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { type Ask, packetOf } from './packet.ts';
import { Server } from './server.ts';
import { nearest, pool, sticky } from './world.ts';

const US = { records: { A: ['192.0.2.1'] }, at: [39, -77.5] } as const;
const EU = { records: { A: ['198.51.100.1'] }, at: [50.1, 8.7] } as const;

function serverWith(hosts: Readonly<Record<string, PlanData | null>>): Server {
  const server = new Server();
  server.put({ records: 'www 300 A 192.0.2.1\n', policy: { pools: { us: US, eu: EU }, hosts } });
  return server;
}

const server = serverWith({
  plain: pool('us'),
  near: nearest('us', 'eu'),
  stuck: sticky({ us: 1, eu: 1 }),
  none: { kind: 'nodata' },
  no: { kind: 'refuse' },
  by: null,
});

function sent(ask: Ask): Message {
  return server.send(ask).messages[0] ?? assert.fail('no answer');
}

test('OPT is answered with OPT, and its absence with its absence (RFC 6891 §6.1.1)', () => {
  assert.equal(sent({ question: 'www.example.com A' }).edns, undefined);
  const { edns } = sent({ question: 'www.example.com A', edns: {} });
  assert.deepEqual([edns?.version, edns?.udpSize, edns?.dnssecOk, edns?.options], [0, 1232, false, []]);
});

test('DO comes back as it was sent (RFC 3225 §3)', () => {
  assert.equal(
    sent({ question: 'www.example.com A', edns: { flags: 0x8000, flag_do: true } }).edns?.dnssecOk,
    true,
  );
});

test('Options nobody needs are passed over (RFC 6891 §6.1.2)', () => {
  const options = [{ code: 12, type: 'PADDING', length: 8 }] as const;
  const { rcode, edns } = sent({ question: 'www.example.com A', edns: { options: [...options] } });
  assert.deepEqual([rcode, edns?.options], [0, []]);
});

/** Question and client → the client subnet of the answer, or none. */
const SCOPES: Readonly<Record<string, readonly [Ask, scope: string | undefined]>> = {
  'No client subnet, none in the answer': [{ question: 'near.example.com A', edns: {} }, undefined],
  'Static records hold for everyone': [
    { question: 'www.example.com A', ecs: '198.51.100.0/24' },
    'ecs 198.51.100.0/24 scope 0',
  ],
  'So does a plan that looks at no client': [
    { question: 'plain.example.com A', ecs: '198.51.100.0/24' },
    'ecs 198.51.100.0/24 scope 0',
  ],
  'nearest holds as far as the place does': [
    { question: 'near.example.com A', ecs: '192.0.2.0/26' },
    'ecs 192.0.2.0/26 scope 25',
  ],
  'Where nothing is known, it holds as far as nothing is known': [
    { question: 'near.example.com A', ecs: '192.0.0.0/16' },
    'ecs 192.0.0.0/16 scope 23',
  ],
  'IPv6 has places as well': [
    { question: 'near.example.com A', ecs: '2001:db8:a::/56' },
    'ecs 2001:db8:a::/56 scope 48',
  ],
  'sticky holds for the subnet': [
    { question: 'stuck.example.com A', ecs: '198.51.100.7/32' },
    'ecs 198.51.100.7/32 scope 24',
  ],
  'A client that is not to be located is told of no place (RFC 7871 §7.1.2)': [
    { question: 'near.example.com A', ecs: '0.0.0.0/0', from: '192.0.2.1' },
    'ecs 0.0.0.0/0 scope 0',
  ],
  'What is not there is not there for anyone': [
    { question: 'nobody.example.com A', ecs: '198.51.100.0/24' },
    'ecs 198.51.100.0/24 scope 0',
  ],
  'A type that nobody of nearest has is denied for everyone': [
    { question: 'near.example.com AAAA', ecs: '198.51.100.0/24' },
    'ecs 198.51.100.0/24 scope 0',
  ],
  'A refusal echoes the subnet': [
    { question: 'no.example.com A', ecs: '198.51.100.0/24' },
    'ecs 198.51.100.0/24 scope 0',
  ],
  'So does one without a zone': [
    { question: 'www.example.net A', ecs: '198.51.100.0/24' },
    'ecs 198.51.100.0/24 scope 0',
  ],
};

for (const [claim, [ask, scope]] of Object.entries(SCOPES)) {
  test(claim, () =>
    assert.equal(
      server.ask(ask).find((line) => line.startsWith('ecs')),
      scope,
    ),
  );
}

/** What a handler reads → the scope of the answer, asked anew and from memory. */
const READS: Readonly<Record<string, readonly [facts: readonly string[], scope: number]>> = {
  'A handler that reads nothing': [[], 0],
  'reads the health of a pool': [['health.us'], 0],
  'reads the country': [['client.country'], 25],
  'reads the subnet': [['client.subnet'], 24],
  'reads both': [['client.subnet', 'client.country'], 25],
  'reads the family': [['client.family'], 1],
  'reads the address': [['client.ip'], 32],
};

for (const [claim, [facts, scope]] of Object.entries(READS)) {
  test(`${claim}: scope ${scope}, remembered or not`, () => {
    const own = serverWith({ by: null });
    own.sandbox.script = (read) => {
      for (const fact of facts) read(fact);
      return pool('us');
    };
    if (facts.includes('client.ip')) own.sandbox.impure = ['client.ip'];
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = own.ask({ question: 'by.example.com A', ecs: '192.0.2.0/24' });
      assert.equal(answer[2], `ecs 192.0.2.0/24 scope ${scope}`);
    }
    assert.equal(own.sandbox.asked.length, facts.includes('client.ip') ? 2 : 1);
  });
}

test('The question comes back letter for letter, whatever the case', () => {
  const { questions, answers } = sent({ question: 'wWw.ExAmPle.CoM A' });
  assert.equal(Buffer.from(questions[0]?.name ?? []).toString('latin1'), '\x03wWw\x07ExAmPle\x03CoM\0');
  assert.deepEqual(answers[0]?.owner, questions[0]?.name);
});

const PADDING = { code: 12, type: 'PADDING', length: 8 } as const;
const KEEPALIVE = { code: 11, type: 'TCP_KEEPALIVE' } as const;

/** The options of an answer, as code and length, and the length of the message. */
function optionsOver(
  transport: NonNullable<Ask['transport']>,
  options: readonly OptAnswer['options'][number][],
): { options: string[]; length: number } {
  let length = 0;
  const own = new Server();
  own.put({ records: 'www 300 A 192.0.2.1\n' });
  const packet = packetOf({ question: 'www.example.com A', edns: { options: [...options] } });
  own.responder.respond(packet, {
    transport,
    address: '192.0.2.1',
    reply: (octets) => (length = octets.length),
  });
  const [message] = own.send({
    question: 'www.example.com A',
    transport,
    edns: { options: [...options] },
  }).messages;
  return {
    options: (message?.edns?.options ?? []).map(({ code, data }) => `${code} ${data.length}`),
    length,
  };
}

test('An answer is padded to 468 octets where that is asked for and encrypted (RFC 8467 §4.1, RFC 7830 §6)', () => {
  for (const transport of ['tls', 'https'] as const) {
    const { options, length } = optionsOver(transport, [PADDING]);
    assert.equal(length, 468);
    assert.match(options.join(), /^12 \d+$/);
    assert.deepEqual(optionsOver(transport, []).options, []);
  }
  for (const transport of ['udp', 'tcp'] as const)
    assert.deepEqual(optionsOver(transport, [PADDING]).options, []);
});

test('A connection is told how long it may be idle, if it asks (RFC 7828 §3.2.1)', () => {
  // 30 seconds in units of 100 ms.
  for (const transport of ['tcp', 'tls'] as const)
    assert.deepEqual(optionsOver(transport, [KEEPALIVE]).options, ['11 2']);
  for (const transport of ['udp', 'https'] as const)
    assert.deepEqual(optionsOver(transport, [KEEPALIVE]).options, []);
});

test('Padding is the last of the options', () => {
  assert.match(optionsOver('tls', [PADDING, KEEPALIVE]).options.join(), /^11 2,12 \d+$/);
});
