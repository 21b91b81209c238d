/** RFC 5155 §7.2, RFC 4035 §3.1: which records prove what, section by section, by the names that they match and cover. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RCODE } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { nameToText } from '../../../runtime/wire/name.ts';
import { type SignedZone, signZone } from '../../support/sign-zone.ts';
import { type Labels, labelsOf } from '../denial/random-zone.ts';
import { hashOf, readNsec3 } from './nsec3-validator.ts';
import { askWith, askWithDo, servePresigned } from './served.ts';

const TEXT = `z. 600 IN SOA ns.other. h.other. 7 3600 600 86400 120
z. 300 IN NS ns.other.
www.z. 300 IN A 192.0.2.1
*.wild.z. 300 IN TXT "w"
a.b.c.z. 300 IN TXT "x"
open.z. 300 IN NS ns.other.
only.lone.z. 300 IN NS ns.other.
safe.z. 300 IN NS ns.other.
safe.z. 300 IN DS 1 13 2 ${'00'.repeat(32)}
`;
const zoneOf = (denial: 'nsec' | 'nsec3' | 'nsec3-opt-out'): SignedZone =>
  signZone({ origin: 'z.', text: TEXT, denial });
const [hashed, open] = [zoneOf('nsec3'), zoneOf('nsec3-opt-out')];

/** Which of these names are covered by NSEC3 records of the reply. */
function coveredBy(message: Message, names: readonly string[]): string[] {
  const records = message.authorities.filter(({ type }) => type === RRTYPE.NSEC3);
  return names.filter((name) =>
    records.some(({ owner, rdata }) => {
      const seen = readNsec3(owner, rdata);
      const hash = hashOf(seen, relative(name));
      const isLast = seen.next <= seen.owner;
      return isLast ? hash > seen.owner || hash < seen.next : hash > seen.owner && hash < seen.next;
    }),
  );
}

/** Labels below the zone's name. */
function relative(name: string): Labels {
  return name === 'z.' ? [] : name.slice(0, -3).split('.');
}

/** Whether a reply has the record of a name. */
function hasRecordOf(message: Message, name: string): boolean {
  return message.authorities
    .filter(({ type }) => type === RRTYPE.NSEC3)
    .some(({ owner, rdata }) => {
      const seen = readNsec3(owner, rdata);
      return seen.owner === hashOf(seen, relative(name));
    });
}

describe('RFC 5155: NSEC3', () => {
  const server = servePresigned('z', hashed.text);
  const optOut = servePresigned('z', open.text);

  test('§7.2.2: NXDOMAIN has the closest encloser, and covers the next name and the wildcard', () => {
    const message = askWithDo(server, 'q.b.c.z. A');
    assert.equal(message.rcode, RCODE.NXDOMAIN);
    assert.ok(hasRecordOf(message, 'b.c.z.'));
    assert.deepEqual(coveredBy(askWithDo(server, 'q.b.c.z. A'), ['q.b.c.z.', '*.b.c.z.']), [
      'q.b.c.z.',
      '*.b.c.z.',
    ]);
  });

  test('§7.2.3: NODATA has the record of the name, of an empty non-terminal too, and nothing else', () => {
    for (const [question, name] of [
      ['www.z. MX', 'www.z.'],
      ['c.z. A', 'c.z.'],
      ['z. A', 'z.'],
    ] as const) {
      const message = askWithDo(server, question);
      assert.ok(hasRecordOf(message, name), question);
      assert.equal(message.authorities.filter(({ type }) => type === RRTYPE.NSEC3).length, 1, question);
    }
  });

  test('§7.2.4: no DS: the record of the name, or the closest provable encloser where that opted out', () => {
    assert.ok(hasRecordOf(askWithDo(server, 'open.z. DS'), 'open.z.'));
    const message = askWithDo(optOut, 'open.z. DS');
    assert.ok(!hasRecordOf(message, 'open.z.') && hasRecordOf(message, 'z.'));
    assert.deepEqual(coveredBy(askWithDo(optOut, 'open.z. DS'), ['open.z.']), ['open.z.']);
  });

  test('§7.2.5: a wildcard without the type: closest encloser, next name covered, the wildcard itself', () => {
    const message = askWithDo(server, 'q.wild.z. A');
    assert.equal(message.rcode, RCODE.NOERROR);
    assert.ok(hasRecordOf(message, 'wild.z.') && hasRecordOf(message, '*.wild.z.'));
    assert.deepEqual(coveredBy(askWithDo(server, 'q.wild.z. A'), ['q.wild.z.']), ['q.wild.z.']);
  });

  test('§7.2.6: a wildcard answer covers the next name alone', () => {
    const message = askWithDo(server, 'q.wild.z. TXT');
    assert.equal(message.authorities.filter(({ type }) => type === RRTYPE.NSEC3).length, 1);
    assert.deepEqual(coveredBy(askWithDo(server, 'q.wild.z. TXT'), ['q.wild.z.']), ['q.wild.z.']);
  });

  test('§7.2.7: a referral to an unsigned zone: the record of the delegation, or opt-out; with DS none', () => {
    assert.ok(hasRecordOf(askWithDo(server, 'host.open.z. A'), 'open.z.'));
    assert.deepEqual(coveredBy(askWithDo(optOut, 'host.open.z. A'), ['open.z.']), ['open.z.']);
    // A name that is there for the delegation alone has no record either.
    const deep = askWithDo(optOut, 'host.only.lone.z. A');
    assert.ok(hasRecordOf(deep, 'z.') && !hasRecordOf(deep, 'lone.z.'));
    const signed = askWithDo(server, 'host.safe.z. A').authorities.map(({ type }) => typeToText(type));
    assert.deepEqual(signed.toSorted(), ['DS', 'NS', 'RRSIG']);
  });

  test('§7.2.8: the owner of an NSEC3 is no name of the zone', () => {
    const [record] = askWithDo(server, 'www.z. MX').authorities.filter(({ type }) => type === RRTYPE.NSEC3);
    const owner = nameToText(record?.owner ?? new Uint8Array(1));
    assert.equal(labelsOf(record?.owner ?? new Uint8Array(1)).length, 1);
    for (const type of ['NSEC3', 'A', 'RRSIG'])
      assert.equal(askWithDo(server, `${owner} ${type}`).rcode, RCODE.NXDOMAIN, type);
  });

  test('RFC 3225 §3: without DO there is none of it, but for what is asked by name', () => {
    const denied = askWith(server, 'nobody.z. A', 0);
    assert.deepEqual(
      denied.authorities.map(({ type }) => typeToText(type)),
      ['SOA'],
    );
    for (const type of ['NSEC3PARAM', 'DNSKEY', 'RRSIG']) {
      const [first] = askWith(server, `z. ${type}`, 0).answers;
      assert.equal(first && typeToText(first.type), type);
    }
  });
});

describe('RFC 4035: NSEC', () => {
  const server = servePresigned('z', zoneOf('nsec').text);
  const owners = (question: string): string[] =>
    askWithDo(server, question)
      .authorities.filter(({ type }) => type === RRTYPE.NSEC)
      .map(({ owner }) => nameToText(owner));

  test('§3.1.3: each denial has the records of the chain that it needs, each once', () => {
    for (const [question, ...expected] of [
      ['www.z. MX', 'www.z.'],
      ['q.b.c.z. A', 'a.b.c.z.', 'z.'],
      ['nobody.z. A', 'only.lone.z.', 'z.'],
      ['c.z. A', 'z.'],
      ['q.wild.z. A', '*.wild.z.'],
      ['q.wild.z. TXT', '*.wild.z.'],
      ['host.open.z. A', 'open.z.'],
    ] as const)
      assert.deepEqual(new Set(owners(question)), new Set<string>(expected), question);
  });

  test('§3.1.4: a question for NSEC is answered from the zone', () => {
    const [nsec] = askWith(server, 'www.z. NSEC', 0).answers;
    assert.equal(nsec && typeToText(nsec.type), 'NSEC');
  });
});
