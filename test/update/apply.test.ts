/** RFC 2136 §3.2 to §3.4, rule by rule, and laws of updates as a whole. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { applyUpdate } from '../../runtime/update/apply.ts';
import { type DynamicRecords, differenceOf } from '../../runtime/update/dynamic-record.ts';
import { ANYBODY, after, BASE, outcome, request, texts } from './sample-zone.ts';

const NONE: DynamicRecords = new Map();
const TXT = after('_acme-challenge 60 IN TXT "one"');

describe('RFC 2136 §3.2: prerequisites', () => {
  const CASES: readonly (readonly [what: string, prerequisite: string, expected: string])[] = [
    ['§3.2.1: a TTL is malformed', 'stated 1 ANY TXT', 'FORMERR'],
    ['§3.2.1: a name outside is NOTZONE', 'other.example. 0 ANY TXT', 'NOTZONE'],
    ['§3.2.1: ANY with data is malformed', 'stated 0 ANY TXT "x"', 'FORMERR'],
    ['§3.2.1: NONE with data is malformed', 'stated 0 NONE TXT "x"', 'FORMERR'],
    ['§3.2.1: another class is malformed', 'stated 0 CH TXT "x"', 'FORMERR'],
    ['§2.4.1: an RRset exists', 'stated 0 ANY TXT', 'ok'],
    ['§2.4.1: an RRset that does not', 'stated 0 ANY A', 'NXRRSET'],
    ['§2.4.1: an RRset that was added', '_acme-challenge 0 ANY TXT', 'ok'],
    ['§2.4.1: the SOA exists', 'zone.example. 0 ANY SOA', 'ok'],
    ['§3.2.5: no RRset has a type that only queries have', 'stated 0 ANY TYPE252', 'NXRRSET'],
    ['§3.2.5: nor does one with that data', 'stated 0 IN ANY', 'NXRRSET'],
    ['§3.2.5: so none exists', 'stated 0 NONE TYPE252', 'ok'],
    ['§2.4.2: an RRset exists with its data', 'stated 0 IN TXT "file"', 'ok'],
    ['§2.4.2: an RRset exists with other data', 'stated 0 IN TXT "other"', 'NXRRSET'],
    ['§2.4.2: data of what was added', '_acme-challenge 0 IN TXT "one"', 'ok'],
    ['§2.4.3: an RRset does not exist', 'stated 0 NONE A', 'ok'],
    ['§2.4.3: an RRset that does', 'stated 0 NONE TXT', 'YXRRSET'],
    ['§2.4.4: a name is in use', 'stated 0 ANY ANY', 'ok'],
    ['§2.4.4: a name that is not', 'nothing 0 ANY ANY', 'NXDOMAIN'],
    ['§2.4.4: a name that only has names below is not in use', 'below 0 ANY ANY', 'NXDOMAIN'],
    ['§2.4.4: a name that a policy decides is in use', 'decided 0 ANY ANY', 'ok'],
    ['§2.4.5: a name is not in use', 'nothing 0 NONE ANY', 'ok'],
    ['§2.4.5: a name that is', '_acme-challenge 0 NONE ANY', 'YXDOMAIN'],
    ['§1.1.1: names are compared without case', 'STATED 0 ANY TXT', 'ok'],
  ];
  for (const [what, prerequisite, expected] of CASES) {
    test(what, () => {
      const result = outcome(TXT, [], [prerequisite]);
      assert.deepEqual(result, expected === 'ok' ? texts(TXT) : expected);
    });
  }

  test('§2.4.2: all records of a set have to be named, and TTLs do not count', () => {
    const two = after('a 60 IN TXT "1"', 'a 60 IN TXT "2"');
    assert.equal(outcome(two, [], ['a 0 IN TXT "1"']), 'NXRRSET');
    assert.equal(outcome(two, [], ['a 0 IN TXT "1"', 'a 0 IN TXT "2"', 'a 0 IN TXT "3"']), 'NXRRSET');
    assert.deepEqual(outcome(two, [], ['a 0 IN TXT "2"', 'a 0 IN TXT "1"']), texts(two));
  });
});

describe('RFC 2136 §3.4: updates', () => {
  const CASES: readonly (readonly [what: string, updates: readonly string[], expected: string[] | string])[] =
    [
      ['§3.4.1.3: a name outside', ['other.example. 60 IN TXT "x"'], 'NOTZONE'],
      ['§3.4.1.2: a class that is none of the three', ['a 60 CH TXT "x"'], 'FORMERR'],
      ['§3.4.1.2: class ANY with a TTL', ['a 60 ANY TXT'], 'FORMERR'],
      ['§3.4.1.2: class ANY with data', ['a 0 ANY TXT "x"'], 'FORMERR'],
      ['§3.4.1.2: class NONE with a TTL', ['a 60 NONE TXT "x"'], 'FORMERR'],
      ['§3.4.1.2: class NONE and type ANY', ['a 0 NONE ANY'], 'FORMERR'],
      ['§3.4.1.2: data is missing', ['a 60 IN A'], 'FORMERR'],
      [
        '§3.4.1: nothing is done if one is malformed',
        ['a 60 IN TXT "x"', 'other.example. 60 IN TXT "x"'],
        'NOTZONE',
      ],
      ['§3.4.2.2: a record is added', ['a 60 IN A 192.0.2.1'], ['a.zone.example. 60 IN A 192.0.2.1']],
      ['§3.4.2.2: a record of the file is there already', ['stated 9 IN TXT "file"'], []],
      [
        '§3.4.2.2: a record beside one of the file has the TTL of the file',
        ['stated 9 IN TXT "more"'],
        ['stated.zone.example. 60 IN TXT "more"'],
      ],
      [
        '§3.4.2.2: the same record again has the new TTL',
        ['a 60 IN TXT "x"', 'a 90 IN TXT "x"'],
        ['a.zone.example. 90 IN TXT "x"'],
      ],
      [
        'RFC 2181 §5.2: so do all of its set',
        ['a 60 IN TXT "x"', 'a 90 IN TXT "y"'],
        ['a.zone.example. 90 IN TXT "x"', 'a.zone.example. 90 IN TXT "y"'],
      ],
      ['§3.4.2.2: an alias beside other records is ignored', ['stated 60 IN CNAME ns1'], []],
      ['§3.4.2.2: other records beside an alias are ignored', ['alias 60 IN TXT "x"'], []],
      [
        '§3.4.2.2: an alias takes the place of another',
        ['a 60 IN CNAME ns1', 'a 60 IN CNAME stated'],
        ['a.zone.example. 60 IN CNAME stated.zone.example.'],
      ],
      ['RFC 2181 §10.1: the zone itself is no alias', ['zone.example. 60 IN CNAME elsewhere.example.'], []],
      ['RFC 1034 §4.2.1: a name below a delegation is not of the zone', ['www.cut 60 IN TXT "x"'], 'REFUSED'],
      ['RFC 1034 §4.2.1: nor is the delegation', ['cut 60 IN TXT "x"'], 'REFUSED'],
      ['RFC 6672 §2.4: a name below a DNAME is not of the zone', ['www.moved 60 IN TXT "x"'], 'REFUSED'],
      [
        'RFC 6672 §2.4: the owner of a DNAME is',
        ['moved 60 IN TXT "x"'],
        ['moved.zone.example. 60 IN TXT "x"'],
      ],
      ['an alias of the file stays', ['alias 60 IN CNAME stated'], 'REFUSED'],
      ['a name that a policy decides gets no addresses', ['decided 60 IN A 192.0.2.1'], 'REFUSED'],
      [
        '§3.4.2.3: an RRset is removed',
        ['a 60 IN TXT "x"', 'a 60 IN A 192.0.2.1', 'a 0 ANY TXT'],
        ['a.zone.example. 60 IN A 192.0.2.1'],
      ],
      ['§3.4.2.3: all of a name are removed', ['a 60 IN TXT "x"', 'a 60 IN A 192.0.2.1', 'a 0 ANY ANY'], []],
      ['§3.4.2.3: what is not there is removed without fuss', ['a 0 ANY TXT', 'a 0 ANY ANY'], []],
      [
        '§3.4.2.4: a record is removed',
        ['a 60 IN TXT "x"', 'a 60 IN TXT "y"', 'a 0 NONE TXT "x"'],
        ['a.zone.example. 60 IN TXT "y"'],
      ],
      ['§3.4.2.4: a record that is not there is removed without fuss', ['a 0 NONE TXT "x"'], []],
      ['a record of the file is not removed', ['stated 0 NONE TXT "file"'], 'REFUSED'],
      ['an RRset of the file is not removed', ['stated 0 ANY TXT'], 'REFUSED'],
      ['§3.4.2.3: SOA and NS of the zone itself', ['zone.example. 0 ANY NS'], 'REFUSED'],
      ['RFC 3007 §3.1.1: what the signer makes', ['a 60 IN DNSKEY 256 3 13 AAAA'], 'REFUSED'],
    ];
  for (const [what, updates, expected] of CASES) {
    test(what, () => assert.deepEqual(outcome(NONE, updates), expected));
  }

  test('§3.3: who may not change one record changes none', () => {
    const onlyTxt = { ...ANYBODY, may: (_: Uint8Array, type: number) => type === 16 };
    assert.equal(outcome(TXT, ['a 60 IN TXT "x"', 'a 60 IN A 192.0.2.1'], [], onlyTxt), 'REFUSED');
    const mixed = after('a 60 IN TXT "x"', 'a 60 IN A 192.0.2.1');
    assert.equal(outcome(mixed, ['a 0 ANY ANY'], [], onlyTxt), 'REFUSED');
    assert.deepEqual(outcome(TXT, ['_acme-challenge 0 ANY ANY'], [], onlyTxt), []);
  });
});

test('Ten thousand records for one name take a moment, and as many prerequisites', () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `a ${60 + (index % 2)} IN TXT "${index}"`);
  const before = process.cpuUsage();
  const first = applyUpdate(BASE, NONE, request(lines), ANYBODY);
  assert(first.ok);
  const wanted = lines.map((line) => line.replace(/ \d+ IN /, ' 0 IN '));
  assert.ok(applyUpdate(BASE, first.value, request(lines, wanted), ANYBODY).ok);
  const { user } = process.cpuUsage(before);
  // Where each record is compared with each other one, it is half a minute.
  assert.ok(user < 5_000_000, `${user / 1000} ms of processor time`);
});

describe('laws of updates', () => {
  const owner = fc.constantFrom('a', 'b', 'stated', 'alias', 'zone.example.', 'decided', 'A');
  const data = fc.constantFrom('TXT "x"', 'TXT "y"', 'A 192.0.2.1', 'CNAME ns1', 'TXT "file"', 'MX 5 ns1');
  const update = fc.oneof(
    fc.tuple(owner, fc.constantFrom('60', '90'), data).map(([at, ttl, what]) => `${at} ${ttl} IN ${what}`),
    fc.tuple(owner, data).map(([at, what]) => `${at} 0 NONE ${what}`),
    fc.tuple(owner, fc.constantFrom('TXT', 'A', 'CNAME', 'ANY')).map(([at, type]) => `${at} 0 ANY ${type}`),
  );
  const updates = fc.array(update, { maxLength: 8 });
  const run = (before: DynamicRecords, lines: readonly string[]): DynamicRecords => {
    const applied = applyUpdate(BASE, before, request(lines), ANYBODY);
    return applied.ok ? applied.value : before;
  };

  test('one request is its updates one by one, if each of them succeeds', () => {
    fc.assert(
      fc.property(updates, (lines) => {
        const whole = applyUpdate(BASE, NONE, request(lines), ANYBODY);
        let parts: DynamicRecords = NONE;
        for (const line of lines) {
          const applied = applyUpdate(BASE, parts, request([line]), ANYBODY);
          if (!applied.ok) return assert.equal(whole.ok, false);
          parts = applied.value;
        }
        assert(whole.ok);
        assert.deepEqual(texts(whole.value), texts(parts));
      }),
    );
  });

  test('no record of the file is there twice, aliases stand alone, a set has one TTL', () => {
    fc.assert(
      fc.property(updates, updates, (first, second) => {
        const records = run(run(NONE, first), second);
        for (const list of records.values()) {
          assert.ok(list.length > 0);
          const types = new Set(list.map(({ type }) => type));
          assert.ok(
            !types.has(5) ||
              (list.length === 1 && [...BASE.types(list[0]?.owner ?? new Uint8Array())].length === 0),
          );
          for (const type of types) {
            const set = list.filter((one) => one.type === type);
            assert.equal(new Set(set.map(({ ttl }) => ttl)).size, 1);
          }
        }
        assert.ok(!texts(records).some((text) => text.includes('"file"') && text.startsWith('stated.')));
      }),
    );
  });

  test('what an update changed leads from the records before to those after it', () => {
    fc.assert(
      fc.property(updates, updates, (first, second) => {
        const before = run(NONE, first);
        const now = run(before, second);
        const { added, removed } = differenceOf(before, now);
        const forth = new Map(texts(before).map((text) => [keyOf(text), text]));
        for (const text of texts(new Map([['', removed]]))) forth.delete(keyOf(text));
        for (const text of texts(new Map([['', added]]))) forth.set(keyOf(text), text);
        assert.deepEqual([...forth.values()].map(spelt).sort(), texts(now).map(spelt).sort());
      }),
    );
  });

  /** A record whose owner is written another way is no other record (RFC 4343 §3). */
  const spelt = (text: string): string => text.replace(/^\S+/, (owner) => owner.toLowerCase());
  /** A record without its TTL. */
  const keyOf = (text: string): string => text.toLowerCase().replace(/ \d+ IN /i, ' ');
});
