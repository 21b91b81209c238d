/** What tests and operators say of the targets of aliases, where nobody resolves them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAliasFlags, readGivenAliases } from '../../runtime/testing/given-aliases.ts';

test('Addresses by family, with a TTL or that of a minute', () => {
  const read = readGivenAliases({
    'Shop.CDN.example.': { A: ['192.0.2.1', '192.0.2.2'], AAAA: '2001:DB8::1', ttl: 45 },
    'none.example': {},
  });
  assert.deepEqual(read.ok && [...read.value.values()], [
    {
      target: 'shop.cdn.example',
      A: { addresses: ['192.0.2.1', '192.0.2.2'], ttl: 30, isStale: false },
      AAAA: { addresses: ['2001:db8::1'], ttl: 30, isStale: false },
    },
    {
      target: 'none.example',
      A: { addresses: [], ttl: 60, isStale: false },
      AAAA: { addresses: [], ttl: 60, isStale: false },
    },
  ]);
});

test('The command line has both families in one list', () => {
  const read = readAliasFlags(['a.example=192.0.2.1,2001:db8::1', 'b.example=']);
  assert.deepEqual(
    read.ok && [...read.value.values()].map(({ target, A, AAAA }) => [target, A.addresses, AAAA.addresses]),
    [
      ['a.example', ['192.0.2.1'], ['2001:db8::1']],
      ['b.example', [], []],
    ],
  );
});

const REFUSED: readonly (readonly [given: unknown, problem: RegExp])[] = [
  [5, /^aliases: Must be an object/],
  [{ a: [] }, /^aliases\["a"\]: Must be an object|Must be/],
  [{ a: { AAA: [] } }, /^aliases\["a"\]: There is no "AAA"; did you mean/],
  [{ a: { A: ['2001:db8::1'] } }, /^aliases\["a"\]\.A: Must be addresses, such as \["192\.0\.2\.1"\]/],
  [{ a: { AAAA: [5] } }, /^aliases\["a"\]\.AAAA: Must be addresses/],
  [{ a: { A: Array.from({ length: 65 }, () => '192.0.2.1') } }, /Has over 64 addresses/],
  [{ a: { ttl: 0 } }, /^aliases\["a"\]\.ttl: Must be seconds from 1/],
];

for (const [given, problem] of REFUSED)
  test(`Refused: ${JSON.stringify(given).slice(0, 40)}`, () => {
    const read = readGivenAliases(given);
    assert.match(read.ok ? '' : read.problem, problem);
  });

for (const flag of ['a.example', '=192.0.2.1', 'a=b=c'])
  test(`The flag "${flag}" is refused with how it is written`, () => {
    const read = readAliasFlags([flag]);
    assert.match(read.ok ? '' : read.problem, /^--alias .*Must be a target and its addresses/);
  });

test('An address that is none is told by the flag', () => {
  const read = readAliasFlags(['a.example=192.0.2.300']);
  assert.match(read.ok ? '' : read.problem, /^--alias: aliases\["a\.example"\]\.A: Must be addresses/);
});
