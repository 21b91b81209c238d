/**
 * What was measured of resolvers, line by line: what each of them must be told, and what none may be told, lest it takes
 * good answers for forged ones or keeps what is there from its clients. What they make of it is in test/interop.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RCODE } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { canonicalName, nameToText } from '../../../runtime/wire/name.ts';
import { readNsec } from '../../dnssec/denial/validator.ts';
import { splitRrsig } from '../../dnssec/signing/signing-world.ts';
import { Server } from '../server.ts';
import { assertMessageSigned } from './signed-message.ts';

const [DO, CO] = [0x8000, 0x4000];
const [DAY, NOW] = [86_400, 1_790_000_000];

const servers = { chain: serverOf('chain'), compact: serverOf('compact') };

function serverOf(denial: 'chain' | 'compact'): Server {
  const server = new Server({ seconds: () => NOW });
  server.put({
    records: `www 900 A 192.0.2.1
*.wild 300 A 192.0.2.2
a.ent 300 A 192.0.2.3
alias 300 CNAME www
nowhere 300 CNAME nobody
sub 300 NS sub
sub 300 A 192.0.2.53
`,
    policy: { hosts: { near: null, gone: { kind: 'nxdomain' } } },
    signing: { denial, types: { near: 'A TXT CNAME URI', gone: 'A' } },
  });
  server.sandbox.script = (read) =>
    read('query.type') === 'A' && String(read('client.subnet')).startsWith('192.0.2.')
      ? { kind: 'records', records: { A: ['192.0.2.80'] } }
      : { kind: 'nodata' };
  return server;
}

function ask(denial: keyof typeof servers, question: string, flags = DO): Message {
  const { messages } = servers[denial].send({ question, edns: { flags }, transport: 'tcp' });
  const [message = assert.fail()] = messages;
  if ((flags & DO) !== 0)
    assertMessageSigned(message, { now: NOW, isGlue: (name) => name === 'sub.example.com.' });
  return message;
}

/** NSEC records as `owner next types`, names without the zone's, types sorted by number. */
function nsecs({ authorities }: Message): string[] {
  return authorities
    .filter(({ type }) => type === RRTYPE.NSEC)
    .map(({ owner, rdata }) => {
      const { next, types } = readNsec(canonicalName(owner), rdata);
      const shown = [...types].sort((a, b) => a - b).join(' ');
      return `${nameToText(owner).replace('.example.com.', '')} ${next.join('.').replaceAll('\0', '\\0')} ${shown}`;
    });
}

const both = ['chain', 'compact'] as const;
const BY_NUMBER = { A: 1, NS: 2, CNAME: 5, TXT: 16, RRSIG: 46, NSEC: 47, NXNAME: 128 };
const of = (...types: readonly (keyof typeof BY_NUMBER)[]) => types.map((type) => BY_NUMBER[type]).join(' ');

test('must 1, must not 1: a compact denial is NOERROR, SOA and one NSEC with NXNAME, also behind an alias', () => {
  for (const [denial, question, owner] of [
    ['compact', 'nobody.example.com A', 'nobody'],
    ['compact', 'x.y.nobody.example.com A', 'x.y.nobody'],
    ['compact', 'nowhere.example.com A', 'nobody'],
    ['chain', 'gone.example.com A', 'gone'],
    ['compact', 'gone.example.com A', 'gone'],
  ] as const) {
    const message = ask(denial, question);
    assert.equal(message.rcode, RCODE.NOERROR);
    assert.deepEqual(nsecs(message), [`${owner} \\0.${owner}.example ${of('RRSIG', 'NSEC', 'NXNAME')}`]);
    assert.equal(ask(denial, question, DO | CO).rcode, RCODE.NXDOMAIN);
    assert.equal(ask(denial, question, 0).rcode, RCODE.NXDOMAIN);
  }
});

test('must 2, must 3: the SOA goes with every denial, and no NSEC outlives it or the minimum', () => {
  for (const denial of both)
    for (const name of ['www', 'near', 'ent', 'nobody', 'gone', 'x.wild', 'nowhere']) {
      const { authorities } = ask(denial, `${name}.example.com TXT`);
      const soa = authorities.find(({ type }) => type === RRTYPE.SOA) ?? assert.fail(name);
      const minimum = Buffer.from(soa.rdata).readUInt32BE(soa.rdata.length - 4);
      for (const { type, ttl } of authorities)
        if (type === RRTYPE.NSEC) assert.ok(ttl <= Math.min(300, minimum));
    }
});

test('must 4, must not 3: a bitmap has all that could be there but what was asked and CNAME', () => {
  for (const denial of both)
    for (const [asked, left] of [
      ['TXT', `${of('A', 'RRSIG', 'NSEC')} 256`],
      ['URI', of('A', 'TXT', 'RRSIG', 'NSEC')],
      ['MX', `${of('A', 'TXT', 'RRSIG', 'NSEC')} 256`],
      ['CNAME', `${of('A', 'TXT', 'RRSIG', 'NSEC')} 256`],
    ])
      assert.match(nsecs(ask(denial, `near.example.com ${asked}`))[0] ?? '', new RegExp(` ${left}$`));
});

test('must 5: a name that is a CNAME has it for all types', () => {
  for (const denial of both) {
    for (const type of ['A', 'AAAA', 'TXT', 'MX'])
      assert.equal(ask(denial, `alias.example.com ${type}`).answers[0]?.type, RRTYPE.CNAME);
    const [nsec = assert.fail()] = ask(denial, 'alias.example.com NSEC').answers;
    const { types } = readNsec(canonicalName(nsec.owner), nsec.rdata);
    assert.deepEqual([...types], [RRTYPE.CNAME, RRTYPE.RRSIG, RRTYPE.NSEC]);
  }
});

test('must 6, must not 4: what is said of a cut is NS, and neither SOA nor NXNAME, nor its glue', () => {
  for (const denial of both)
    for (const question of ['sub.example.com DS', 'x.sub.example.com A'])
      assert.match(
        nsecs(ask(denial, question))[0] ?? '',
        new RegExp(`^sub \\S+ ${of('NS', 'RRSIG', 'NSEC')}$`),
      );
});

test('must 7: owners are signed in lower case whatever case was asked', () => {
  for (const denial of both)
    for (const question of [
      'wWw.eXample.com A',
      'NOBODY.example.COM A',
      'X.wild.Example.com A',
      'NeaR.example.com TXT',
    ])
      ask(denial, question);
});

test('must 8: labels do not count a leading asterisk, also where it is asked for', () => {
  for (const denial of both)
    for (const [question, chain, compact] of [
      ['*.wild.example.com A', 3, 3],
      ['x.wild.example.com A', 3, 4],
      ['x.y.wild.example.com A', 3, 5],
    ] as const) {
      const [, signature = assert.fail()] = ask(denial, question).answers;
      assert.equal(splitRrsig(signature.rdata).fields.labels, denial === 'chain' ? chain : compact);
    }
});

test('must 9, must 10: signatures begin an hour back at least, and outlive every TTL by days', () => {
  for (const denial of both)
    for (const question of [
      'www.example.com A',
      'nobody.example.com A',
      'example.com DNSKEY',
      'near.example.com A',
    ]) {
      const { answers, authorities } = ask(denial, question);
      for (const { type, rdata, ttl } of [...answers, ...authorities]) {
        if (type !== RRTYPE.RRSIG) continue;
        const { inception, expiration } = splitRrsig(rdata).fields;
        assert.ok(inception <= NOW - 3600 && expiration > NOW + ttl + 4 * DAY);
      }
    }
});

test('must 12: bitmaps have no octets at their end that say nothing', () => {
  // readNsec fails over one.
  for (const denial of both) assert.ok(nsecs(ask(denial, 'near.example.com MX')).length > 0);
});

test('must not 2: what covers a name that is not there does not lead below it', () => {
  for (const name of ['nobody', 'x.nobody', 'a.sux', 'zz'])
    for (const nsec of nsecs(ask('chain', `${name}.example.com A`))) assert.doesNotMatch(nsec, /\\0\./);
});

test('must not 5, must not 6: one signature beside each set, and no TTL above what it says', () => {
  // assertMessageSigned fails over either.
  for (const denial of both) for (const type of ['SOA', 'NS', 'DNSKEY']) ask(denial, `example.com ${type}`);
});

test('must not 7: what differs by network says so to each, also where it is denied', () => {
  for (const denial of both)
    for (const subnet of ['192.0.2.0/24', '198.51.100.0/24']) {
      const { messages } = servers[denial].send({
        question: 'near.example.com A',
        edns: { flags: DO },
        ecs: subnet,
        transport: 'tcp',
      });
      const [message = assert.fail()] = messages;
      assertMessageSigned(message);
      assert.equal(message.edns?.clientSubnet?.scope, 24);
    }
});
