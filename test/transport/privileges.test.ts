/** Accounts are found by name or number; becoming one is tried in a process of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { findAccount } from '../../runtime/transport/privileges.ts';

const PRIVILEGES = new URL('../../runtime/transport/privileges.ts', import.meta.url).href;

test('A user is found by name or by number, with the group that is its own', () => {
  assert.deepEqual(findAccount({ user: 'root' }), { uid: 0, gid: 0 });
  assert.deepEqual(findAccount({ user: '0' }), { uid: 0, gid: 0 });
});

test('A group is found by name or by number', () => {
  assert.deepEqual(findAccount({ user: 'root', group: '77' }), { uid: 0, gid: 77 });
  assert.ok(findAccount({ user: 'root', group: 'daemon' }).gid > 0);
});

test('A number needs no account, but then a group', () => {
  assert.deepEqual(findAccount({ user: '54321', group: '54321' }), { uid: 54_321, gid: 54_321 });
  assert.throws(() => findAccount({ user: '54321' }), /set "group" too/);
});

test('Who does not exist is named', () => {
  assert.throws(() => findAccount({ user: 'no-such-user' }), /There is no user "no-such-user"/);
  assert.throws(
    () => findAccount({ user: 'root', group: 'no-such-group' }),
    /There is no group "no-such-group"/,
  );
});

/** Runs statements where `become(uid)` is at hand. */
function run(statements: string): { status: number | null; stdout: string } {
  const code = `import { becomeAccount } from '${PRIVILEGES}';
    const become = (uid) => becomeAccount({ uid, gid: uid });
    const say = () => console.log(process.getuid(), process.getgid(), process.getgroups().join());
    ${statements}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
}

const isRoot = process.getuid?.() === 0;

test('Root becomes the user for ever, and keeps no group', { skip: !isRoot && 'needs root' }, () => {
  const { status, stdout } = run(`become(54321); say();
    try { process.setuid(0); } catch { console.log('never again'); }`);
  assert.deepEqual([status, stdout], [0, '54321 54321 54321\nnever again\n']);
});

test('Anybody else may only stay who they are', {
  skip: !isRoot && 'needs root to become anybody else',
}, () => {
  const { stdout } = run(`become(54321); become(54321);
    try { become(54322); } catch (error) { console.log(error.code, error.message); }`);
  assert.match(stdout, /^START Cannot become the configured user: only root may\. Start as root/);
});
