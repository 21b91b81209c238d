/** RFC 9824: denial with a record made for the name asked, and how it goes with a chain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Proof } from '../../../runtime/dnssec/denial/proof.ts';
import { deniable, lower, proved, typeOf } from './deniable.ts';

const { denial } = deniable(
  `@ 3600 SOA ns.z. host.z. 1 2 3 4 300
   @ 3600 NS ns.z.
   *.a CNAME h
   z A 192.0.2.1
  `,
  { h: ['A', 'AAAA', 'CNAME'] },
);

const nameError = (asked: string, into: Proof, ttlAtMost?: number) =>
  denial.compactNameError(lower(asked), lower(asked).length, into, ttlAtMost);

test('RFC 9824 §3.3: a name that is not there has one type that says so', () => {
  assert.deepEqual(
    proved((into) => nameError('no.such', into)),
    ['no.such.z. 300 \\000.no.such.z. RRSIG NSEC NXNAME'],
  );
});

test('What a policy denies is denied no longer than its answer would have lived', () => {
  assert.deepEqual(
    proved((into) => nameError('h', into, 20)),
    ['h.z. 20 \\000.h.z. RRSIG NSEC NXNAME'],
  );
});

test('RFC 9824 §3.1, §3.2: a name that is there has its types, an empty non-terminal none', () => {
  const noData = (asked: string, types: readonly string[], ttlAtMost: number) =>
    proved((into) =>
      denial.compactNoData(lower(asked), lower(asked).length, types.map(typeOf), ttlAtMost, into),
    );
  assert.deepEqual(noData('h', ['TXT', 'A', 'A'], 60), ['h.z. 60 \\000.h.z. A TXT RRSIG NSEC']);
  assert.deepEqual(noData('a', [], 3600), ['a.z. 300 \\000.a.z. RRSIG NSEC']);
  assert.deepEqual(noData('@', ['SOA', 'NS'], 3600), ['z. 300 \\000.z. NS SOA RRSIG NSEC']);
});

test('RFC 4034 §4.1.2: a bitmap has a window for each 256 types, and ends with a bit', () => {
  const asked = lower('h');
  const types = [1, 257, 65_535, 1, 256];
  assert.deepEqual(
    proved((into) => denial.compactNoData(asked, asked.length, types, 60, into)),
    ['h.z. 60 \\000.h.z. A RRSIG NSEC URI CAA TYPE65535'],
  );
});

test('Where an alias led, each owner has one record, which proves all that is asked of it', () => {
  const alias = lower('x.a');
  const target = lower('h');
  const cover = (into: Proof) => denial.wildcardAnswer(alias, alias.length, into);
  const coverZ = (into: Proof) => denial.wildcardAnswer(lower('m'), 5, into);
  assert.deepEqual(proved(cover), ['*.a.z. 300 h.z. CNAME RRSIG NSEC']);
  assert.deepEqual(proved(coverZ), ['h.z. 300 z.z. A CNAME AAAA RRSIG NSEC']);
  const reduced = (into: Proof) => denial.noData(target, target.length, typeOf('A'), 60, into);
  const absent = (into: Proof) => nameError('h', into, 20);
  const orders: [string, ((into: Proof) => void)[]][] = [
    ['h.z. 60 z.z. AAAA RRSIG NSEC', [coverZ, reduced]],
    ['h.z. 60 z.z. AAAA RRSIG NSEC', [reduced, coverZ, reduced]],
    ['h.z. 20 z.z. RRSIG NSEC NXNAME', [coverZ, absent]],
    ['h.z. 20 z.z. RRSIG NSEC NXNAME', [absent, coverZ]],
    ['h.z. 20 z.z. RRSIG NSEC NXNAME', [absent, coverZ, absent]],
  ];
  for (const [line, steps] of orders) {
    assert.deepEqual(
      proved((into) => {
        for (const step of steps) step(into);
      }),
      [line],
    );
  }
});

test('A proof begins anew, and keeps nothing of the one before', () => {
  const lines = proved((into) => {
    nameError('one', into);
    nameError('two', into);
    into.begin();
    nameError('three', into);
    assert.throws(() => into.at(1));
  });
  assert.deepEqual(lines, ['three.z. 300 \\000.three.z. RRSIG NSEC NXNAME']);
});
