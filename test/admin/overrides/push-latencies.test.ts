/** Latencies are put, posted and deleted over HTTP, as a body, by whoever may change something. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../../../runtime/admin/audit.ts';
import { startAdmin } from '../../../runtime/admin/server.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import { atEnd } from '../../support/at-end.ts';
import { fakeSource } from '../fake-source.ts';

test('A table is taken from those who have the token, and noted', async (context) => {
  const entries: AuditEntry[] = [];
  const admin = await startAdmin({
    listen: { address: '127.0.0.1', port: 0 },
    token: 'secret',
    source: fakeSource(),
    log: silentLogger(),
    audit: (entry) => entries.push(entry),
  });
  atEnd(context, () => admin.close());
  const ask = async (method: string, body?: string, token = 'secret') => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`${admin.url}api/latencies`, { method, headers, ...(body && { body }) });
    return [response.status, await response.json()] as const;
  };
  assert.deepEqual(await ask('PUT', 'network,a,b\nDE,1,2\n'), [
    200,
    { source: 'api', file: 'state/whole.csv', rows: 1, pools: 2 },
  ]);
  assert.deepEqual((await ask('POST', 'network,a\nDE,1\n'))[1], {
    source: 'api',
    file: 'state/rows.csv',
    rows: 1,
    pools: 2,
  });
  assert.deepEqual(await ask('DELETE'), [200, { dropped: true }]);
  assert.deepEqual(await ask('PUT'), [400, { error: 'Cannot use the latencies: line 0: it has no heading' }]);
  assert.equal((await ask('PUT', 'x', 'other'))[0], 401);
  assert.equal((await ask('PATCH', 'x'))[0], 405);
  assert.deepEqual(
    entries.map(({ method = 'POST', path, status }) => `${method} ${path} ${status}`),
    [
      'PUT /api/latencies 200',
      'POST /api/latencies 200',
      'DELETE /api/latencies 200',
      'PUT /api/latencies 400',
    ],
  );
});

test('A body that says no length, or is too large, is not read', async (context) => {
  const admin = await startAdmin({
    listen: { address: '127.0.0.1', port: 0 },
    token: 'secret',
    source: fakeSource(),
    log: silentLogger(),
  });
  atEnd(context, () => admin.close());
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(8));
      controller.close();
    },
  });
  const response = await fetch(`${admin.url}api/latencies`, {
    method: 'PUT',
    headers: { Authorization: 'Bearer secret' },
    body: stream,
    duplex: 'half',
  });
  assert.equal(response.status, 413);
});
