/** What goes out of a signed zone to clients that set DO: every set with signatures that hold, every denial proven. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { messageToText } from '../message-text.ts';
import { type Ask, packetOf } from '../packet.ts';
import { Server, type ServerOptions } from '../server.ts';
import type { SigningSource } from '../signing-source.ts';
import { assertMessageSigned } from './signed-message.ts';

const DO = 0x8000;
const CO = 0x4000;

const RECORDS = `
www     300 A     192.0.2.1
*.wild  300 A     192.0.2.3
a.ent   300 A     192.0.2.4
alias   300 CNAME www
nowhere 300 CNAME nobody
walias  300 CNAME x.wild
mail    300 MX    10 www
sub     300 NS    ns.sub
ns.sub  300 A     192.0.2.53
safe    300 NS    ns.example.net.
safe    300 DS    1 13 2 ${'00'.repeat(32)}
old     120 DNAME new
www.new 300 A     192.0.2.90
`;
/** A delegation whose server has the name of the cut. */
const OWN_SERVER = 'own 300 NS own\nown 300 A 192.0.2.54\n';
const address = (last: number) => ({ kind: 'records' as const, records: { A: [`192.0.2.${last}`] } });
const HOSTS = {
  decided: address(80),
  gone: { kind: 'nxdomain' as const },
  '*.pol': address(81),
  '*.named': address(82),
  '*.no': { kind: 'nxdomain' as const },
};

function serverOf(denial: SigningSource['denial'], options?: ServerOptions): Server {
  const server = new Server(options);
  server.put({
    records: denial === 'compact' ? RECORDS + OWN_SERVER : RECORDS,
    policy: { hosts: HOSTS },
    signing: { denial: denial ?? 'chain', byName: ['*.named'] },
  });
  return server;
}

function sent(
  server: Server,
  question: string,
  { flags = DO, transport = 'tcp' }: { flags?: number; transport?: Ask['transport'] } = {},
): Message {
  const { messages } = server.send({ question, edns: { flags }, ...(transport && { transport }) });
  return messages[0] ?? assert.fail('there is an answer');
}

/** The answer without signatures, once each of them was seen to hold. */
function answer(server: Server, question: string, asked?: Parameters<typeof sent>[2]): string[] {
  const message = sent(server, question, asked);
  assertMessageSigned(message, { isGlue: (name) => name.endsWith('.sub.example.com.') });
  return messageToText(message)
    .filter((line) => !/ \d+ RRSIG /.test(line))
    .map((line) => line.replace(/ns\.example\.net\. host.*$/, '…'));
}

const SOA = 'authority example.com. 300 SOA …';
const SOON = 'authority example.com. 30 SOA …';
const APEX = 'authority example.com. 300 NSEC alias.example.com. NS SOA RRSIG NSEC DNSKEY';

/** Of the chain: what a question comes to (RFC 4035 §3.1). */
const BY_CHAIN: Readonly<Record<string, readonly string[]>> = {
  'www.example.com A': ['NOERROR aa', 'www.example.com. 300 A 192.0.2.1'],
  'WwW.example.com A': ['NOERROR aa', 'WwW.example.com. 300 A 192.0.2.1'],
  // §3.1.3.1
  'www.example.com AAAA': [
    'NOERROR aa',
    SOA,
    'authority www.example.com. 300 NSEC example.com. A RRSIG NSEC',
  ],
  'ent.example.com A': [
    'NOERROR aa',
    SOA,
    'authority decided.example.com. 300 NSEC a.ent.example.com. A TXT AAAA RRSIG NSEC',
  ],
  // §3.1.3.2
  'nobody.example.com A': [
    'NXDOMAIN aa',
    SOA,
    'authority *.no.example.com. 300 NSEC nowhere.example.com. A TXT AAAA RRSIG NSEC',
    APEX,
  ],
  'nowhere.example.com A': [
    'NXDOMAIN aa',
    'nowhere.example.com. 300 CNAME nobody.example.com.',
    SOA,
    'authority *.no.example.com. 300 NSEC nowhere.example.com. A TXT AAAA RRSIG NSEC',
    APEX,
  ],
  // §3.1.3.3
  'x.wild.example.com A': [
    'NOERROR aa',
    'x.wild.example.com. 300 A 192.0.2.3',
    'authority *.wild.example.com. 300 NSEC www.example.com. A RRSIG NSEC',
  ],
  'walias.example.com A': [
    'NOERROR aa',
    'walias.example.com. 300 CNAME x.wild.example.com.',
    'x.wild.example.com. 300 A 192.0.2.3',
    'authority *.wild.example.com. 300 NSEC www.example.com. A RRSIG NSEC',
  ],
  // §3.1.3.4
  'x.wild.example.com AAAA': [
    'NOERROR aa',
    SOA,
    'authority *.wild.example.com. 300 NSEC www.example.com. A RRSIG NSEC',
  ],
  '*.wild.example.com A': ['NOERROR aa', '*.wild.example.com. 300 A 192.0.2.3'],
  // §3.1.4
  'x.sub.example.com A': [
    'NOERROR',
    'authority sub.example.com. 300 NS ns.sub.example.com.',
    'authority sub.example.com. 300 NSEC walias.example.com. NS RRSIG NSEC',
    'additional ns.sub.example.com. 300 A 192.0.2.53',
  ],
  'x.safe.example.com A': [
    'NOERROR',
    'authority safe.example.com. 300 NS ns.example.net.',
    `authority safe.example.com. 300 DS 1 13 2 ${'0'.repeat(64)}`,
  ],
  'sub.example.com DS': [
    'NOERROR aa',
    SOA,
    'authority sub.example.com. 300 NSEC walias.example.com. NS RRSIG NSEC',
  ],
  // RFC 6672 §5.3.1: the CNAME that a DNAME makes is not signed.
  'www.old.example.com A': [
    'NOERROR aa',
    'old.example.com. 120 DNAME new.example.com.',
    'www.old.example.com. 120 CNAME www.new.example.com.',
    'www.new.example.com. 300 A 192.0.2.90',
  ],
  'mail.example.com MX': [
    'NOERROR aa',
    'mail.example.com. 300 MX 10 www.example.com.',
    'additional www.example.com. 300 A 192.0.2.1',
  ],
  // What a policy decides: the NSEC lacks the type asked and CNAME, and lives no longer than the answer.
  'decided.example.com A': ['NOERROR aa', 'decided.example.com. 30 A 192.0.2.80'],
  'decided.example.com TXT': [
    'NOERROR aa',
    SOON,
    'authority decided.example.com. 30 NSEC a.ent.example.com. A AAAA RRSIG NSEC',
  ],
  'x.pol.example.com A': [
    'NOERROR aa',
    'x.pol.example.com. 30 A 192.0.2.81',
    'authority *.pol.example.com. 300 NSEC safe.example.com. A TXT AAAA RRSIG NSEC',
  ],
  'x.pol.example.com AAAA': [
    'NOERROR aa',
    SOON,
    'authority *.pol.example.com. 30 NSEC safe.example.com. A TXT RRSIG NSEC',
  ],
  // RFC 8198 §5.3: who decides by name answers as that name.
  'x.named.example.com A': ['NOERROR aa', 'x.named.example.com. 30 A 192.0.2.82'],
  'x.named.example.com TXT': [
    'NOERROR aa',
    SOON,
    'authority x.named.example.com. 30 NSEC \\000.x.named.example.com. A AAAA RRSIG NSEC',
  ],
  // RFC 9824 §3: what the chain cannot prove.
  'gone.example.com A': [
    'NOERROR aa',
    SOON,
    'authority gone.example.com. 30 NSEC \\000.gone.example.com. RRSIG NSEC NXNAME',
  ],
  'x.no.example.com A': [
    'NOERROR aa',
    SOON,
    'authority x.no.example.com. 30 NSEC \\000.x.no.example.com. RRSIG NSEC NXNAME',
  ],
  'www.example.com NSEC': ['NOERROR aa', 'www.example.com. 300 NSEC example.com. A RRSIG NSEC'],
  // RFC 4034 §4: it stands beside an alias.
  'alias.example.com NSEC': [
    'NOERROR aa',
    'alias.example.com. 300 NSEC decided.example.com. CNAME RRSIG NSEC',
  ],
  // RFC 4592 §4.7
  'x.wild.example.com NSEC': [
    'NOERROR aa',
    'x.wild.example.com. 300 NSEC www.example.com. A RRSIG NSEC',
    'authority *.wild.example.com. 300 NSEC www.example.com. A RRSIG NSEC',
  ],
};

/** Where every denial is made for the name asked (RFC 9824). */
const COMPACT: Readonly<Record<string, readonly string[]>> = {
  'www.example.com AAAA': [
    'NOERROR aa',
    SOA,
    'authority www.example.com. 300 NSEC \\000.www.example.com. A RRSIG NSEC',
  ],
  'nobody.example.com A': [
    'NOERROR aa',
    SOA,
    'authority nobody.example.com. 300 NSEC \\000.nobody.example.com. RRSIG NSEC NXNAME',
  ],
  'nowhere.example.com A': [
    'NOERROR aa',
    'nowhere.example.com. 300 CNAME nobody.example.com.',
    SOA,
    'authority nobody.example.com. 300 NSEC \\000.nobody.example.com. RRSIG NSEC NXNAME',
  ],
  'ent.example.com A': [
    'NOERROR aa',
    SOA,
    'authority ent.example.com. 300 NSEC \\000.ent.example.com. RRSIG NSEC',
  ],
  'x.wild.example.com A': ['NOERROR aa', 'x.wild.example.com. 300 A 192.0.2.3'],
  'x.wild.example.com AAAA': [
    'NOERROR aa',
    SOA,
    'authority x.wild.example.com. 300 NSEC \\000.x.wild.example.com. A RRSIG NSEC',
  ],
  'x.pol.example.com A': ['NOERROR aa', 'x.pol.example.com. 30 A 192.0.2.81'],
  'sub.example.com DS': [
    'NOERROR aa',
    SOA,
    'authority sub.example.com. 300 NSEC \\000.sub.example.com. NS RRSIG NSEC',
  ],
  // The zone does not speak for glue at the cut (RFC 4035 §2.3).
  'own.example.com DS': [
    'NOERROR aa',
    SOA,
    'authority own.example.com. 300 NSEC \\000.own.example.com. NS RRSIG NSEC',
  ],
  'x.wild.example.com NSEC': [
    'NOERROR aa',
    'x.wild.example.com. 300 NSEC \\000.x.wild.example.com. A RRSIG NSEC',
  ],
};

for (const [denial, questions] of [
  ['chain', BY_CHAIN],
  ['compact', COMPACT],
] as const) {
  const [server, again] = [serverOf(denial), serverOf(denial, { packetSlots: 0 })];
  for (const [question, lines] of Object.entries(questions)) {
    test(`${denial}: ${question}`, () => {
      assert.deepEqual(answer(server, question), lines);
      assert.deepEqual(answer(server, question), lines, 'from replies that are kept');
      assert.deepEqual(answer(server, question, { transport: 'udp' }), lines, 'over UDP');
      assert.deepEqual(answer(again, question), lines, 'made anew');
    });
  }
}

test('Without DO nothing of it goes out, and what there is no such name for is NXDOMAIN (RFC 9824 §4)', () => {
  const server = serverOf('compact');
  for (const question of [...Object.keys(BY_CHAIN), 'nobody.example.com A']) {
    if (question.endsWith('NSEC')) continue;
    const lines = messageToText(sent(server, question, { flags: 0 })).join('\n');
    assert.doesNotMatch(lines, /RRSIG|NSEC/, question);
  }
  assert.deepEqual(messageToText(sent(server, 'nobody.example.com A', { flags: 0 }))[0], 'NXDOMAIN aa');
  assert.deepEqual(messageToText(sent(server, 'gone.example.com A', { flags: 0 }))[0], 'NXDOMAIN aa');
});

test('CO has NXDOMAIN beside a compact denial, and is echoed (RFC 9824 §5.1)', () => {
  for (const denial of ['chain', 'compact'] as const) {
    const server = serverOf(denial);
    for (const question of ['gone.example.com A', 'x.no.example.com A', 'nobody.example.com A']) {
      assert.equal(answer(server, question, { flags: DO | CO })[0], 'NXDOMAIN aa', question);
      assert.equal(
        answer(server, question)[0],
        question.startsWith('nobody') && denial === 'chain' ? 'NXDOMAIN aa' : 'NOERROR aa',
      );
    }
    const flags = (asked: number): number => {
      const packet: Uint8Array[] = [];
      const query = { question: 'www.example.com A', edns: { flags: asked } };
      server.responder.respond(packetOf(query), {
        transport: 'udp',
        address: '127.0.0.1',
        reply: (reply) => packet.push(Uint8Array.from(reply)),
      });
      const reply = packet[0] ?? assert.fail();
      return Buffer.from(reply).readUInt16BE(reply.length - 4);
    };
    assert.deepEqual([DO | CO, DO, CO, 0].map(flags), [DO | CO, DO, 0, 0]);
  }
});

test('A zone that has no key to sign with has no answer for who wants signatures (RFC 8914 §4.10)', () => {
  const server = serverOf('chain');
  server.put({ version: '00000002', records: RECORDS, signing: { isFailed: true } });
  assert.deepEqual(messageToText(sent(server, 'www.example.com A')), [
    'SERVFAIL',
    'ede 9 The zone is to be signed, and has no usable key',
  ]);
  assert.deepEqual(messageToText(sent(server, 'www.example.com A', { flags: 0 })), [
    'NOERROR aa',
    'www.example.com. 300 A 192.0.2.1',
  ]);
});

test('What there is no time to sign goes out truncated over UDP, and whole over TCP; then it is known', () => {
  // So small a share that the first signature uses up all of it.
  const server = serverOf('compact', { share: 1e-9 });
  let put = 0;
  for (let count = 0; count < 5_000 && put === 0; count += 1) {
    const question = `n${count}.example.com A`;
    const lines = messageToText(sent(server, question, { transport: 'udp' }));
    if (lines[0] !== 'NOERROR aa tc') continue;
    put += 1;
    assert.deepEqual(lines, ['NOERROR aa tc']);
    assert.equal(answer(server, question).length, 3);
    assert.equal(answer(server, question, { transport: 'udp' }).length, 3);
    assert.deepEqual(answer(server, 'www.example.com A'), BY_CHAIN['www.example.com A']);
  }
  assert.equal(put, 1);
  assert.ok(server.signing.budget.putOff > 0);
});

test('A wildcard that turns out to decide by name is signed at the name asked from then on', () => {
  const server = new Server();
  server.put({ policy: { hosts: { '*': null } }, signing: {} });
  // It looks at the name only where it is asked for TXT.
  server.sandbox.script = (read) =>
    read('query.type') === 'TXT' && read('query.name') === 'b.example.com' ? { kind: 'nodata' } : address(7);
  assert.match(messageToText(sent(server, 'a.example.com A')).join('\n'), /RRSIG A 13 2 30 /);
  const denied = messageToText(sent(server, 'b.example.com TXT')).join('\n');
  assert.match(denied, /b\.example\.com\. 30 NSEC \\000\.b\.example\.com\. A AAAA RRSIG NSEC/);
  assert.match(messageToText(sent(server, 'c.example.com A')).join('\n'), /RRSIG A 13 3 30 /);
});

test('A denial lives no longer than the shortest answer that its policy was seen to give', () => {
  const server = new Server();
  server.put({ policy: { hosts: { some: null } }, signing: {} });
  server.sandbox.script = (read) =>
    read('query.type') === 'A'
      ? { kind: 'records', records: { A: ['192.0.2.7'] }, ttl: 4 }
      : { kind: 'nodata' };
  const ttls = (): number[] =>
    sent(server, 'some.example.com TXT')
      .authorities.filter(({ type }) => type !== RRTYPE.RRSIG)
      .map(({ ttl }) => ttl);
  assert.deepEqual(ttls(), [30, 30]);
  assert.deepEqual(ttls(), [30, 30]);
  assert.equal(sent(server, 'some.example.com A').answers[0]?.ttl, 4);
  assert.deepEqual(ttls(), [4, 4], 'also where it was kept');
});
