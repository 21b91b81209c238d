/** States are pushed over HTTP, by whoever means to, and what is wrong with a push is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PushQuery, pushState } from '../../../runtime/admin/overrides/push.ts';
import { startAdmin } from '../../../runtime/admin/server.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import type { Push } from '../../../runtime/health/push-board.ts';
import { atEnd } from '../../support/at-end.ts';
import { askAt } from '../ask.ts';
import { fakeSource } from '../fake-source.ts';

const BARE: PushQuery = { name: 'db', state: 'up', for: undefined, reason: undefined, load: undefined };

function push(query: Partial<PushQuery>) {
  const taken: [string, Push][] = [];
  const result = pushState(
    { ...BARE, ...query },
    {
      push(name, one) {
        taken.push([name, one]);
        return name === 'db' || name.includes(':') ? { targets: 1 } : { targets: 0, meant: 'db' };
      },
    },
  );
  return { result, taken };
}

test('A push has a state, and may say for how long and why', () => {
  assert.deepEqual(push({}).result, { status: 200, body: { name: 'db', state: 'up', targets: 1 } });
  assert.deepEqual(push({ state: 'down', for: '1.5', reason: 'disk full', load: '0.5' }).taken, [
    ['db', { state: 'down', load: 0.5, forMs: 1500, reason: 'disk full' }],
  ]);
  assert.deepEqual(push({ name: '2001:DB8:0::1' }).taken, [['2001:db8::1', { state: 'up' }]]);
});

for (const [query, status, expected] of [
  [{ name: undefined }, 400, /^A name is needed/],
  [{ name: 'a b' }, 400, /^A name is needed/],
  [{ state: undefined }, 400, /^A state is needed/],
  [{ state: 'UP' }, 400, /^A state is needed/],
  [{ for: '0' }, 400, /^A push holds for a number of seconds/],
  [{ for: '-5' }, 400, /^A push holds for a number of seconds/],
  [{ for: 'NaN' }, 400, /^A push holds for a number of seconds/],
  [{ for: '86401' }, 400, /^A push holds for a number of seconds/],
  [{ for: '1e3' }, 400, /^A push holds for a number of seconds/],
  [{ load: '-1' }, 400, /^A load is a number from 0/],
  [{ load: 'NaN' }, 400, /^A load is a number from 0/],
  [{ reason: 'a\nb' }, 400, /^A reason is a text/],
  [{ reason: 'x'.repeat(201) }, 400, /^A reason is a text/],
  [{ name: 'dc' }, 404, /^No check of type "push" has the name "dc"; did you mean db\?$/],
] as const) {
  test(`Refused: ${JSON.stringify(query).slice(0, 60)}`, () => {
    const { result, taken } = push(query);
    assert.equal(result.status, status);
    assert.match('error' in result.body ? result.body.error : '', expected);
    assert.equal(taken.length, status === 404 ? 1 : 0);
  });
}

test('Only who may change something pushes', async (t) => {
  const admin = await startAdmin({
    listen: { address: '127.0.0.1', port: 0 },
    changes: { token: () => 'secret', file: 'admin-token' },
    source: fakeSource(),
    log: silentLogger(),
  });
  atEnd(t, () => admin.close());
  const url = new URL('/api/push?name=db&state=up', admin.url);
  const meant = { 'x-dnsteer': '1', authorization: 'Bearer secret' };
  assert.equal((await askAt(url, { method: 'POST', headers: meant })).status, 200);
  assert.equal((await askAt(url, { method: 'POST', headers: { 'x-dnsteer': '1' } })).status, 401);
  assert.equal((await askAt(url, { method: 'GET', headers: meant })).status, 405);
});
