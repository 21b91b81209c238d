/** Values that are kept as octets are what they were, and an answer by a shared pool is what each record makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { compileRecords } from '../../runtime/plan/compile-records.ts';
import { encodeRRset } from '../../runtime/wire/encoded-rrset.ts';
import { Server } from '../answer/server.ts';
import { name } from '../support/wire.ts';

const zone = name('example.com.');
const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 40 });
const ttls = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test('The values of a set, few or many, are those that were given, and its octets are theirs', () => {
  fc.assert(
    fc.property(addresses, ttls, (A, ttl) => {
      const read = compileRecords({ A }, '', { zone, ttl, placement: 'answer' });
      assert.ok(read.ok);
      const [set] = read.value;
      assert.ok(set !== undefined);
      const rdatas = A.map((text) => Uint8Array.from(text.split('.').map(Number)));
      assert.deepEqual(set.rdatas, rdatas);
      assert.equal(set.slots.length, rdatas.length);
      assert.deepEqual(set.encoded, encodeRRset({ type: set.type, ttl, rdatas }));
    }),
  );
});

test('A pool that plans share answers under each TTL what a plan of the same records answers', () => {
  fc.assert(
    fc.property(addresses, ttls, fc.option(ttls, { nil: undefined }), (A, around, own) => {
      const server = new Server();
      const us = { records: { A }, at: [0, 0] as const, ...(own !== undefined && { ttl: own }) };
      const ttl = own ?? around;
      const of = [{ kind: 'pool', pool: 'us' } as const];
      const count = A.length;
      server.put({
        policy: {
          pools: { us },
          hosts: {
            first: { kind: 'rotate', ttl: around, count, of: { kind: 'firstHealthy', of } },
            near: { kind: 'rotate', ttl: around, count, of: { kind: 'nearest', of } },
            straight: { kind: 'records', records: { A }, ttl },
          },
        },
      });
      const answers = (host: string) => {
        const replies = server.ask({ question: `${host}.example.com A`, transport: 'tcp' });
        return replies.map((line) => line.replaceAll(host, '')).sort();
      };
      const straight = answers('straight');
      assert.ok(straight.length >= count);
      assert.deepEqual(answers('first'), straight);
      assert.deepEqual(answers('near'), straight);
    }),
    { numRuns: 30 },
  );
});

test('Plans hold the pool itself, and the TTL it has there', () => {
  const pools = new Map([['us', { name: 'us', sets: [], at: undefined, whenDown: 'all' } as const]]);
  const data = { kind: 'rotate', ttl: 7, of: { kind: 'pool', pool: 'us' } };
  const plan = compilePlan(data, { zone, pools, ttl: 30, apex: false });
  assert.ok(plan.ok && plan.value.kind === 'rotate' && plan.value.of.kind === 'pool');
  assert.equal(plan.value.of.pool, pools.get('us'));
  assert.equal(plan.value.of.ttl, 7);
});
