/** What overrides come to, at a moment and together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changesAt,
  isOver,
  type OperatorOverride,
  shareLeft,
} from '../../../runtime/health/overrides/operator-override.ts';
import { resolveOverrides, type Said } from '../../../runtime/health/overrides/resolve.ts';
import { readTargetPattern } from '../../../runtime/health/overrides/target-pattern.ts';
import type { PoolOverride } from '../../../runtime/health/overrides/zone-overrides.ts';

const POOLS = [
  { name: 'eu', addresses: () => ['192.0.2.1', '192.0.2.2'] },
  { name: 'us', addresses: () => ['198.51.100.1'] },
];

const NOW = 1000;

function said(
  kind: OperatorOverride['kind'],
  target: string,
  more: Partial<OperatorOverride> & { window?: string } = {},
): Said {
  const pattern = readTargetPattern(target);
  assert.ok(pattern.ok);
  const { window, ...rest } = more;
  const override = { kind, target, owner: 'anna', since: 0, ...rest };
  return { override, pattern: pattern.value, ...(window !== undefined && { window }) };
}

const HALF = { ramp: { from: 1, to: 0.5, begins: 0, ends: 1 } };

const CASES: Readonly<Record<string, readonly [said: readonly Said[], expected: readonly PoolOverride[]]>> = {
  'Nothing said, nothing overridden': [[], []],
  'A pool by its name': [[said('drain', 'a.example/eu')], [{ pool: 'eu', whole: 0 }]],
  'not that of another zone': [[said('drain', 'b.example/eu')], []],
  'A glob is of all that it matches': [
    [said('down', '*/*')],
    [
      { pool: 'eu', whole: 'down' },
      { pool: 'us', whole: 'down' },
    ],
  ],
  'An address': [[said('up', 'a.example/eu/192.0.2.1')], [{ pool: 'eu', some: [['192.0.2.1', 'up']] }]],
  'of whatever pool': [[said('drain', '*/*/198.51.100.0/24')], [{ pool: 'us', some: [['198.51.100.1', 0]] }]],
  'An address that is not there is none': [[said('up', 'a.example/eu/192.0.2.9')], []],
  'Out goes before up': [[said('up', '*/eu'), said('drain', 'a.example/eu')], [{ pool: 'eu', whole: 0 }]],
  'Down goes before up': [
    [said('down', '*/eu'), said('up', 'a.example/eu')],
    [{ pool: 'eu', whole: 'down' }],
  ],
  'Down goes before a drain that leaves a share': [
    [said('drain', '*/eu', HALF), said('down', 'a.example/eu')],
    [{ pool: 'eu', whole: 'down' }],
  ],
  'An address has what is said of its pool as well': [
    [said('drain', 'a.example/eu', HALF), said('drain', 'a.example/eu/192.0.2.1')],
    [{ pool: 'eu', whole: 0.5, some: [['192.0.2.1', 0]] }],
  ],
  'Operators go before maintenance': [
    [said('drain', '*/eu', { window: 'w' }), said('up', 'a.example/eu')],
    [{ pool: 'eu', whole: 'up' }],
  ],
};

for (const [name, [all, expected]] of Object.entries(CASES))
  test(name, () => assert.deepEqual(resolveOverrides('a.example', POOLS, all, NOW), expected));

test('A drain goes on in steps, no more than one a second and fifty in all', () => {
  const short = { ramp: { from: 1, to: 0, begins: 0, ends: 4000 } };
  assert.deepEqual(
    [0, 999, 1000, 2500, 3999, 4000, 9000].map((now) => shareLeft(short, now)),
    [1, 1, 0.75, 0.5, 0.25, 0, 0],
  );
  const long: OperatorOverride = {
    ...said('drain', 'a.example/eu').override,
    ramp: { from: 1, to: 0, begins: 0, ends: 500_000 },
  };
  let [now, steps] = [0, 0];
  for (; now < 500_000; steps += 1) now = changesAt(long, now);
  assert.deepEqual([now, steps], [500_000, 50]);
  assert.equal(changesAt(long, now), Number.POSITIVE_INFINITY);
});

test('It is over when it expires, and when what was drained has come back', () => {
  const { override } = said('drain', 'a.example/eu', { expires: 5000 });
  assert.deepEqual([isOver(override, 4999), isOver(override, 5000)], [false, true]);
  assert.equal(changesAt(override, 0), 5000);
  const back = { ...override, expires: 9e9, ramp: { from: 0, to: 1, begins: 0, ends: 1000 } };
  assert.deepEqual([isOver(back, 999), isOver(back, 1000)], [false, true]);
});
