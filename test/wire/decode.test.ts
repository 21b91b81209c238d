import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, encode } from 'dns-packet';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { opt } from '../support/queries.ts';
import { hex, must, name, problemOf } from '../support/wire.ts';

const soa = {
  mname: 'ns1.example.com',
  rname: 'host.example.com',
  serial: 7,
  refresh: 1,
  retry: 2,
  expire: 3,
  minimum: 4,
};

/** As another codec writes them, and as a zone file has them. */
const RECORDS: readonly (readonly [record: Answer, text: string])[] = [
  [{ type: 'A', name: 'a.example', ttl: 60, data: '192.0.2.1' }, 'a.example. 60 IN A 192.0.2.1'],
  [{ type: 'AAAA', name: 'a.example', ttl: 60, data: '2001:db8::1' }, 'a.example. 60 IN AAAA 2001:db8::1'],
  [{ type: 'NS', name: 'example', ttl: 60, data: 'ns1.example' }, 'example. 60 IN NS ns1.example.'],
  [{ type: 'CNAME', name: 'w.example', ttl: 0, data: 'a.example' }, 'w.example. 0 IN CNAME a.example.'],
  [{ type: 'PTR', name: 'p.example', ttl: 1, data: 'a.example' }, 'p.example. 1 IN PTR a.example.'],
  [
    { type: 'MX', name: 'example', ttl: 60, data: { preference: 10, exchange: 'mx.example' } },
    'example. 60 IN MX 10 mx.example.',
  ],
  [
    { type: 'SOA', name: 'example', ttl: 60, data: soa },
    'example. 60 IN SOA ns1.example.com. host.example.com. 7 1 2 3 4',
  ],
  [
    {
      type: 'SRV',
      name: '_x._tcp.example',
      ttl: 9,
      data: { priority: 1, weight: 2, port: 3, target: 'a.example' },
    },
    '_x._tcp.example. 9 IN SRV 1 2 3 a.example.',
  ],
  [
    { type: 'TXT', name: 't.example', ttl: 60, data: ['one', 'two"'] },
    String.raw`t.example. 60 IN TXT "one" "two\""`,
  ],
  [
    { type: 'CAA', name: 'example', ttl: 60, data: { flags: 0, tag: 'issue', value: 'ca.example' } },
    'example. 60 IN CAA 0 issue "ca.example"',
  ],
];

for (const [record, text] of RECORDS) {
  test(`${text} is read from another codec's octets`, () => {
    const message = must(decodeMessage(encode({ type: 'response', answers: [record] })));
    assert.deepEqual(message.answers.map(recordToText), [text]);
  });
}

test('Header, question and EDNS come apart', () => {
  const message = must(
    decodeMessage(
      encode({
        type: 'response',
        id: 77,
        flags: 0x0400 | 0x0200 | 0x0100 | 0x0080 | 0x0020 | 0x0010 | 3,
        questions: [{ type: 'A', name: 'A.example', class: 'CH' }],
        additionals: [
          opt({
            udpPayloadSize: 1400,
            extendedRcode: 1,
            flags: 0x8000,
            options: [{ code: 8, ip: '2001:db8::', sourcePrefixLength: 32, scopePrefixLength: 24 }],
          }),
        ],
      }),
    ),
  );
  const { answers: _, authorities: __, edns, ...rest } = message;
  assert.deepEqual(rest, {
    id: 77,
    isResponse: true,
    opcode: 0,
    authoritative: true,
    truncated: true,
    recursionDesired: true,
    recursionAvailable: true,
    authenticData: true,
    checkingDisabled: true,
    rcode: 0x13,
    questions: [{ name: name('A.example.'), type: 1, class: 3 }],
    additionals: [],
  });
  assert.deepEqual([edns?.udpSize, edns?.version, edns?.dnssecOk], [1400, 0, true]);
  assert.deepEqual(edns?.clientSubnet, { family: 2, source: 32, scope: 24, address: hex('20010db8') });
});

const HEAD = '0000 8000';
const ONE_ANSWER = `${HEAD} 0000 0001 0000 0000`;
const A = '0001 0001 00000000 0004 c0000201';

const MALFORMED = {
  'no header': '0000 8000 00',
  'a count of records that are not there': `${HEAD} ffff ffff ffff ffff`,
  'a pointer to itself': `${ONE_ANSWER} c00c ${A}`,
  'a pointer ahead': `${ONE_ANSWER} c00e ${A}`,
  'two pointers to each other': `${ONE_ANSWER} 0161 c00c ${A}`,
  'a pointer cut short': `${ONE_ANSWER} c0`,
  'a label of a kind that is no more': `${ONE_ANSWER} 8161 00 ${A}`,
  'RDATA cut short': `${ONE_ANSWER} 00 0001 0001 00000000 0004 c00002`,
  'a name that ends outside its RDATA': `${ONE_ANSWER} 00 0002 0001 00000000 0002 0161`,
  'an option cut short': `${HEAD} 0000 0000 0000 0001 00 0029 04d0 00000000 0003 0003 00`,
  'two OPT records': `${HEAD} 0000 0000 0000 0002 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000`,
  'OPT below a name': `${HEAD} 0000 0000 0000 0001 0161 00 0029 04d0 00000000 0000`,
  'octets behind the last record': `${HEAD} 0000 0000 0000 0000 ff`,
};

for (const [what, octets] of Object.entries(MALFORMED)) {
  test(`A message with ${what} is malformed`, () => {
    assert.match(problemOf(decodeMessage(hex(octets))), /^(Message|OPT)/);
  });
}

test('Pointers that lead back are followed, in RDATA as well', () => {
  const octets = `${HEAD} 0000 0002 0000 0000 0162 0161 00 ${A} 0163 c00c 0005 0001 00000000 0002 c00e`;
  const { answers } = must(decodeMessage(hex(octets)));
  assert.deepEqual(answers.map(recordToText), ['b.a. 0 IN A 192.0.2.1', 'c.b.a. 0 IN CNAME a.']);
});

test('A long chain of pointers is refused', () => {
  const chain = (length: number) => {
    const pointers = Array.from({ length }, (_, index) =>
      (0xc000 | (index === 0 ? 23 : 22 + 2 * index)).toString(16),
    );
    // A record of 700 that holds a root and the chain, then one whose owner enters the chain at its end.
    const rdlength = (1 + 2 * length).toString(16).padStart(4, '0');
    const entry = (0xc000 | (22 + 2 * length)).toString(16);
    return hex(
      `${HEAD} 0000 0002 0000 0000 00 02bc 0001 00000000 ${rdlength} 00 ${pointers.join('')} ${entry} ${A}`,
    );
  };
  assert.equal(must(decodeMessage(chain(100))).answers[1]?.owner.length, 1);
  problemOf(decodeMessage(chain(200)));
});
