/** With a token set, nothing but the probes is open without it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { type AskOptions, askAt, type Reply } from './ask.ts';
import { fakeSource } from './fake-source.ts';

const TOKEN = 'correct-horse-battery';
const log = silentLogger();
const source = fakeSource();
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, token: TOKEN, source, log });
});
after(() => admin.close());

function ask(path: string, authorization?: string, method = 'GET'): Promise<Reply> {
  const options: AskOptions = { method, headers: authorization === undefined ? {} : { authorization } };
  return askAt(new URL(path, admin.url), options);
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`;
}

test('Probes are open', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await ask(path)).status, 200, path);
});

test('All else is closed without the token, whether or not it is there', async () => {
  for (const path of ['/metrics', '/api/status', '/api/explain?name=example.com', '/nothing', '/healthz/x']) {
    const { status, headers, body } = await ask(path);
    assert.equal(status, 401, path);
    assert.equal(headers['www-authenticate'], 'Bearer');
    assert.equal(body, '{"error":"The token is missing or wrong (admin.token)"}');
  }
  assert.equal((await ask('/api/release?zone=example.com', undefined, 'POST')).status, 401);
  assert.deepEqual(source.released, []);
});

test('What is nearly the token is not', async () => {
  for (const given of [
    'Bearer',
    'Bearer ',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer x ${TOKEN}`,
    TOKEN,
    `Digest ${TOKEN}`,
    basic(''),
    basic(`${TOKEN} `),
    `Basic ${Buffer.from(TOKEN).toString('base64')}`,
    `Basic ${TOKEN}`,
  ]) {
    assert.equal((await ask('/metrics', given)).status, 401, given);
  }
});

test('The token opens all, and is header enough to change something', async () => {
  for (const path of ['/metrics', '/api/status', '/']) {
    assert.equal((await ask(path, `Bearer ${TOKEN}`)).status, 200, path);
    assert.equal((await ask(path, `bearer ${TOKEN}`)).status, 200, path);
  }
  assert.equal((await ask('/api/release?zone=example.com', `Bearer ${TOKEN}`, 'POST')).status, 200);
  assert.deepEqual(source.released, ['example.com']);
});

test('A browser asks for a password at the page, and may read by it; to change something takes more', async () => {
  assert.equal((await ask('/')).headers['www-authenticate'], 'Basic realm="dnsteer"');
  assert.equal((await ask('/', basic(TOKEN))).status, 200);
  assert.equal((await ask('/api/status', basic(TOKEN))).status, 200);
  // A browser adds it to whatever any page sends.
  assert.equal((await ask('/api/release?zone=example.com', basic(TOKEN), 'POST')).status, 403);
});

test('Who has the token is still held to the names of loopback', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, host: 'evil.example' };
  assert.equal((await askAt(new URL('/metrics', admin.url), { headers })).status, 403);
});

test('What is told of the server never holds the token', async () => {
  for (const path of ['/', '/metrics', '/api/status']) {
    const { headers, body } = await ask(path, `Bearer ${TOKEN}`);
    assert.ok(!`${JSON.stringify(headers)}${body}`.includes(TOKEN), path);
  }
});

test('An address that others can reach is not served without a token', async () => {
  await assert.rejects(
    startAdmin({ listen: { address: '0.0.0.0', port: 0 }, source, log }),
    /without a token/,
  );
  const open = await startAdmin({ listen: { address: '0.0.0.0', port: 0 }, token: TOKEN, source, log });
  const url = new URL('/metrics', `http://127.0.0.1:${new URL(open.url).port}`);
  assert.equal((await askAt(url)).status, 401);
  const headers = { authorization: `Bearer ${TOKEN}`, host: 'dns1.example.net:8053' };
  assert.equal((await askAt(url, { headers })).status, 200);
  await open.close();
});
