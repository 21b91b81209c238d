/** Keys of facts, taken apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsIn, NEEDS, needsOf, parseFact } from '../../../runtime/answer/facts/fact.ts';
import { fieldBit, LOCATION_FIELDS } from '../../../runtime/geo/location.ts';
import type { Pool } from '../../../runtime/plan/plan.ts';

const EU: Pool = { name: 'eu.west', sets: [], at: undefined, whenDown: 'all' };
const pools = new Map([['eu.west', EU]]);

const KNOWN: readonly (readonly [key: string, kind: string, needs: number])[] = [
  ['client.country', 'place', needsOf('country')],
  ['client.timeZone', 'place', needsOf('timeZone')],
  ['client.subnet', 'subnet', NEEDS.SUBNET],
  ['client.family', 'family', NEEDS.FAMILY],
  ['client.ip', 'ip', NEEDS.ADDRESS],
  ['client.in(10.0.0.0/8,2001:db8::/32,192.0.2.1)', 'in', NEEDS.NETWORKS],
  ['health.eu.west', 'health', NEEDS.NOTHING],
  ['time.hour', 'time', NEEDS.NOTHING],
  ['query.name', 'name', NEEDS.NOTHING],
  ['query.type', 'type', NEEDS.NOTHING],
  ['query.transport', 'transport', NEEDS.NOTHING],
  ['query.local', 'local', NEEDS.NOTHING],
  ['client.resolver.address', 'resolver', NEEDS.NOTHING],
  ['client.resolver.country', 'resolver-country', NEEDS.NOTHING],
  ['client.in(@lists/staff.txt)', 'list', NEEDS.NETWORKS],
  ['time.unix', 'unix', NEEDS.NOTHING],
  ['time@America/Argentina/Ushuaia.minute', 'time', NEEDS.NOTHING],
];

for (const [key, kind, needs] of KNOWN) {
  test(`${key} is a fact of kind "${kind}"`, () => {
    const fact = parseFact(key, pools);
    assert.deepEqual([fact?.key, fact?.kind, fact?.needs], [key, kind, needs]);
  });
}

test('A time zone is what stands between @ and the last dot', () => {
  assert.equal(parseFact('time@+05:30.hour', pools)?.kind, 'time');
  const fact = parseFact('time@Etc/GMT+5.date', pools);
  assert.ok(fact?.kind === 'time');
  assert.deepEqual([fact.timeZone, fact.part], ['Etc/GMT+5', 'date']);
});

for (const key of [
  '',
  'client.',
  'client.name',
  'client.constructor',
  'client.resolver',
  'client.resolver.city',
  'client.in',
  'client.in()',
  'client.in(10.0.0.0/8,)',
  'client.in(10.0.0.0/33)',
  'client.in(office)',
  `client.in(${Array.from({ length: 90 }, () => '10.0.0.0/8').join(',')})`,
  'health.',
  'health.us',
  'time',
  'time.second',
  'time@.hour',
  'time@Europe/Berlin.unix',
  'time@Europe/Atlantis.hour',
  'time@europe/berlin.hour',
  'time@EUROPE/Berlin.hour',
  'time@+0530.hour',
  'toString',
  'query.',
  'query.names',
]) {
  test(`"${key}" is no fact`, () => assert.equal(parseFact(key, pools), undefined));
}

test('Each field of a place needs a bit of its own, and all of them are the place', () => {
  const fields = LOCATION_FIELDS.map((field) => needsOf(field));
  assert.equal(new Set(fields).size, LOCATION_FIELDS.length);
  assert.equal(needsOf(...LOCATION_FIELDS), NEEDS.PLACE);
  assert.equal(NEEDS.PLACE & (NEEDS.FAMILY | NEEDS.SUBNET | NEEDS.ADDRESS | NEEDS.NETWORKS), 0);
  assert.equal(fieldsIn(needsOf('city') | NEEDS.ADDRESS | NEEDS.SUBNET | NEEDS.FAMILY), fieldBit('city'));
});
