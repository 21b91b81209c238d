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
  const [unloaded] = told({ source: 'none', rcode: 'SERVFAIL' }, 'Decided');
  assert.equal(unloaded, 'by nobody: the policy has not loaded yet');
});
