/** What goes beside an answer, and in which order it gives way to the size of the message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from './server.ts';

const server = new Server();
server.put({
  records: `
$TTL 300
mail    A     192.0.2.25
mail    AAAA  2001:db8::25
*.wild  A     192.0.2.26
alias   CNAME mail
sub     NS    ns.sub
ns.sub  A     192.0.2.53
mx      MX    10 mail
mx      MX    20 MAIL
mx      MX    30 any.wild
dull    MX    10 ns.sub
dull    MX    20 alias
dull    MX    30 decided
dull    MX    40 mail.example.net.
dull    MX    50 mail.other.example.com.
ports   SRV   0 5 1 mail
ports   SRV   0 5 2 mail
cell    AFSDB 1 mail
to-srv  NAPTR 10 10 "S" "SIP+D2U" "" _sip._udp
_sip._udp SRV 0 5 5060 mail
own     HTTPS 1 . alpn=h2
own     A     192.0.2.80
gone    HTTPS 0 .
gone    A     192.0.2.81
led     HTTPS 0 own
led     SVCB  0 own
to-own  CNAME own
`,
  policy: { hosts: { decided: { kind: 'records', records: { A: ['192.0.2.80'] } } } },
});
// A zone of the same server.
server.put({ zone: 'other.example.com', records: 'mail 300 A 192.0.2.66\n' });

const MAIL = ['mail.example.com. 300 A 192.0.2.25', 'mail.example.com. 300 AAAA 2001:db8::25'];
const OWN = 'own.example.com. 300 A 192.0.2.80';

const ADDITIONALS: Readonly<Record<string, readonly string[]>> = {
  // Each name once, wildcards as any.
  'mx.example.com MX': [...MAIL, 'any.wild.example.com. 300 A 192.0.2.26'],
  'ports.example.com SRV': MAIL,
  // Nothing of aliases, glue, policies and other zones.
  'dull.example.com MX': [],
  'cell.example.com AFSDB': MAIL,
  'to-srv.example.com NAPTR': ['_sip._udp.example.com. 300 SRV 0 5 5060 mail.example.com.'],
  // RFC 9460: the owner stands for itself, an alias leads on, to what is not there as well.
  'own.example.com HTTPS': [OWN],
  'to-own.example.com HTTPS': [OWN],
  'gone.example.com HTTPS': [],
  'led.example.com HTTPS': [OWN, 'own.example.com. 300 HTTPS 1 . alpn="h2"'],
  'led.example.com SVCB': [OWN],
};

for (const [question, expected] of Object.entries(ADDITIONALS)) {
  test(`Beside ${question}`, () => {
    const additional = server.ask(question).filter((line) => line.startsWith('additional '));
    assert.deepEqual(
      additional,
      expected.map((line) => `additional ${line}`),
    );
  });
}

test('Glue that is needed goes before glue that is not, and TC is for the former only (RFC 9471 §3)', () => {
  const glued = new Server();
  const many = (name: string, count: number): string =>
    Array.from({ length: count }, (_, index) => `${name} 300 A 192.0.2.${index}\n`).join('');
  glued.put({
    records: `sub 300 NS ns.sib\nsub 300 NS ns.sub\nsib 300 NS ns.sib\n${many('ns.sib', 20)}${many('ns.sub', 20)}`,
  });
  const additional = glued.ask('x.sub.example.com A').filter((line) => line.startsWith('additional '));
  assert.equal(additional.length, 20);
  assert.ok(additional.every((line) => line.startsWith('additional ns.sub.')));
  const whole = glued.ask({ question: 'x.sub.example.com A', transport: 'tcp' });
  assert.equal(whole.filter((line) => line.startsWith('additional ')).length, 40);
});

test('Glue is looked for of 64 servers of a delegation, and the client is told that there is more', () => {
  const many = new Server();
  const lines = Array.from({ length: 65 }, (_, at) => `many NS ns${at}.many\nns${at}.many A 192.0.2.${at}\n`);
  many.put({ records: `$TTL 300\n${lines.join('')}` });
  const { messages } = many.send({ question: 'www.many.example.com A', transport: 'tcp' });
  assert.deepEqual(
    messages.map(({ authorities, additionals, truncated }) => [
      authorities.length,
      additionals.length,
      truncated,
    ]),
    [[65, 64, true]],
  );
});
