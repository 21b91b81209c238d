/** `dnsteer release` against an admin server, and the token that it and its sisters send. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import type { Release } from '../../runtime/admin/source.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { fakeSource } from '../admin/fake-source.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const TOKEN = 'correct-horse-battery';
const cwd = testFolder({ token: `${TOKEN}\n` });
let outcome: Release = 'released';
const source = fakeSource({
  release: (zone) => Promise.resolve(zone === 'example.com' ? outcome : undefined),
});
let admin: AdminServer;
before(async () => {
  const listen = { address: '127.0.0.1', port: 0 };
  admin = await startAdmin({ listen, token: TOKEN, source, log: silentLogger() });
});
after(() => admin.close());

function run(args: readonly string[], env: Readonly<Record<string, string>>): ReturnType<typeof dnsteer> {
  return dnsteer(args, { cwd, env: { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host, ...env } });
}

const KNOWN = { DNSTEER_ADMIN_TOKEN: TOKEN };

test('It says what came of it', async () => {
  const released = await run(['release', 'Example.com'], KNOWN);
  assert.deepEqual(
    [released.code, released.stdout],
    [0, 'example.com is released: its policy is asked again\n'],
  );
  outcome = 'not-quarantined';
  const idle = await run(['release', 'example.com'], KNOWN);
  assert.deepEqual([idle.code, idle.stdout], [0, 'example.com was not quarantined\n']);
  outcome = 'stopped-again';
  const stopped = await run(['release', 'example.com'], KNOWN);
  assert.equal(stopped.code, 1);
  assert.match(
    stopped.stderr,
    /^error: The policy of example\.com was tried once more and had to be stopped/,
  );
});

test('A zone that is not served is a mistake, perhaps of the fingers', async () => {
  const { code, stderr } = await run(['release', 'exampel.com'], KNOWN);
  assert.equal(code, 1);
  assert.equal(stderr, 'error: No zone "exampel.com" is served; did you mean example.com?\n');
});

test('A state is pushed, with what it holds for and why', async () => {
  const pushed = await run(['push', 'db', 'down', '--for', '30', '--reason', 'being upgraded'], KNOWN);
  assert.deepEqual([pushed.code, pushed.stdout], [0, 'db is down for 2 targets\n']);
  const unknown = await run(['push', 'bd', 'up'], KNOWN);
  assert.equal(unknown.code, 1);
  assert.equal(unknown.stderr, 'error: No check of type "push" has the name "bd"; did you mean db?\n');
  const wrong = await run(['push', 'db', 'well'], KNOWN);
  assert.equal(wrong.stderr, 'error: A state is needed: state=up or state=down\n');
});

test('All verbs that ask the server send its token, from wherever the settings have it', async () => {
  for (const args of [
    ['release', 'example.com'],
    ['push', 'db', 'up'],
    ['status'],
    ['explain', 'www.example.com'],
  ]) {
    outcome = 'released';
    assert.equal((await run(args, { DNSTEER_ADMIN_TOKEN_FILE: 'token' })).code, 0);
    const { code, stderr } = await run(args, {});
    assert.equal(code, 1);
    assert.match(stderr, /error: The admin server asks for its token: set admin\.token or admin\.tokenFile/);
  }
});

test('Without a server it says where it looked', async () => {
  const { code, stderr } = await dnsteer(['release', 'example.com', '--admin', '127.0.0.1:1'], { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, 'error: No dnsteer server is running with its admin server at 127.0.0.1:1\n');
});
