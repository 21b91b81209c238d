/** Records kept in a table of a fixed size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Denial } from '../../../runtime/dnssec/denial/denial.ts';
import { makeNsec } from '../../../runtime/dnssec/denial/nsec.ts';
import { NsecMemory } from '../../../runtime/dnssec/denial/nsec-memory.ts';
import { nameToText } from '../../../runtime/wire/name.ts';
import { name } from '../../support/wire.ts';
import { deniable, lower, recordsOf, typeOf } from './deniable.ts';

const MANY = 40_000;

test('What is found is what was put there under the same key; the number kept has a bound', () => {
  const memory = new NsecMemory();
  const chains = [memory.enter(), memory.enter(), memory.enter()];
  const keys = Array.from({ length: MANY }, (_, at) => [chains[at % 3] ?? 0, at >> 2, at % 5] as const);
  const made = keys.map((_, at) => makeNsec('chain', name(`n${at}.`), name('z.'), []));
  for (const [at, nsec] of made.entries()) memory.put(...(keys[at] ?? assert.fail()), nsec);
  const found = keys.map((key) => memory.get(...key));
  for (const [at, nsec] of found.entries()) assert.ok(nsec === undefined || nsec === made[at]);
  const kept = found.filter((nsec) => nsec !== undefined).length;
  assert.ok(kept > 5000 && kept <= 2 ** 14, `${kept}`);
});

test('A record is the same object while it is kept, and has the same content when it was made anew', () => {
  const apex = '@ SOA ns.z. host.z. 1 2 3 4 300\n@ NS ns.y.\n';
  const hosts = Array.from({ length: MANY }, (_, at) => `n${at} A 192.0.2.1`).join('\n');
  const { denial } = deniable(apex + hosts);
  const asked = lower('n7');
  const again = () => {
    const [record] = recordsOf((into) => denial.noData(asked, asked.length, typeOf('TXT'), 300, into));
    return record ?? assert.fail('It is denied');
  };
  const first = again();
  assert.equal(again().rdata, first.rdata);
  for (let at = 0; at < MANY; at++) {
    const other = lower(`n${at}`);
    const [record] = recordsOf((into) => denial.noData(other, other.length, typeOf('TXT'), 300, into));
    assert.equal(nameToText(record?.owner ?? other.subarray(1)), `n${at}.z.`);
  }
  const later = again();
  assert.notEqual(later.rdata, first.rdata);
  assert.deepEqual(later.rdata, first.rdata);
});

test('Versions of a zone do not get records of each other', () => {
  const apex = '@ SOA ns.z. host.z. 1 2 3 4 300\n@ NS ns.y.\n';
  const [old, fresh] = [deniable(`${apex}a A 192.0.2.1`), deniable(`${apex}a TXT "new"`)];
  const rdataOf = (denial: Denial) => recordsOf((into) => denial.nsecAt(lower('a'), 5, into))[0]?.rdata;
  assert.notDeepEqual(rdataOf(old.denial), rdataOf(fresh.denial));
});
