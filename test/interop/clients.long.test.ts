/**
 * Every record type and every kind of plan, as dig, kdig and drill print them: three parsers that
 * are not ours agree on what we sent.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import { rdataToText } from '../../runtime/wire/rdata/registry.ts';
import { dig, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { encrypted } from '../support/encrypted.ts';
import { packet } from '../support/packet.ts';
import { assertOutput } from '../support/transcript.ts';
import { until } from '../support/until.ts';
import { rdata } from '../support/wire.ts';
import { RICH_FOLDER } from './rich-zone.ts';

const run = promisify(execFile);

interface DnsClient {
  readonly program: string;
  readonly args: (port: string, name: string, type: string) => readonly string[];
}

const CLIENTS: readonly DnsClient[] = [
  { program: 'dig', args: (port, ...asked) => ['@127.0.0.1', '-p', port, '+tries=1', '+time=2', ...asked] },
  { program: 'kdig', args: (port, ...asked) => ['@127.0.0.1', '-p', port, '+retry=0', '+time=2', ...asked] },
  { program: 'drill', args: (port, ...asked) => ['-p', port, '@127.0.0.1', ...asked] },
];

const DIGEST = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

/** What is asked of rich.example, and the answer: the response code, then records without their owner. */
const QUESTIONS: readonly (readonly [question: string, rcode: string, ...records: string[]])[] = [
  // Static records, one of each type.
  ['www A', 'NOERROR', '300 IN A 192.0.2.1', '300 IN A 192.0.2.2'],
  ['www AAAA', 'NOERROR', '300 IN AAAA 2001:db8::1'],
  ['@ CAA', 'NOERROR', '300 IN CAA 0 issue "ca.example.net"'],
  ['alias CNAME', 'NOERROR', '300 IN CNAME www.rich.example.'],
  [
    'sub DS',
    'NOERROR',
    '300 IN DS 12345 13 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  ],
  [
    'svc HTTPS',
    'NOERROR',
    '300 IN HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1',
  ],
  ['svcalias HTTPS', 'NOERROR', '300 IN HTTPS 0 www.rich.example.'],
  ['@ MX', 'NOERROR', '300 IN MX 10 mail.rich.example.'],
  ['@ NS', 'NOERROR', '3600 IN NS ns1.rich.example.', '3600 IN NS ns.elsewhere.example.'],
  ['pointer PTR', 'NOERROR', '300 IN PTR www.rich.example.'],
  [
    '@ SOA',
    'NOERROR',
    '3600 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
  ],
  [
    '_sip._tcp SRV',
    'NOERROR',
    '300 IN SRV 0 5 5060 mail.rich.example.',
    '300 IN SRV 10 0 5060 ns1.rich.example.',
  ],
  ['svc SVCB', 'NOERROR', '300 IN SVCB 1 mail.rich.example. mandatory=port port=53 key65333="abc"'],
  ['words TXT', 'NOERROR', String.raw`300 IN TXT "two" "strings" "a \"quote\" and a \\"`],
  ['every AFSDB', 'NOERROR', '300 IN AFSDB 1 mail.rich.example.'],
  ['every APL', 'NOERROR', '300 IN APL 1:192.0.2.0/24 !1:192.0.2.64/28 2:2001:db8::/32'],
  ['every CDNSKEY', 'NOERROR', '300 IN CDNSKEY 0 3 0 AA=='],
  ['every CDS', 'NOERROR', '300 IN CDS 0 0 0 00'],
  ['every CERT', 'NOERROR', '300 IN CERT 3 0 0 AQIDBA=='],
  ['every CSYNC', 'NOERROR', '300 IN CSYNC 66 3 A NS AAAA'],
  ['every DNSKEY', 'NOERROR', '300 IN DNSKEY 257 3 13 AQIDBA=='],
  ['every EUI48', 'NOERROR', '300 IN EUI48 00-00-5e-00-53-2a'],
  ['every EUI64', 'NOERROR', '300 IN EUI64 00-00-5e-ef-10-00-00-2a'],
  ['every HINFO', 'NOERROR', '300 IN HINFO "PC" "two words"'],
  ['every LOC', 'NOERROR', '300 IN LOC 42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m'],
  ['every NAPTR', 'NOERROR', String.raw`300 IN NAPTR 100 50 "u" "E2U+sip" "!^(.*)$!sip:\\1@example.com!i" .`],
  ['every OPENPGPKEY', 'NOERROR', '300 IN OPENPGPKEY AQIDBA=='],
  ['every RP', 'NOERROR', '300 IN RP mail.rich.example. words.rich.example.'],
  ['every SMIMEA', 'NOERROR', `300 IN SMIMEA 3 0 1 ${DIGEST}`],
  ['every SPF', 'NOERROR', '300 IN SPF "v=spf1 -all"'],
  ['every SSHFP', 'NOERROR', `300 IN SSHFP 4 2 ${DIGEST}`],
  ['every TLSA', 'NOERROR', `300 IN TLSA 3 1 1 ${DIGEST}`],
  ['every URI', 'NOERROR', '300 IN URI 10 1 "https://www.example.com/"'],
  ['every ZONEMD', 'NOERROR', `300 IN ZONEMD 1 1 240 ${DIGEST}`],
  ['unknown TYPE65280', 'NOERROR', String.raw`300 IN TYPE65280 \# 4 0a000001`],
  ['empty TYPE65281', 'NOERROR', String.raw`300 IN TYPE65281 \# 0`],
  ['generic A', 'NOERROR', '300 IN A 192.0.2.7'],
  [String.raw`escaped\.dot A`, 'NOERROR', '300 IN A 192.0.2.12'],
  ['declared TXT', 'NOERROR', '30 IN TXT "by the policy"'],
  // How a search may end.
  [
    'chain A',
    'NOERROR',
    '300 IN CNAME alias.rich.example.',
    '300 IN CNAME www.rich.example.',
    '300 IN A 192.0.2.1',
    '300 IN A 192.0.2.2',
  ],
  ['away A', 'NOERROR', '300 IN CNAME www.elsewhere.example.'],
  ['any.wild TXT', 'NOERROR', '300 IN TXT "this is a wildcard"'],
  ['host.sub A', 'NOERROR'],
  ['www MX', 'NOERROR'],
  ['missing A', 'NXDOMAIN'],
  ['www ANY', 'NOERROR', '300 IN A 192.0.2.1', '300 IN A 192.0.2.2'],
  ['asked ANY', 'NOERROR', '3600 IN HINFO "RFC8482" ""'],
  // Records that a policy decides, one of each type.
  ['fixed A', 'NOERROR', '600 IN A 192.0.2.30'],
  ['fixed AAAA', 'NOERROR', '600 IN AAAA 2001:db8:30::30'],
  ['fixed CAA', 'NOERROR', '600 IN CAA 0 issue "ca.example.net"'],
  ['fixed HTTPS', 'NOERROR', '600 IN HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.30'],
  ['fixed MX', 'NOERROR', '600 IN MX 10 mail.rich.example.', '600 IN MX 20 mail.elsewhere.example.'],
  ['fixed PTR', 'NOERROR', '600 IN PTR www.rich.example.'],
  ['fixed SRV', 'NOERROR', '600 IN SRV 0 5 5060 mail.rich.example.'],
  ['fixed SVCB', 'NOERROR', '600 IN SVCB 1 mail.rich.example. port=53'],
  ['fixed TXT', 'NOERROR', String.raw`600 IN TXT "plain \"text\" as it is"`, '600 IN TXT "two" "strings"'],
  ['fixed TYPE65280', 'NOERROR', String.raw`600 IN TYPE65280 \# 2 abcd`],
  // Every kind of plan.
  ['@ A', 'NOERROR', '30 IN A 192.0.2.10', '30 IN A 192.0.2.11'],
  ['pool AAAA', 'NOERROR', '30 IN AAAA 2001:db8:20::20'],
  ['first A', 'NOERROR', '30 IN A 198.51.100.20'],
  ['allDown A', 'NOERROR', '30 IN A 127.0.0.1'],
  ['lot A', 'NOERROR', '30 IN A 198.51.100.20'],
  ['near AAAA', 'NOERROR', '30 IN AAAA 2001:db8:10::10'],
  ['stuck AAAA', 'NOERROR', '30 IN AAAA 2001:db8:10::10 | 30 IN AAAA 2001:db8:20::20'],
  ['turn A', 'NOERROR', '10 IN A 192.0.2.41 | 10 IN A 192.0.2.42'],
  ['elsewhere A', 'NOERROR', '20 IN CNAME www.elsewhere.example.'],
  ['inside AAAA', 'NOERROR', '30 IN CNAME www.rich.example.', '300 IN AAAA 2001:db8::1'],
  ['none A', 'NOERROR'],
  ['gone A', 'NXDOMAIN'],
  ['refused A', 'REFUSED'],
  // Handlers.
  ['country TXT', 'NOERROR', '30 IN TXT "nowhere"'],
  ['european A', 'NOERROR'],
  ['family TXT', 'NOERROR', '30 IN TXT "IPv4"'],
  ['subnet TXT', 'NOERROR', '30 IN TXT "127.0.0.0/24"'],
  ['ip TXT', 'NOERROR', '30 IN TXT "127.0.0.1"'],
  ['asked TXT', 'NOERROR', '30 IN TXT "asked.rich.example TXT"'],
  ['some.tenant TXT', 'NOERROR', '30 IN TXT "some.tenant.rich.example"'],
];

const secure = await encrypted();

let server: TestServer;
before(async () => {
  server = await startServer({
    geo: 'country',
    from: RICH_FOLDER,
    config: secure.config,
    env: { DNSTEER_TCP_IDLE: '5' },
  });
  // Until then, what is down has not been found to be.
  await server.printed(/"state":"down"/);
});
after(async () => {
  await server.stop();
  secure.remove();
});

for (const { program, args } of CLIENTS) {
  describe(`${program} reads`, { skip: missing(program) }, () => {
    for (const [question, ...expected] of QUESTIONS) {
      test(question, async () => {
        const [name = '', type = ''] = question.split(' ');
        const owner = name === '@' ? 'rich.example' : `${name}.rich.example`;
        const { stdout } = await run(program, args(String(server.port), owner, type));
        assertOutput({ command: `${program} ${owner} ${type}`, output: expected }, readAnswer(stdout));
      });
    }
  });
}

describe('dig', { skip: missing('dig') }, () => {
  test('asks again over TCP when an answer does not fit', async () => {
    const printed = await dig(server.port, 'large.rich.example', 'TXT', '+bufsize=512');
    assert.match(printed, /;; Truncated, retrying in TCP mode/);
    assert.equal(readAnswer(printed).length, 1 + 6);
  });

  test('gets over TCP what it gets over UDP', async () => {
    for (const name of ['www', 'fixed', 'asked', 'missing', 'turn']) {
      const printed = await dig(server.port, `${name}.rich.example`, 'AAAA', '+tcp');
      assert.match(printed, /\(TCP\)/);
      assert.deepEqual(
        readAnswer(printed),
        readAnswer(await dig(server.port, `${name}.rich.example`, 'AAAA')),
      );
    }
  });

  test('is told for which network an answer holds', async () => {
    const decided = await dig(server.port, 'subnet.rich.example', 'TXT', '+subnet=192.0.2.0/24');
    assert.match(decided, /CLIENT-SUBNET: 192\.0\.2\.0\/24\/24/);
    const constant = await dig(server.port, 'www.rich.example', 'AAAA', '+subnet=2001:db8::/48');
    assert.match(constant, /CLIENT-SUBNET: 2001:db8::\/48\/0/);
    const unlocated = await dig(server.port, 'subnet.rich.example', 'TXT', '+subnet=0');
    assert.match(unlocated, /CLIENT-SUBNET: 0(\.0\.0\.0|::)?\/0\/0/);
  });

  test('is told why a fallback answered', async () => {
    const printed = await dig(server.port, 'throws.faulty.example', 'A');
    assert.match(printed, /EDE: 0 \(Other\): \(policy failed: fallback served\)/);
    assert.deepEqual(readAnswer(printed), ['NOERROR', '5 IN A 192.0.2.250']);
  });

  test('finds that no version of EDNS but 0 is spoken', async () => {
    const printed = await dig(server.port, 'www.rich.example', 'A', '+edns=1', '+noednsnegotiation');
    assert.match(printed, /status: BADVERS/);
  });

  test('sees nothing it would warn of', async () => {
    for (const name of ['www', 'fixed', 'missing', 'host.sub', 'refused']) {
      const printed = await dig(server.port, `${name}.rich.example`, 'A', '+norecurse', '+nsid', '+cookie');
      assert.doesNotMatch(printed, /WARNING|malformed|FORMERR/i);
    }
  });
});

test('dig is given a cookie and finds it good', { skip: missing('dig') }, async () => {
  const printed = await dig(server.port, 'www.rich.example', 'AAAA', '+cookie=0102030405060708', '+qr');
  const [, asked, told] = /COOKIE: (\w+)[\s\S]*COOKIE: (\w+) \(good\)/.exec(printed) ?? [];
  assert.equal(asked, '0102030405060708');
  assert.match(told ?? '', /^0102030405060708\w{32}$/);
  const again = await dig(server.port, 'www.rich.example', 'AAAA', `+cookie=${told}`);
  assert.match(again, new RegExp(`COOKIE: ${told} \\(good\\)`));
});

test('kdig is given a cookie, and the same once it sends it back', { skip: missing('kdig') }, async () => {
  const ask = async (cookie: string): Promise<string> => {
    const at = ['@127.0.0.1', '-p', String(server.port), '+retry=0', `+cookie=${cookie}`];
    const { stdout } = await run('kdig', [...at, 'www.rich.example', 'AAAA']);
    assert.deepEqual(readAnswer(stdout), ['NOERROR', '300 IN AAAA 2001:db8::1']);
    return /COOKIE: (\w+)/.exec(stdout)?.[1] ?? '';
  };
  const told = await ask('0102030405060708');
  assert.match(told, /^0102030405060708\w{32}$/);
  assert.equal(await ask(told), told);
});

test('kdig without EDNS gets none', { skip: missing('kdig') }, async () => {
  const { stdout } = await run('kdig', [
    '@127.0.0.1',
    '-p',
    String(server.port),
    '+noedns',
    'throws.faulty.example',
  ]);
  assert.doesNotMatch(stdout, /EDNS|EDE/);
  assert.deepEqual(readAnswer(stdout), ['NOERROR', '5 IN A 192.0.2.250']);
});

describe('Encrypted', () => {
  const { tlsPort, httpsPort, caFile } = secure;
  const kdig = (port: number, ...args: string[]) =>
    run('kdig', ['@127.0.0.1', '-p', String(port), '+retry=0', '+time=5', ...args]);
  const AT = ['www.rich.example', 'AAAA'];
  const ANSWER = ['NOERROR', '300 IN AAAA 2001:db8::1'];

  test('kdig asks over TLS, believes the certificate and sees the padding', {
    skip: missing('kdig'),
  }, async () => {
    const { stdout } = await kdig(
      tlsPort,
      `+tls-ca=${caFile}`,
      '+tls-hostname=dns.example',
      '+padding',
      ...AT,
    );
    assert.match(stdout, /TLS session \(TLS1\.3\)/);
    assert.match(stdout, /;; PADDING: \d+ B/);
    assert.match(stdout, /Received 468 B/);
    assert.deepEqual(readAnswer(stdout), ANSWER);
  });

  for (const method of ['https', 'https-get'])
    test(`kdig asks with +${method}`, { skip: missing('kdig') }, async () => {
      const { stdout } = await kdig(httpsPort, `+${method}=/dns-query`, `+tls-ca=${caFile}`, ...AT);
      assert.match(stdout, /HTTP session \(HTTP\/2/);
      assert.match(stdout, /status: 200/);
      assert.deepEqual(readAnswer(stdout), ANSWER);
    });

  for (const [option, port] of [
    ['+tls', tlsPort],
    ['+https', httpsPort],
    ['+https-get', httpsPort],
  ] as const)
    test(`dig asks with ${option}`, { skip: missing('dig') }, async () => {
      const printed = await dig(port, 'www.rich.example', 'AAAA', option, `+tls-ca=${caFile}`);
      assert.deepEqual(readAnswer(printed), ANSWER);
    });

  test('openssl is let resume its session, and agrees on dot', { skip: missing('openssl') }, async () => {
    const session = `${caFile}.session`;
    const client = (...args: string[]) =>
      run('sh', [
        '-c',
        `sleep 0.3 | openssl s_client -connect 127.0.0.1:${tlsPort} -alpn dot -CAfile ${caFile} -verify_return_error ${args.join(' ')}`,
      ]);
    const first = await client('-sess_out', session);
    assert.match(first.stdout, /New, TLSv1\.3/);
    assert.match(first.stdout, /ALPN protocol: dot/);
    assert.match(first.stdout, /Verify return code: 0 \(ok\)/);
    assert.match((await client('-sess_in', session)).stdout, /Reused, TLSv1\.3/);
  });

  test('What is asked is counted by transport', async () => {
    const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
    for (const transport of ['udp', 'tcp', 'tls', 'https'])
      assert.match(metrics, new RegExp(`dnsteer_queries_total\\{.*transport="${transport}"\\} [1-9]`));
  });

  test('A renewed certificate is taken up, and a connection that was open goes on', async () => {
    const dial = async () => {
      const socket = connect({ port: tlsPort, host: '127.0.0.1', ca: secure.ca, ALPNProtocols: ['dot'] });
      await once(socket, 'secureConnect');
      return socket;
    };
    const serial = async () => {
      const socket = await dial();
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const before = await serial();
    const open = await dial();
    const stillAnswered = once(open, 'data');
    secure.renew();
    await until(serial, (now) => now !== before);
    const question = packet({ id: 7, question: 'www.rich.example. AAAA' });
    open.write(Buffer.concat([Buffer.of(0, question.length), question]));
    const [reply] = (await stillAnswered) as [Buffer];
    assert.equal(reply.readUInt16BE(2), 7);
    open.destroy();
  });
});

/** Response code and answer section, in the one of the forms RFCs allow that all three can be brought to. */
function readAnswer(printed: string): string[] {
  const [, rcode = ''] = /(?:status|rcode): ([A-Z]\w+)/.exec(printed) ?? [];
  const [, section = ''] = /ANSWER SECTION:\n((?:.+\n)*)/.exec(printed) ?? [];
  return [
    rcode,
    ...section
      .split('\n')
      .filter((line) => line !== '')
      .map(canonical),
  ];
}

/** A type has several spellings (digits in either case, blanks, quotes, names for numbers): all are ours for the same octets. */
function canonical(line: string): string {
  const [, ttl, type = '', text = ''] = /^\S+\s+(\d+)\s+IN\s+(\S+)\s*(.*)$/.exec(line) ?? [];
  const octets = rdata(type, text.replace(/\s;.*$/, ''));
  return `${ttl} IN ${type} ${rdataToText(typeFromText(type) ?? 0, octets)}`;
}
