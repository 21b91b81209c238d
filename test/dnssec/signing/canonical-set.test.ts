import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CanonicalSet } from '../../../runtime/dnssec/signing/canonical-set.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalName } from '../../../runtime/wire/name.ts';
import { canonicalRdata } from '../../../runtime/wire/rdata/embedded-names.ts';
import { names, typedRdata } from '../../support/arbitraries.ts';
import { hex, name, rdata } from '../../support/wire.ts';

/** Sets of one type, up to many records, some of them twice. */
const sets = fc
  .tuple(names.map(canonicalName), fc.nat(2 ** 31 - 1), typedRdata, fc.integer({ min: 1, max: 60 }))
  .chain(([owner, ttl, { type, rdata: first }, most]) =>
    fc.record({
      owner: fc.constant(owner),
      ttl: fc.constant(ttl),
      type: fc.constant(type),
      rdatas: fc
        .array(fc.tuple(fc.nat(first.length), fc.nat(3)), { minLength: 1, maxLength: most })
        .map((changes) =>
          changes.map(([at, octet]) => first.map((each, index) => (index === at - 1 ? octet : each))),
        ),
    }),
  );

function formOf(set: {
  owner: Uint8Array;
  type: number;
  ttl: number;
  rdatas: readonly Uint8Array[];
}): Buffer {
  shared.write(set.owner, set.owner.length, set.type, set.ttl, set.rdatas);
  return Buffer.from(shared.octets.subarray(0, shared.length));
}

/** One for all, as in a process: nothing of a set is left for the next. */
const shared = new CanonicalSet();

test('The order of records, and whether they are there twice, does not matter', () => {
  fc.assert(
    fc.property(sets, fc.infiniteStream(fc.nat()), (set, chances) => {
      const form = formOf(set);
      const shuffled = set.rdatas
        .flatMap((each) => ((chances.next().value ?? 0) % 3 === 0 ? [each, Uint8Array.from(each)] : [each]))
        .map((each) => ({ each, key: chances.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      assert.deepEqual(formOf({ ...set, rdatas: shuffled }), form);
      const turn = (chances.next().value ?? 0) % set.rdatas.length;
      const rotated = [...set.rdatas.slice(turn), ...set.rdatas.slice(0, turn)];
      assert.deepEqual(formOf({ ...set, rdatas: rotated }), form);
    }),
  );
});

test('What is signed is the head, then each record in canonical form and order (RFC 4034 §3.1.8.1)', () => {
  fc.assert(
    fc.property(sets, fc.uint8Array({ minLength: 19, maxLength: 273 }), (set, head) => {
      formOf(set);
      const distinct = new Map(
        set.rdatas.map((each) => {
          const canonical = Buffer.from(canonicalRdata(set.type, each));
          return [canonical.toString('hex'), canonical];
        }),
      );
      const records = [...distinct.values()]
        .sort((a, b) => Buffer.compare(a, b))
        .map((each) => {
          const fixed = Buffer.alloc(10);
          fixed.writeUInt16BE(set.type, 0);
          fixed.writeUInt16BE(1, 2);
          fixed.writeUInt32BE(set.ttl, 4);
          fixed.writeUInt16BE(each.length, 8);
          return Buffer.concat([set.owner, fixed, each]);
        });
      assert.deepEqual(Buffer.from(shared.signedOctets(head)), Buffer.concat([head, ...records]));
      assert.equal(shared.count, records.length);
    }),
  );
});

test('Sets that differ have different forms', () => {
  const base = {
    owner: name('a.example.'),
    type: RRTYPE.TXT,
    ttl: 300,
    rdatas: [hex('0161'), hex('0162')],
  };
  const others = [
    { ...base, owner: name('b.example.') },
    { ...base, type: RRTYPE.SPF },
    { ...base, ttl: 301 },
    { ...base, ttl: 300 + 2 ** 24 },
    { ...base, rdatas: [hex('0161')] },
    { ...base, rdatas: [hex('01610162')] },
    { ...base, rdatas: [hex('0161'), hex('0163')] },
  ];
  const forms = [base, ...others].map((set) => formOf(set).toString('hex'));
  assert.equal(new Set(forms).size, forms.length);
});

test('Names in data are in lower case in the types of RFC 6840 §5.1, and as they are in others', () => {
  const form = (type: keyof typeof RRTYPE, text: string) =>
    formOf({ owner: name('example.'), type: RRTYPE[type], ttl: 1, rdatas: [rdata(type, text)] });
  assert.deepEqual(form('MX', '10 Mail.Example.NET.'), form('MX', '10 mail.example.net.'));
  assert.deepEqual(form('SRV', '0 0 1 Mail.Example.'), form('SRV', '0 0 1 mail.example.'));
  assert.notDeepEqual(form('NSEC', 'Mail.Example. A'), form('NSEC', 'mail.example. A'));
  assert.notDeepEqual(form('SVCB', '1 Mail.Example.'), form('SVCB', '1 mail.example.'));
  assert.notDeepEqual(form('NAPTR', '1 1 "U" "" "" a.'), form('NAPTR', '1 1 "u" "" "" a.'));
});

test('Records are in the order of their octets, one that another begins with before it', () => {
  const rdatas = ['02', '0100', '01', 'ff', '0101', '00'].map((digits) => hex(digits));
  const form = formOf({ owner: name('.'), type: 65_280, ttl: 0, rdatas });
  assert.equal(
    form.toString('hex'),
    'ff000000000000000100000101000201000002010100010200 01ff'.replace(' ', ''),
  );
});
