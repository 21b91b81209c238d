/** An answer as values: what a step finds that stands between steer and finish, and what becomes of it in the message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptAnswer } from 'dns-packet';
import { Exchange } from '../../runtime/answer/exchange.ts';
import { run } from '../../runtime/answer/pipeline.ts';
import { type SectionSet, Sections } from '../../runtime/answer/sections.ts';
import { writeSections } from '../../runtime/answer/write-sections.ts';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { EDNS_OPTION } from '../../runtime/wire/iana/edns-option.ts';
import { RRTYPE, typeToText } from '../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { MessageWriter } from '../../runtime/wire/writer.ts';
import { parsed, queryPacket } from '../support/queries.ts';
import { must, name, rdata } from '../support/wire.ts';
import { type Ask, packetOf } from './packet.ts';
import { GEO } from './places.ts';
import { Server } from './server.ts';

const SOME: PlanData = { kind: 'records', records: { A: ['192.0.2.1'] } };
const server = new Server({ identity: { name: 'n'.repeat(200), version: 'v'.repeat(255) } });
server.put({
  records: `
static A 192.0.2.7
mail MX 10 static
mail MX 10 x.wild
*.wild A 192.0.2.8
*.alias CNAME static
moved DNAME wild
cut NS ns.cut
cut NS static
ns.cut A 192.0.2.9
`,
  policy: {
    hosts: {
      decided: SOME,
      '*.decided': SOME,
      one: { kind: 'cname', target: 'two.example.com.', ttl: 1 },
      two: { kind: 'cname', target: 'three.example.com.', ttl: 2 },
      three: { kind: 'cname', target: 'static.example.com.', ttl: 3 },
      denied: { kind: 'nxdomain' },
    },
  },
});
const exchange = new Exchange(GEO, server.health);

function collect(ask: string | Ask): Exchange {
  const asked = typeof ask === 'string' ? { question: ask } : ask;
  exchange.begin(packetOf(asked), { transport: 'udp', address: '192.0.2.1', reply: () => {} });
  const { packets: _, ...parts } = server.parts;
  assert.equal(run(exchange, parts), 'reply');
  return exchange;
}

/** Section by section: `answer . A zone *.wild.example.com.`, with a dot for the name of the question. */
function described({ sections }: Exchange): string[] {
  return (['answer', 'authority', 'additional'] as const).flatMap((section) => {
    const sets = sections[section];
    return Array.from({ length: sets.count }, (_, index) => `${section} ${describe(sets.at(index))}`);
  });
}

function describe({ owner, type, made, wildcard, isRequired }: SectionSet): string {
  const parts = [owner === undefined ? '.' : nameToText(owner), typeToText(type), made];
  if (wildcard !== undefined) parts.push(nameToText(wildcard));
  if (isRequired) parts.push('required');
  return parts.join(' ');
}

const CASES: Readonly<Record<string, readonly string[]>> = {
  'static.example.com A': ['answer . A zone'],
  'x.wild.example.com A': ['answer . A zone *.wild.example.com.'],
  '*.wild.example.com A': ['answer . A zone'],
  'x.alias.example.com A': ['answer . CNAME zone *.alias.example.com.', 'answer static.example.com. A zone'],
  'x.moved.example.com A': [
    'answer moved.example.com. DNAME zone',
    'answer . CNAME dname',
    'answer x.wild.example.com. A zone *.wild.example.com.',
  ],
  'decided.example.com A': ['answer . A policy'],
  'x.decided.example.com A': ['answer . A policy *.decided.example.com.'],
  'one.example.com A': [
    'answer . CNAME policy',
    'answer two.example.com. CNAME policy',
    'answer three.example.com. CNAME policy',
    'answer static.example.com. A zone',
  ],
  'decided.example.com ANY': ['answer . HINFO policy'],
  'denied.example.com A': ['authority example.com. SOA zone'],
  'none.example.com A': ['authority example.com. SOA zone'],
  'x.wild.example.com MX': ['authority example.com. SOA zone'],
  'mail.example.com MX': [
    'answer . MX zone',
    'additional static.example.com. A zone',
    'additional x.wild.example.com. A zone *.wild.example.com.',
  ],
  'x.cut.example.com A': [
    'authority cut.example.com. NS cut',
    'additional ns.cut.example.com. A glue required',
    'additional static.example.com. A glue',
  ],
  'other.example A': [],
};

for (const [question, expected] of Object.entries(CASES)) {
  test(`What is collected for ${question}`, () => {
    assert.deepEqual(described(collect(question)), expected);
  });
}

test('Each CNAME that a policy made up is a value of its own', () => {
  const { writer } = collect('one.example.com A');
  const message = must(decodeMessage(writer.message()));
  const targets = message.answers.map(({ ttl, rdata: data }) => [
    ttl,
    data.length > 4 ? nameToText(data) : '',
  ]);
  assert.deepEqual(targets.slice(0, 3), [
    [1, 'two.example.com.'],
    [2, 'three.example.com.'],
    [3, 'static.example.com.'],
  ]);
});

test('The next queries find the same objects, and nothing in them of those before', () => {
  const { sections } = collect('one.example.com A');
  const sets = [0, 1, 2, 3].map((index) => sections.answer.at(index));
  collect('x.moved.example.com A');
  assert.deepEqual([sets[2]?.type, sets[2]?.wildcard], [RRTYPE.A, name('*.wild.example.com.')]);
  collect('static.example.com A');
  assert.ok([0, 1, 2].every((index) => sections.answer.at(index) === sets[index]));
  assert.deepEqual([sets[3]?.rdatas, sets[3]?.owner, sets[3]?.encoded], [[], undefined, undefined]);
});

test('A step behind steer adds sets of its own to any section, and finish writes them', () => {
  const { packet, query } = parsed(queryPacket('www.example.com'));
  const sections = new Sections();
  const writer = new MessageWriter();
  const address = rdata('A', '192.0.2.1');
  const signature = rdata('RRSIG', 'A 8 2 300 20300101000000 20200101000000 1 example.com. AAAA');
  writer.begin(packet, query, 512);
  sections.begin(writer.room);
  sections.answer.add(undefined, RRTYPE.A, 300, [address], 'zone');
  sections.authority.addOne(name('example.com.'), RRTYPE.NS, 300, name('ns.example.com.'), 'zone');
  sections.additional.addOne(name('ns.example.com.'), RRTYPE.A, 300, address, 'zone');
  for (const section of [sections.answer, sections.authority, sections.additional]) {
    const { count } = section;
    for (let index = 0; index < count; index += 1) {
      const { owner, ttl } = section.at(index);
      section.addOne(owner, RRTYPE.RRSIG, ttl, signature, 'zone');
    }
  }
  assert.ok(writeSections(sections, writer));
  const { answers, authorities, additionals } = must(decodeMessage(writer.message()));
  assert.deepEqual(
    [answers, authorities, additionals].map((records) =>
      records.map(({ type }) => typeToText(type)).join(' '),
    ),
    ['A RRSIG', 'NS RRSIG', 'A RRSIG'],
  );
});

test('Nothing more is collected where what is there cannot fit', () => {
  const sections = new Sections();
  sections.begin(100);
  for (let count = 0; count < 9; count += 1) {
    assert.equal(sections.isFull, false);
    sections.answer.addOne(undefined, RRTYPE.A, 1, rdata('A', '192.0.2.1'), 'zone');
  }
  for (let count = 0; count < 2; count += 1)
    sections.additional.add(undefined, RRTYPE.A, 1, [name('.')], 'zone');
  assert.equal(sections.isFull, true);
});

test('What the server says of itself is cut like any other answer', () => {
  const nsid: number = EDNS_OPTION.NSID;
  const options = [{ code: nsid, data: Buffer.alloc(0) }] as OptAnswer['options'];
  const question = 'version.server TXT CH';
  const whole = server.ask({ question, edns: { udpPayloadSize: 512 } });
  assert.match(whole.join(), /^NOERROR,version\.server\. 0 TXT/);
  assert.deepEqual(server.ask({ question, edns: { udpPayloadSize: 512, options } }), ['NOERROR tc']);
});
