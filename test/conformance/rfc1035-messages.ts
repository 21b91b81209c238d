/** RFC 1035 §4.1: headers and questions, well formed and not, and RFC 9619: one question. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { ask, both, type Exceptions, except, isAnswered, peer, query, rule } from './server.ts';

const QUESTION = 'www.rich.example. MX';
const NODATA =
  'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';

const ANY_TYPE = both('NODATA, as for any type');
const DROPPED = { knot: 'drops what it cannot parse' };

/** Header bits of a query. */
const QR = 0x8000;
const RD = 0x0100;
/** AA, TC, RD, RA, Z, AD and CD, as ISC's compliance tests set them. */
const ALL_FLAGS = 0x07f0;
const opcode = (number: number) => number << 11;

describe('RFC 1035 §4.1.1: the header', () => {
  for (const id of [0, 1, 0x8000, 0xffff]) {
    test(`RFC 1035 §4.1.1: the reply has the id of its query, ${id}`, async () => {
      const reply = await peer.ask(packet({ id, question: QUESTION }));
      assert.equal(reply.readUInt16BE(0), id);
    });
  }

  test('RFC 1035 §4.1.1: a response is never answered', async () => {
    assert.equal(await isAnswered(packet({ id: 0xfffe, flags: QR, question: QUESTION })), false);
  });
  test('RFC 1035 §4.1.1: nor is one that is malformed', async () => {
    assert.equal(await isAnswered(packet({ id: 0xfffe, flags: QR, questions: 7 })), false);
  });
  test('RFC 1035 §4.1.1: nor is what is shorter than a header', async () => {
    for (const length of [0, 1, 2, 11]) assert.equal(await isAnswered(Buffer.alloc(length)), false);
  });

  rule(
    'RFC 1035 §4.1.1: RD is copied, RA is not offered',
    { question: QUESTION, flags: RD },
    'NOERROR qr aa rd',
    NODATA,
  );
  rule(
    'RFC 1035 §4.1.1: bits that only responses have are ignored',
    { question: QUESTION, flags: 0x0680 },
    'NOERROR qr aa',
    NODATA,
  );
  rule(
    'RFC 1035 §4.1.1: Z is zero, whatever the query has',
    { question: QUESTION, flags: 0x0040 },
    'NOERROR qr aa',
    NODATA,
  );
  rule(
    'RFC 6895 §2: a response code in a query means nothing',
    { question: QUESTION, flags: 0x000f, failsOn: { nsd: 'takes it for malformed' } },
    'NOERROR qr aa',
    NODATA,
  );
  rule(
    'RFC 4035 §3.1.6: AD and CD are for resolvers, and are cleared',
    { question: QUESTION, flags: 0x0030 },
    'NOERROR qr aa',
    NODATA,
  );

  const OPCODES: readonly (readonly [number: number, text: string, failsOn?: Exceptions['failsOn']])[] = [
    [1, 'IQUERY'],
    [2, 'STATUS'],
    [3, 'OPCODE3'],
    [5, 'UPDATE', { knot: 'takes updates (RFC 2136)' }],
    [6, 'DSO'],
    [15, 'OPCODE15'],
  ];
  for (const [number, text, failsOn = {}] of OPCODES) {
    rule(
      `RFC 1035 §4.1.1: opcode ${text} is not implemented, and copied`,
      { question: QUESTION, flags: opcode(number), failsOn },
      `NOTIMP ${text} qr`,
    );
    rule(
      `RFC 8906 §8.1.4: nothing else of the header of opcode ${text} comes back`,
      { question: QUESTION, flags: opcode(number) | ALL_FLAGS, failsOn: both('copies RD') },
      `NOTIMP ${text} qr`,
    );
  }
  rule('RFC 9619 §4: of a query that is malformed, RD comes back as well', { flags: RD }, 'FORMERR qr rd');
  rule(
    'RFC 1035 §4.1.1: a message of such an opcode may have no question',
    { flags: opcode(6) },
    'NOTIMP DSO qr',
  );
});

describe('RFC 1035 §4.1.2: the question', () => {
  test('draft-vixie-dnsext-dns0x20-00 §2: it comes back octet for octet, in the case it had', async () => {
    for (const name of [
      'wWw.RicH.eXamPle.',
      'nOPe.rich.EXAMPLE.',
      'WWW.ELSEWHERE.example.',
      'Host.SUB.rich.example.',
      'CHAIN.rich.example.',
    ]) {
      const sent = query(`${name} A`);
      const reply = await peer.ask(sent);
      assert.deepEqual(reply.subarray(12, sent.length), sent.subarray(12));
    }
  });
  test(
    'RFC 1035 §4.1.2: it comes back from a policy in the case it had, which the policy does not see',
    except({ needs: 'a policy' }),
    async () => {
      const sent = query('AsKeD.RiCh.ExAmPlE. TXT');
      const reply = await peer.ask(sent);
      assert.deepEqual(reply.subarray(12, sent.length), sent.subarray(12));
      assert.match(replyToText(reply).join(), /"asked\.rich\.example TXT"/);
    },
  );

  rule(
    'RFC 9619 §4: two questions are malformed',
    { question: [QUESTION, QUESTION], failsOn: DROPPED },
    'FORMERR qr',
  );
  rule('RFC 1035 §4.1.2: so is a query without one', {}, 'FORMERR qr');
  rule(
    'RFC 1035 §4.1.1: more questions counted than there are',
    { question: QUESTION, questions: 2, failsOn: DROPPED },
    'FORMERR qr',
  );
  rule(
    'RFC 1035 §4.1.1: octets behind the last record',
    { question: QUESTION, trailing: '00', failsOn: { nsd: 'overlooks them' } },
    'FORMERR qr',
  );

  const MALFORMED: readonly (readonly [why: string, octets: string])[] = [
    ['a name without its end', '03777777'],
    ['a label of over 63 octets', '40000001'],
    ['a name of over 255 octets', `${'0161'.repeat(128)}0000010001`],
    ['a pointer to itself', 'c00c00010001'],
    ['a pointer into the header', 'c00000010001'],
    ['a pointer to nothing', 'c0ff00010001'],
    ['a type cut short', '0377777700 00'],
    ['no class', '0377777700 0001'],
  ];
  for (const [why, trailing] of MALFORMED) {
    rule(`RFC 1035 §4.1.4: ${why}`, { questions: 1, trailing, failsOn: DROPPED }, 'FORMERR qr');
  }
  test('RFC 1035 §2.3.4: a name of 255 octets is a name', async () => {
    const label = `${'a'.repeat(59)}.`;
    const name = `${'b'.repeat(60)}.${label.repeat(3)}rich.example.`;
    assert.equal(query(`${name} A`).length, 12 + 255 + 4);
    assert.match(replyToText(await ask(`${name} A`)).join(), /^NXDOMAIN qr aa/);
  });
});

describe('RFC 1035 §3.2: classes and types that are no data', () => {
  rule('RFC 1035 §3.2.4: class HS is not served', 'www.rich.example. A HS', 'REFUSED qr');
  rule(
    'RFC 1035 §6.2: of all classes there is but IN, without AA',
    { question: 'www.rich.example. AAAA ANY', failsOn: { knot: 'sets AA' } },
    'NOERROR qr',
    'answer www.rich.example. 300 IN AAAA 2001:db8::1',
  );
  rule('RFC 3597 §3: nor a class not known', 'www.rich.example. A CLASS4711', 'REFUSED qr');
  rule(
    'RFC 1035 §4.1.1: zone transfers are refused',
    { question: 'rich.example. AXFR', failsOn: both('NOTIMP: not over UDP (RFC 5936 §4.2)') },
    'REFUSED qr',
  );
  rule(
    'RFC 1035 §4.1.1: so are those of parts',
    { question: 'rich.example. IXFR', failsOn: { knot: 'NOTAUTH (RFC 8945 §5.2)' } },
    'REFUSED qr',
  );
  rule(
    'RFC 6895 §3.1: OPT is no type of data',
    { question: 'rich.example. OPT', failsOn: ANY_TYPE },
    'FORMERR qr',
  );
  rule('RFC 6895 §3.1: nor is TSIG', { question: 'rich.example. TSIG', failsOn: ANY_TYPE }, 'FORMERR qr');
  rule(
    'RFC 1035 §3.2.3: MAILA is obsolete',
    { question: 'rich.example. TYPE254', failsOn: ANY_TYPE },
    'NOTIMP qr',
  );
});
