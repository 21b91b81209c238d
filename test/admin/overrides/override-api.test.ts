/** Overrides over HTTP: by whoever has the token and means to, by no page of another site, and all of it is noted. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AuditEntry } from '../../../runtime/admin/audit.ts';
import type { OverrideAsk, OverrideOutcome } from '../../../runtime/admin/overrides/override-ask.ts';
import { type AdminServer, startAdmin } from '../../../runtime/admin/server.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import { type AskOptions, askAt } from '../ask.ts';
import { fakeSource } from '../fake-source.ts';

const TOKEN = 'the-token-in-the-state-folder';
const MEANT = { 'x-dnsteer': '1', authorization: `Bearer ${TOKEN}` };
const asked: OverrideAsk[] = [];
const noted: AuditEntry[] = [];
let outcome: OverrideOutcome = { kind: 'done', overrides: [], warnings: ['It is in force'] };
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({
    listen: { address: '127.0.0.1', port: 0 },
    changes: { token: () => TOKEN, file: '/state/admin-token' },
    audit: (entry) => noted.push(entry),
    source: fakeSource({
      override: (ask) => {
        asked.push(ask);
        return Promise.resolve(outcome);
      },
    }),
    log: silentLogger(),
  });
});
after(() => admin.close());

async function send(query: string, options: AskOptions = {}): Promise<[status: number, body: unknown]> {
  const url = new URL(`/api/override?${query}`, admin.url);
  const { status, body } = await askAt(url, { method: 'POST', headers: MEANT, ...options });
  return [status, JSON.parse(body)];
}

test('An override is asked for, and what comes of it is told', async () => {
  assert.deepEqual(await send('do=drain&target=Shop.example/eu&reason=new+switch&owner=anna'), [
    200,
    { overrides: [], warnings: ['It is in force'] },
  ]);
  assert.deepEqual(asked, [{ do: 'drain', target: 'shop.example/eu', owner: 'anna', reason: 'new switch' }]);
  for (const [kind, status] of [
    ['unknown', 404],
    ['conflict', 409],
    ['not-now', 503],
  ] as const) {
    outcome = { kind, why: 'No such pool' };
    assert.deepEqual(await send('do=up&target=*/eu'), [status, { error: 'No such pool' }]);
  }
  assert.equal((await send('do=up&target=eu'))[0], 400);
});

test('Nobody else changes anything, nor writes into the audit log', async () => {
  const before = [asked.length, noted.length];
  const query = 'do=drain&target=*/*';
  for (const [options, status] of [
    [{ method: 'GET' }, 405],
    [{ headers: { 'x-dnsteer': '1' } }, 401],
    [{ headers: { 'x-dnsteer': '1', authorization: 'Bearer another-token-of-somebody' } }, 401],
    [{ headers: { ...MEANT, origin: 'http://evil.example' } }, 403],
    [{ headers: { ...MEANT, 'sec-fetch-site': 'cross-site' } }, 403],
  ] as const)
    assert.equal((await send(query, options))[0], status);
  assert.deepEqual([asked.length, noted.length], before);
});

test('Each request is noted with who, what and how it ended', () => {
  const [first, second] = noted;
  assert.ok(first !== undefined && second !== undefined);
  const { time, ...rest } = first;
  assert.match(time, /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(rest, {
    from: '127.0.0.1',
    path: '/api/override',
    query: { do: 'drain', target: 'Shop.example/eu', reason: 'new switch', owner: 'anna' },
    status: 200,
  });
  assert.deepEqual([second.status, second.error], [404, 'No such pool']);
});
