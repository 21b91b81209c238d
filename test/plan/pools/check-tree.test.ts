/** Checks that count together, as policies declare them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataReader } from '../../../runtime/base/data-reader.ts';
import type { HealthSubject } from '../../../runtime/health/combination.ts';
import { probedIn } from '../../../runtime/health/combination.ts';
import type { RecordSet } from '../../../runtime/plan/plan.ts';
import { readCheck } from '../../../runtime/plan/pools/check-tree.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { CHECK_TIMING } from '../../support/check-timing.ts';

const V4 = Uint8Array.of(192, 0, 2, 1);
const SETS: readonly RecordSet[] = [{ type: RRTYPE.A, ttl: 30, rdatas: [V4], slots: [-1] }];
const TCP = { type: 'tcp', port: 1 };
const DB = { type: 'tcp', port: 2, address: 'db.test' };

const twenty = (check: object): object[] => Array.from({ length: 20 }, () => check);

function read(check: object, type: number = RRTYPE.A): HealthSubject | undefined {
  const reader = new DataReader();
  const checkedOf = readCheck(check, 'check', SETS, reader, CHECK_TIMING);
  assert.deepEqual(reader.problems, []);
  return checkedOf?.(type, V4);
}

function problems(check: unknown): string[] {
  const reader = new DataReader();
  readCheck(check, 'check', SETS, reader, CHECK_TIMING);
  return reader.problems;
}

test('Checks inside of checks are what they say, with timings of their own', () => {
  const tree = { all: [TCP, { any: [DB, { not: { ...DB, port: 3, interval: 5 } }] }] };
  const found = read(tree) ?? assert.fail();
  assert.equal(probedIn(found), 'all(tcp://192.0.2.1:1; any(tcp://db.test:2; not(tcp://db.test:3)))');
  assert.match(found.id, /tcp:\/\/db\.test:3 every=5000 /);
});

test('A check that says nothing of a record takes no part for it', () => {
  const tree = { atLeast: 2, of: [TCP, DB] };
  assert.equal(probedIn(read(tree) ?? assert.fail()), 'atLeast 2(tcp://192.0.2.1:1; tcp://db.test:2)');
  const alias = read(tree, RRTYPE.CNAME) ?? assert.fail();
  assert.equal(probedIn(alias), 'atLeast 1(tcp://db.test:2)');
  assert.equal(read({ all: [TCP] }, RRTYPE.TXT), undefined);
});

for (const [check, ...expected] of [
  [{ all: [] }, 'check.all: Must be an array of 1 to 32 checks'],
  [{ any: TCP }, 'check.any: Must be an array of 1 to 32 checks'],
  [{ atLeast: 2 }, 'check.of: Must be an array of 1 to 32 checks'],
  [{ atLeast: 3, of: [TCP, DB] }, 'check.atLeast: Must be a whole number from 1 to 2'],
  [{ atLeast: Number.NaN, of: [TCP, DB] }, 'check.atLeast: Must be a whole number from 1 to 2'],
  [{ all: [TCP], any: [TCP] }, 'check.any: Does not stand beside "all"; the checks inside say it'],
  [{ all: [TCP], interval: 5 }, 'check.interval: Does not stand beside "all"; the checks inside say it'],
  [{ all: [TCP, { type: 'tcp' }] }, 'check.all[1].port: Is required for a tcp check'],
  [{ not: { ...TCP, port: 0 } }, 'check.not.port: Must be a whole number from 1 to 65535'],
  [{ not: { not: { not: { not: { not: TCP } } } } }, 'check.not.not.not.not: Is inside of 4 others already'],
  [
    { any: [{ all: twenty(TCP) }, { all: twenty(DB) }] },
    'check.any[1].all[12]: Is one check more than the 32 that may count together',
  ],
] as const) {
  test(`Refused: ${JSON.stringify(check).slice(0, 80)}`, () => assert.deepEqual(problems(check), expected));
}
