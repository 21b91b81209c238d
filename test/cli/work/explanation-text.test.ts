/** What an explanation says where the bare answer would leave an operator guessing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatExplanation } from '../../../runtime/cli/work/explanation-text.ts';
import type { Explanation } from '../../../runtime/rpc/explanation.ts';
import { fakeExplanation } from '../../admin/fake-source.ts';

/** How wide the column of titles is. */
const TITLES = 'ECS scope  '.length;

/** The lines of one section. */
function told(changes: Partial<Explanation>, title: string): string[] {
  const asked = { name: 'www.example.com.', type: 'A' };
  const rows = formatExplanation({ ...fakeExplanation(asked), ...changes }).split('\n');
  const from = rows.findIndex((row) => row.startsWith(title));
  const until = rows.findIndex((row, at) => at > from && /^\S/.test(row));
  return rows.slice(from, until).map((row) => row.slice(TITLES));
}

test('A negative answer says which of the two kinds it is', () => {
  const nothing = { answer: [], authority: ['example.com. 30 IN SOA …'] };
  assert.deepEqual(told(nothing, 'Answer'), ['NOERROR, without records of type A (NODATA)']);
  assert.deepEqual(told({ ...nothing, rcode: 'NXDOMAIN' }, 'Answer'), ['NXDOMAIN']);
});

test('A delegation names the servers that answer instead', () => {
  const authority = ['sub.example.com. 60 IN NS ns.example.net.'];
  const changes = { source: 'delegation', answer: [], authority } as const;
  assert.deepEqual(told(changes, 'Decided'), ['by other servers: the name is delegated to them']);
  assert.deepEqual(told(changes, 'Answer'), ['NOERROR, a referral to', ...authority]);
});

test('A host that a CNAME led to is told of with the name it was asked for', () => {
  const followed = ['app.example.com.'];
  assert.deepEqual(told({ followed, host: 'app' }, 'Decided'), [
    'by the policy, host "app", for app.example.com. where a CNAME led',
  ]);
});

test('A zone that is not here, and one that never loaded, are told apart', () => {
  const { zone: _, ...nowhere } = fakeExplanation({ name: 'www.example.org.', type: 'A' });
  assert.match(formatExplanation({ ...nowhere, source: 'none' }), /^Decided +by nobody here$/m);
  const unready = 'The copy of the zone has expired';
  const [unloaded] = told({ source: 'none', unready, rcode: 'SERVFAIL' }, 'Decided');
  assert.equal(unloaded, 'by nobody: The copy of the zone has expired');
});

test('Signatures are told with their keys, and proofs in words', () => {
  const signature = { tag: 7, algorithm: 13, from: '2040-01-01T00:00:00Z', until: '2040-01-15T00:00:00Z' };
  const set = { owner: 'x.example.com.', type: 'A', wasThere: true, signatures: [signature] };
  const proof = { owner: 'a.example.com.', next: 'z.example.com.', types: ['A'], proves: 'x does not exist' };
  const signing = {
    kind: 'signed',
    rcode: 'NOERROR',
    sets: [set, { ...set, type: 'TXT', wildcard: '*.example.com.', wasThere: false }],
    proof: [
      { ...proof, how: 'chain' },
      { ...proof, how: 'compact' },
    ],
    records: ['x.example.com. 30 IN RRSIG A 13 …'],
  } as const;
  const changes = { signing, rcode: 'NXDOMAIN' } as const;
  assert.deepEqual(told(changes, 'Signed'), [
    'x.example.com. A    by key 7, algorithm 13  was there  until 2040-01-15T00:00:00Z',
    'x.example.com. TXT  by key 7, algorithm 13  made now   until 2040-01-15T00:00:00Z  as *.example.com.',
    'NOERROR to clients that set DO and not CO (RFC 9824)',
  ]);
  assert.deepEqual(told(changes, 'Proof'), [
    'x does not exist (NSEC a.example.com. … z.example.com.)',
    'x does not exist (NSEC made for a.example.com.)',
  ]);
  assert.deepEqual(told(changes, 'Records'), signing.records);
  assert.deepEqual(told({ signing: { kind: 'failed' } }, 'Signed'), [
    'no: there is no usable key, and clients that set DO get SERVFAIL',
  ]);
});
