/** Each door that is left open is found, named, and a reason not to serve. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DnsteerError } from '../../runtime/base/errors.ts';
import type { OpenDoors } from '../../runtime/rpc/sandbox-protocol.ts';
import { doorWarnings } from '../../runtime/runner/process/doors.ts';
import { DEFAULT_SANDBOX } from '../../runtime/runner/process/program.ts';
import { SandboxProcess } from '../../runtime/runner/process/sandbox-process.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { looseSandbox } from './loose.ts';

const LENIENT = { ...DEFAULT_SANDBOX, allowOpenDoors: true };
/** Node 24 has no permission for the network. */
const HAS_NETWORK_PERMISSION = process.allowedNodeEnvironmentFlags.has('--allow-net');

/** What its self-test finds in a process that is started with these flags. */
async function doorsOf(without: string, ...others: string[]): Promise<OpenDoors> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenDoors>();
  const child = new SandboxProcess(
    {
      onReady: (ready) => {
        resolve(ready.doors);
        ready.kill();
      },
      onReply: () => undefined,
      onMemory: () => {},
      onLost: (_, why) => reject(new Error(why)),
    },
    looseSandbox(without, ...others),
    LENIENT,
  );
  await child.exited;
  return promise;
}

const LEFT_OPEN: readonly (readonly [without: string, other: string, open: readonly string[]])[] = [
  ['', '--allow-fs-write=*', ['write files']],
  ['', '--allow-child-process', ['start processes']],
  ['', '--allow-worker', ['start threads']],
  ['', '--allow-inspector', ['open the inspector']],
  ['--disallow-code-generation-from-strings', '--no-warnings', ['make code from strings']],
  ['', '--allow-net', ['listen on TCP', 'connect over TCP', 'use UDP']],
];

for (const [without, other, open] of LEFT_OPEN) {
  const name = without === '' ? `with ${other}` : `without ${without}`;
  const skip = !HAS_NETWORK_PERMISSION && other === '--allow-net';
  test(`A sandbox started ${name} can ${open.join(', ')}`, { skip }, async () => {
    assert.deepEqual((await doorsOf(without, other)).open, open);
  });
}

test('Started without --permission, it can do nearly all, and says so', async () => {
  const { open, lockless } = await doorsOf('--permission', '--no-warnings');
  assert.deepEqual(
    open.filter((door) => !/TCP|UDP/.test(door)),
    [
      'read files',
      'read its own code',
      'list folders',
      'write files',
      'start processes',
      'start threads',
      'open the inspector',
      'load native code',
      'reach the internals of Node',
    ],
  );
  assert.equal([...open, ...lockless].filter((door) => /TCP|UDP/.test(door)).length, 3);
});

test('The right to read anything, granted at the start, is given up with the rest', async () => {
  assert.deepEqual((await doorsOf('', '--allow-fs-read=*')).open, []);
});

test('With a door open nothing is served, and the operator is told which and what to do', async () => {
  const sandbox = new Sandbox({ spare: false, spawn: () => looseSandbox('', '--allow-child-process') });
  await assert.rejects(sandbox.start(), (error) => {
    assert.ok(error instanceof DnsteerError);
    assert.equal(error.code, 'START');
    assert.match(error.message, /^The sandbox does not start: it can start processes, which Node should/);
    assert.match(error.message, /sandbox\.allowOpenDoors/);
    return true;
  });
});

test('Where the operator allows it, it serves with a warning that names the door', async () => {
  const spawn = () => looseSandbox('', '--allow-worker');
  const sandbox = new Sandbox({ spare: false, spawn, settings: LENIENT });
  await sandbox.start();
  const [warning = ''] = sandbox.warnings;
  assert.match(warning, /can start threads; .*sandbox\.allowOpenDoors/);
  await sandbox.stop();
});

test('What this Node has no lock for is told, and no reason to refuse', async () => {
  const [warning = '', ...others] = doorWarnings({ open: [], lockless: ['connect over TCP'] });
  assert.match(warning, /^This Node \(v[\d.]+\) cannot keep sandbox .*Node 26 can: connect over TCP$/);
  assert.deepEqual(others, []);
});

test('Sandboxes as they are started have no door open that Node can shut', async () => {
  const sandbox = new Sandbox({ spare: false });
  await sandbox.start();
  if (HAS_NETWORK_PERMISSION) assert.deepEqual(sandbox.warnings, []);
  await sandbox.stop();
});
