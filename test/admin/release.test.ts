/** A quarantine is ended over HTTP: by whoever means to, and by no page of another site. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { type AskOptions, askAt, type Reply } from './ask.ts';
import { fakeSource } from './fake-source.ts';

const TOKEN = 'the-token-in-the-state-folder';
const MEANT = { 'x-dnsteer': '1', authorization: `Bearer ${TOKEN}` };
let known: string | undefined = TOKEN;
const changes = { token: () => known, file: '/state/admin-token' };
const log = silentLogger();
const source = fakeSource();
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, changes, source, log });
});
after(() => admin.close());

function release(zone: string, options: AskOptions = {}): Promise<Reply> {
  const url = new URL(`/api/release?zone=${zone}`, admin.url);
  return askAt(url, { method: 'POST', headers: MEANT, ...options });
}

test('A zone is released by its name, however that is written', async () => {
  for (const typed of ['example.com', 'EXAMPLE.com.']) {
    const { status, body } = await release(typed);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { zone: 'example.com', outcome: 'released' });
    assert.equal(source.released.at(-1), 'example.com');
  }
});

for (const [zone, status, complaint] of [
  ['', 400, 'A zone is needed: zone=example.com'],
  ['a..b', 400, 'Name "a..b" has an empty label'],
  ['exmple.com', 404, 'No zone "exmple.com" is served; did you mean example.com?'],
  ['other.test', 404, 'No zone "other.test" is served'],
] as const) {
  test(`What is no zone is refused: ${zone || 'none'}`, async () => {
    const reply = await release(zone);
    assert.equal(reply.status, status);
    assert.deepEqual(JSON.parse(reply.body), { error: complaint });
  });
}

test('A policy that had to be stopped again is told of', async () => {
  const stuck = fakeSource({ release: () => Promise.resolve('stopped-again') });
  const other = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, changes, source: stuck, log });
  const url = new URL('/api/release?zone=example.com', other.url);
  const { status, body } = await askAt(url, { method: 'POST', headers: MEANT });
  await other.close();
  assert.equal(status, 409);
  assert.match(body, /had to be stopped again/);
});

test('Nothing is released by what a link or a page of another site can send', async () => {
  const before = source.released.length;
  const { status, headers } = await release('example.com', { method: 'GET' });
  assert.equal(status, 405);
  assert.equal(headers.allow, 'POST');
  const { host } = new URL(admin.url);
  for (const crossing of [
    {},
    { 'content-type': 'text/plain' },
    { authorization: 'Basic eDp5' },
    { ...MEANT, origin: 'http://evil.example' },
    { ...MEANT, origin: 'null' },
    { ...MEANT, 'sec-fetch-site': 'cross-site' },
    { ...MEANT, 'sec-fetch-site': 'same-site' },
    { ...MEANT, host: `evil.example:${new URL(admin.url).port}` },
  ]) {
    assert.equal((await release('example.com', { headers: crossing })).status, 403, JSON.stringify(crossing));
  }
  // Whoever asks first whether it may (CORS) is not told that it may.
  const preflight = await release('example.com', {
    method: 'OPTIONS',
    headers: { origin: 'http://evil.example' },
  });
  assert.equal(preflight.status, 405);
  assert.ok(!Object.keys(preflight.headers).some((name) => name.startsWith('access-control')));
  assert.equal(source.released.length, before);

  const own = { ...MEANT, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  assert.equal((await release('example.com', { headers: own })).status, 200);
});

test('Where no token is set, nothing is changed without the one that the server made', async () => {
  const before = source.released.length;
  for (const authorization of [undefined, 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]) {
    const headers = { 'x-dnsteer': '1', ...(authorization !== undefined && { authorization }) };
    const { status, body } = await release('example.com', { headers });
    assert.equal(status, 401);
    assert.match(body, /state.admin-token/);
  }
  known = undefined;
  assert.equal((await release('example.com')).status, 401);
  known = TOKEN;
  assert.equal(source.released.length, before);
  assert.equal((await release('example.com', { headers: { authorization: `Bearer ${TOKEN}` } })).status, 200);
  // What only reads needs none.
  assert.equal((await askAt(new URL('/api/status', admin.url), {})).status, 200);
});

test('A request with a body is refused unread', async () => {
  assert.equal((await release('example.com', { body: 'x'.repeat(2000) })).status, 413);
  const chunked = { ...MEANT, 'transfer-encoding': 'chunked' };
  assert.equal((await release('example.com', { headers: chunked, body: 'x' })).status, 413);
});
