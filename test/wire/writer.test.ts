import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DecodedPacket, decode } from 'dns-packet';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { RCODE } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE, typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { MessageWriter } from '../../runtime/wire/writer.ts';
import { opt, parsed, queryPacket } from '../support/queries.ts';
import { hex, must, name, rdata } from '../support/wire.ts';

const PLAIN = parsed(queryPacket('wWw.eXample.com'));
const EDNS = parsed(
  queryPacket(
    'www.example.com',
    opt({ flags: 0x8000, options: [{ code: 8, ip: '203.0.113.0', sourcePrefixLength: 24 }] }),
  ),
);
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((text) => rdata('A', text));
const ZONE = name('example.com.');

/** A writer that has begun to answer. */
function begin({ packet, query } = PLAIN, limit = 1232): MessageWriter {
  const writer = new MessageWriter();
  writer.begin(packet, query, limit);
  return writer;
}

function read(writer: MessageWriter): Message {
  return must(decodeMessage(written(writer)));
}

/** The same octets as another codec reads them. */
function readElsewhere(writer: MessageWriter): DecodedPacket {
  return decode(Buffer.from(written(writer)));
}

function written(writer: MessageWriter): Uint8Array {
  return Uint8Array.from(writer.buffer.subarray(0, writer.finish()));
}

test('A response has the id, the opcode and RD of its query, not CD, and its question as it came', () => {
  const packet = hex('abcd 0110 0001 0000 0000 0000 03775757 076578616d504c65 00 0001 0001');
  const { query } = parsed(packet);
  const writer = begin({ packet, query });
  assert.deepEqual(
    written(writer),
    hex('abcd 8100 0001 0000 0000 0000 03775757 076578616d504c65 00 0001 0001'),
  );
});

test('Of the flags, a response has those of its opcode', () => {
  const flagsOf = (opcode: number): string => {
    // Every flag that a query may have.
    const packet = hex(
      `abcd ${((opcode << 11) | 0x07f0).toString(16).padStart(4, '0')} 0001 0000 0000 0000 00 0006 0001`,
    );
    const writer = begin({ packet, query: parsed(packet).query });
    writer.setAuthoritative(true);
    writer.setTruncated();
    return Buffer.from(written(writer)).toString('hex', 2, 4);
  };
  // QUERY: AA, TC, RD. NOTIFY: AA (RFC 1996 §3.2). UPDATE, DSO and what is not known: none (RFC 2136 §2.2, RFC 8490 §5.4).
  assert.deepEqual([0, 1, 2, 4, 5, 6, 15].map(flagsOf), [
    '8700',
    '8800',
    '9000',
    'a400',
    'a800',
    'b000',
    'f800',
  ]);
});

test('A query without a readable question gets a header alone', () => {
  const packet = hex('abcd 2800 0000 0000 0000 0000');
  const writer = begin({ packet, query: parsed(packet).query });
  writer.setRcode(RCODE.NOTIMP);
  assert.deepEqual(written(writer), hex('abcd a804 0000 0000 0000 0000'));
});

test('An answer to the question points to the question', () => {
  const writer = begin();
  writer.setAuthoritative(true);
  assert.ok(writer.writeRRset('answer', undefined, RRTYPE.A, 300, ADDRESSES.slice(0, 1)));
  const octets = written(writer);
  assert.deepEqual(octets.subarray(PLAIN.query.questionEnd), hex('c00c 0001 0001 0000012c 0004 c0000201'));
  const message = readElsewhere(writer);
  assert.equal(message.flag_aa, true);
  assert.equal(message.questions?.[0]?.name, 'wWw.eXample.com');
  assert.equal(message.answers?.[0]?.name, 'wWw.eXample.com');
});

test('Values are written from where the rotation starts', () => {
  const writer = begin();
  assert.ok(writer.writeRRset('answer', undefined, RRTYPE.A, 60, ADDRESSES, 1));
  const order = readElsewhere(writer).answers?.map((answer) => ('data' in answer ? answer.data : undefined));
  assert.deepEqual(order, ['192.0.2.2', '192.0.2.3', '192.0.2.1']);
});

/** Compressed sizes, so that the pointers of each are known to be there. */
const RDATA: readonly (readonly [type: string, text: string, size: number])[] = [
  ['NS', 'ns1', 6],
  ['CNAME', 'www', 2],
  ['PTR', '.', 1],
  ['MX', '10 mail', 2 + 7],
  ['SOA', 'ns1 host.ns1 7 1 2 3 4', 6 + 7 + 20],
  ['SRV', '1 2 3 sip', 6 + 17],
  ['TXT', '"a b"', 4],
  ['HTTPS', '1 www.example.com. alpn=h2', 2 + 17 + 7],
];

for (const [mnemonic, text, size] of RDATA) {
  test(`${mnemonic} takes ${size} octets and reads back`, () => {
    const type = typeFromText(mnemonic) ?? 0;
    const writer = begin();
    assert.ok(writer.writeRRset('answer', ZONE, type, 5, [rdata(mnemonic, text)]));
    // The owner is a pointer to the second label of the question.
    assert.equal(writer.finish() - PLAIN.query.questionEnd, 2 + 10 + size);
    const [answer] = read(writer).answers;
    assert.ok(answer);
    assert.equal(
      recordToText(answer).toLowerCase(),
      recordToText({ owner: ZONE, type, ttl: 5, rdata: rdata(mnemonic, text) }).toLowerCase(),
    );
    if (mnemonic !== 'HTTPS') assert.equal(readElsewhere(writer).answers?.[0]?.type, mnemonic);
  });
}

test('Another codec reads the same names behind our pointers', () => {
  const writer = begin();
  writer.writeRRset('authority', ZONE, RRTYPE.NS, 300, [rdata('NS', 'ns1'), rdata('NS', 'ns2.sub')]);
  writer.writeRRset('additional', name('ns2.sub.example.com.'), RRTYPE.A, 300, ADDRESSES);
  const { authorities, additionals } = readElsewhere(writer);
  const ns = authorities?.map((record) =>
    record.type === 'NS' ? `${record.name} ${record.data}`.toLowerCase() : '',
  );
  assert.deepEqual(ns, ['example.com ns1.example.com', 'example.com ns2.sub.example.com']);
  assert.deepEqual(
    new Set(additionals?.map((record) => record.name.toLowerCase())),
    new Set(['ns2.sub.example.com']),
  );
});

test('The second owner of an RRset is the first one, however it was written', () => {
  for (const owner of ['other.test.', 'www.example.com.', 'deep.www.example.com.', '.']) {
    const writer = begin();
    assert.ok(writer.writeRRset('answer', name(owner), RRTYPE.A, 0, ADDRESSES));
    const owners = read(writer).answers.map((answer) => nameToText(answer.owner).toLowerCase());
    assert.deepEqual(owners, [owner, owner, owner]);
  }
});

test('An RRset that does not fit leaves nothing behind', () => {
  const room = 2 * 16 + 7;
  const writer = begin(PLAIN, PLAIN.query.questionEnd + room);
  assert.equal(writer.writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES), false);
  assert.equal(
    writer.writeRRset('answer', name('x.net.'), RRTYPE.NS, 1, [rdata('NS', `${'n'.repeat(60)}.`)]),
    false,
  );
  assert.ok(writer.writeRRset('answer', name('x.net.'), RRTYPE.A, 1, ADDRESSES.slice(2)));
  assert.ok(writer.writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES.slice(2)));
  assert.ok(writer.writeRRset('answer', name('x.net.'), RRTYPE.A, 1, []));
  const message = read(writer);
  assert.deepEqual(
    message.answers.map((answer) => nameToText(answer.owner)),
    ['x.net.', 'wWw.eXample.com.'],
  );
  assert.equal(message.truncated, false);
});

test('A message fills its limit to the last octet', () => {
  const exact = PLAIN.query.questionEnd + 3 * 16;
  assert.ok(begin(PLAIN, exact).writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES));
  assert.equal(begin(PLAIN, exact - 1).writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES), false);
});

test('A message of 65535 octets is written, and no longer one', () => {
  const whole = 0xffff - PLAIN.query.questionEnd - 12;
  assert.ok(begin(PLAIN, 0xffff).writeRRset('answer', undefined, 700, 1, [new Uint8Array(whole)]));
  assert.equal(
    begin(PLAIN, 0xffff).writeRRset('answer', undefined, 700, 1, [new Uint8Array(whole + 1)]),
    false,
  );
  assert.equal(begin(PLAIN, 0xffff).writeRRset('answer', undefined, 700, 1, [new Uint8Array(0xffff)]), false);
});

test('A record far too long for what is left does not fit', () => {
  const writer = begin(PLAIN, 0xffff);
  assert.ok(writer.writeRRset('answer', undefined, 700, 1, [new Uint8Array(5000)]));
  assert.equal(writer.writeRRset('answer', undefined, 700, 1, [new Uint8Array(0xffff)]), false);
});

test('Owners beyond the reach of pointers are written out', () => {
  const writer = begin(PLAIN, 0xffff);
  writer.writeRRset('answer', undefined, 700, 1, [new Uint8Array(0x4000)]);
  writer.writeRRset('answer', name('x.net.'), RRTYPE.A, 1, ADDRESSES);
  const owners = read(writer).answers.map((answer) => nameToText(answer.owner));
  assert.deepEqual(owners, ['wWw.eXample.com.', 'x.net.', 'x.net.', 'x.net.']);
});

test('Truncation keeps the question and OPT', () => {
  const writer = begin(EDNS, 512);
  writer.setAuthoritative(true);
  assert.ok(writer.writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES));
  assert.ok(writer.writeRRset('authority', ZONE, RRTYPE.NS, 1, [rdata('NS', 'ns1')]));
  writer.dropSections();
  writer.setTruncated();
  assert.ok(writer.writeOpt({ udpSize: 1232, dnssecOk: false }));
  const message = read(writer);
  assert.deepEqual([message.truncated, message.authoritative], [true, true]);
  assert.deepEqual([message.questions.length, message.answers.length, message.authorities.length], [1, 0, 0]);
  assert.equal(message.edns?.udpSize, 1232);
});

test('After truncation nothing points to what was dropped', () => {
  const writer = begin(PLAIN, 512);
  writer.writeRRset('answer', name('dropped.test.'), RRTYPE.A, 1, ADDRESSES);
  writer.dropSections();
  writer.setTruncated();
  writer.writeRRset('answer', name('dropped.test.'), RRTYPE.A, 1, ADDRESSES);
  assert.deepEqual(read(writer).answers[0]?.owner, name('dropped.test.'));
});

test('There is always room for the OPT a query calls for', () => {
  const { query } = EDNS;
  const reply = { family: 1, source: 24, scope: 0, address: query.clientSubnet.address } as const;
  const writer = begin(EDNS, 512);
  while (writer.writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES.slice(0, 1)));
  assert.ok(writer.writeOpt({ udpSize: 1232, dnssecOk: true, clientSubnet: reply }));
  assert.ok(writer.finish() > 512 - 16 && writer.finish() <= 512);
  assert.deepEqual(read(writer).edns?.clientSubnet, { ...reply, address: hex('cb0071') });
});

test('Without EDNS in the query no room is kept, and OPT may not fit', () => {
  const writer = begin(PLAIN, PLAIN.query.questionEnd + 10);
  assert.equal(writer.writeOpt({ udpSize: 1232, dnssecOk: false }), false);
  assert.equal(read(writer).edns, undefined);
});

test('The upper bits of a response code are in OPT', () => {
  const writer = begin(EDNS);
  writer.setRcode(RCODE.BADVERS);
  writer.writeOpt({ udpSize: 1232, dnssecOk: false });
  assert.equal(read(writer).rcode, RCODE.BADVERS);
  assert.equal((writer.buffer[3] ?? 0) & 0x0f, 0);
});

test('Sections are written in order', () => {
  const writer = begin();
  writer.writeRRset('authority', ZONE, RRTYPE.NS, 1, [rdata('NS', 'ns1')]);
  assert.throws(
    () => writer.writeRRset('answer', undefined, RRTYPE.A, 1, ADDRESSES),
    /sections are written in order/,
  );
});

test('Nothing of a message is left for the next one', () => {
  const writer = new MessageWriter();
  writer.begin(EDNS.packet, EDNS.query, 1232);
  writer.setAuthoritative(true);
  writer.setRcode(RCODE.SERVFAIL);
  writer.writeRRset('authority', name('a.b.c.'), RRTYPE.NS, 1, [rdata('NS', 'ns1')]);
  writer.dropSections();
  writer.setTruncated();
  writer.begin(PLAIN.packet, PLAIN.query, 1232);
  writer.writeRRset('answer', name('a.b.c.'), RRTYPE.A, 1, ADDRESSES);
  const fresh = begin();
  fresh.writeRRset('answer', name('a.b.c.'), RRTYPE.A, 1, ADDRESSES);
  assert.deepEqual(written(writer), written(fresh));
});
