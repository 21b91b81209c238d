import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, RECURSION_DESIRED } from 'dns-packet';
import { type ParseOutcome, parseQuery, Query } from '../../runtime/wire/query.ts';
import { opt } from '../support/queries.ts';
import { hex, name } from '../support/wire.ts';

/** ID 0x1234, RD; the counts follow. */
const HEAD = '1234 0100';
const QUESTION = '03777777 076578616d706c65 03636f6d 00 0001 0001';
const OPT = '00 0029 04d0 00000000';

/** Whole packets as their parts read in hexadecimal. */
const PACKETS: readonly (readonly [what: string, outcome: ParseOutcome, octets: string])[] = [
  ['a plain query', 'ok', `${HEAD} 0001 0000 0000 0000 ${QUESTION}`],
  ['a query with EDNS', 'ok', `${HEAD} 0001 0000 0000 0001 ${QUESTION} ${OPT} 0000`],
  ['a query for the root', 'ok', `${HEAD} 0001 0000 0000 0000 00 0002 0001`],
  [
    'records that no query has',
    'formerr',
    `${HEAD} 0001 0000 0001 0001 ${QUESTION} c00c 0001 0001 00000000 0000 ${OPT} 0000`,
  ],
  [
    'the SOA that a secondary has, in IXFR (RFC 1995 §3)',
    'ok',
    `${HEAD} 0001 0000 0001 0001 ${QUESTION.replace(/0001 0001$/, '00fb 0001')} c00c 0006 0001 00000000 0000 ${OPT} 0000`,
  ],
  [
    'a signature of the transaction (RFC 2931)',
    'ok',
    `${HEAD} 0001 0000 0000 0002 ${QUESTION} ${OPT} 0000 00 0018 00ff 00000000 0000`,
  ],
  [
    'such a record in another section',
    'formerr',
    `${HEAD} 0001 0000 0001 0000 ${QUESTION} 00 0018 00ff 00000000 0000`,
  ],
  [
    'an address behind the question, as in no query',
    'formerr',
    `${HEAD} 0001 0000 0000 0001 ${QUESTION} c00c 0001 0001 00000000 0004 c0000201`,
  ],
  [
    'records in NOTIFY, which may say what is new (RFC 1996 §3.7)',
    'notify',
    `1234 2400 0001 0001 0000 0000 ${QUESTION} c00c 0001 0001 00000000 0004 c0000201`,
  ],
  ['an option nobody knows', 'ok', `${HEAD} 0001 0000 0000 0001 ${QUESTION} ${OPT} 0006 fde9 0002 abcd`],
  ['eleven octets', 'drop', '1234 0100 0001 0000 0000 00'],
  ['nothing', 'drop', ''],
  ['a response', 'drop', `1234 8100 0001 0000 0000 0000 ${QUESTION}`],
  ['an update', 'update', `1234 2800 0001 0000 0000 0000 ${QUESTION}`],
  ['an opcode without a meaning and without a question', 'notimp', '1234 7800 0000 0000 0000 0000'],
  [
    'a version of EDNS above ours',
    'badvers',
    `${HEAD} 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00010000 0000`,
  ],
  [
    'options of a version above ours',
    'badvers',
    `${HEAD} 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00ff0000 0001 ff`,
  ],
  ['no question', 'formerr', `${HEAD} 0000 0000 0000 0000`],
  ['two questions', 'formerr', `${HEAD} 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`],
  ['a question announced but not there', 'formerr', `${HEAD} 0001 0000 0000 0000`],
  ['a name cut short', 'formerr', `${HEAD} 0001 0000 0000 0000 0377`],
  ['a name without its end', 'formerr', `${HEAD} 0001 0000 0000 0000 03777777`],
  ['a question without its class', 'formerr', `${HEAD} 0001 0000 0000 0000 03777777 00 0001 00`],
  ['a pointer to itself', 'formerr', `${HEAD} 0001 0000 0000 0000 c00c 0001 0001`],
  ['a pointer into the header', 'formerr', `${HEAD} 0001 0000 0000 0000 03777777 c004 0001 0001`],
  ['a label of a kind that is no more', 'formerr', `${HEAD} 0001 0000 0000 0000 4177 00 0001 0001`],
  ['octets behind the question', 'formerr', `${HEAD} 0001 0000 0000 0000 ${QUESTION} 00`],
  ['octets behind OPT', 'formerr', `${HEAD} 0001 0000 0000 0001 ${QUESTION} ${OPT} 0000 00`],
  ['a record announced but not there', 'formerr', `${HEAD} 0001 0001 0000 0000 ${QUESTION}`],
  [
    'a record longer than the packet',
    'formerr',
    `${HEAD} 0001 0000 0000 0001 ${QUESTION} 00 0001 0001 00000000 0004 010203`,
  ],
  ['two OPT records', 'formerr', `${HEAD} 0001 0000 0000 0002 ${QUESTION} ${OPT} 0000 ${OPT} 0000`],
  ['OPT below a name', 'formerr', `${HEAD} 0001 0000 0000 0001 ${QUESTION} 0161 ${OPT} 0000`],
  ['an option cut short', 'formerr', `${HEAD} 0001 0000 0000 0001 ${QUESTION} ${OPT} 0003 0008 00`],
  [
    'an option longer than OPT',
    'formerr',
    `${HEAD} 0001 0000 0000 0001 ${QUESTION} ${OPT} 0005 0003 0002 ab`,
  ],
];

for (const [what, outcome, octets] of PACKETS) {
  test(`To ${what} the outcome is ${outcome}`, () => {
    assert.equal(parseQuery(hex(octets), new Query()), outcome);
  });
}

test('A query comes apart', () => {
  const query = new Query();
  const packet = encode({
    type: 'query',
    id: 4711,
    flags: RECURSION_DESIRED | 0x10,
    questions: [{ type: 'AAAA', name: 'wWw.eXample.com' }],
    additionals: [opt({ udpPayloadSize: 1400, flags: 0x8000 })],
  });
  assert.equal(parseQuery(packet, query), 'ok');
  assert.equal(query.id, 4711);
  assert.equal(query.opcode, 0);
  assert.equal(query.recursionDesired, true);
  assert.equal(query.checkingDisabled, true);
  assert.deepEqual(query.name.subarray(0, query.nameLength), name('www.example.com.'));
  assert.deepEqual([query.type, query.class], [28, 1]);
  assert.equal(query.questionEnd, 12 + 17 + 4);
  assert.deepEqual([query.edns, query.ednsVersion, query.udpSize, query.dnssecOk], [true, 0, 1400, true]);
  assert.equal(query.clientSubnet.present, false);
});

test('Nothing of a query is left for the next one', () => {
  const reused = new Query();
  const full = encode({
    type: 'query',
    id: 1,
    flags: RECURSION_DESIRED | 0x10,
    questions: [{ type: 'AAAA', name: 'www.example.com', class: 'CH' }],
    additionals: [
      opt({
        udpPayloadSize: 4096,
        flags: 0x8000,
        options: [{ code: 8, ip: '2001:db8::', sourcePrefixLength: 56 }],
      }),
    ],
  });
  assert.equal(parseQuery(full, reused), 'ok');
  assert.equal(reused.clientSubnet.source, 56);
  const next = hex(`1234 0000 0001 0000 0000 0000 03777777 00 0001`);
  assert.equal(parseQuery(next, reused), 'formerr');
  const fresh = new Query();
  parseQuery(next, fresh);
  const { name: _, clientSubnet, ...rest } = reused;
  const { name: __, clientSubnet: ___, ...expected } = fresh;
  assert.deepEqual(rest, expected);
  assert.equal(clientSubnet.present, false);
});

test('The longest name is read, a longer one refused', () => {
  const label = `3f ${'61'.repeat(63)}`;
  const longest = `${label} ${label} ${label} 3d ${'62'.repeat(61)} 00`;
  const query = new Query();
  assert.equal(parseQuery(hex(`${HEAD} 0001 0000 0000 0000 ${longest} 0001 0001`), query), 'ok');
  assert.equal(query.nameLength, 255);
  const over = longest.replace('3d', '3e62');
  assert.equal(parseQuery(hex(`${HEAD} 0001 0000 0000 0000 ${over} 0001 0001`), query), 'formerr');
});

test('A UDP size under 512 counts as 512', () => {
  const query = new Query();
  parseQuery(hex(`${HEAD} 0001 0000 0000 0001 ${QUESTION} 00 0029 0100 00000000 0000`), query);
  assert.equal(query.udpSize, 512);
});

test('What can be read of a faulty query is there for the reply', () => {
  const query = new Query();
  assert.equal(
    parseQuery(hex(`${HEAD} 0001 0000 0000 0002 ${QUESTION} ${OPT} 0000 ${OPT} 0000`), query),
    'formerr',
  );
  assert.equal(query.edns, true);
  assert.equal(query.questionEnd, 33);
  assert.equal(parseQuery(hex(`${HEAD} 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`), query), 'formerr');
  assert.deepEqual([query.questionEnd, query.nameLength], [12, 0], 'no question');
  assert.equal(parseQuery(hex(`${HEAD} 0000 0000 0000 0001 ${OPT} 0000`), query), 'formerr');
  assert.deepEqual([query.questionEnd, query.edns], [12, true], 'EDNS without a question');
});

test('Of several client subnets the first counts', () => {
  const query = new Query();
  const options = '0008 0007 0001 18 00 cb0071  0008 0000';
  assert.equal(
    parseQuery(hex(`${HEAD} 0001 0000 0000 0001 ${QUESTION} ${OPT} 000f ${options}`), query),
    'ok',
  );
  assert.equal(query.clientSubnet.source, 24);
});

test('OPT counts in the additional section only', () => {
  const query = new Query();
  assert.equal(parseQuery(hex(`1234 2400 0001 0001 0000 0000 ${QUESTION} ${OPT} 0000`), query), 'notify');
  assert.equal(query.edns, false);
  assert.equal(parseQuery(hex(`${HEAD} 0001 0001 0000 0000 ${QUESTION} ${OPT} 0000`), query), 'formerr');
  assert.equal(query.edns, false);
});
