/** The system calls as they are, with errors as numbers; and errors of whoever is called back. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { loadSystemCalls } from '../../../runtime/transport/udp/system-calls.ts';

const FILE = path.resolve(import.meta.dirname, '../../../runtime/transport/udp/system-calls.ts');
const UDP_SOCKET = [2, 2, 0] as const;

const loaded = await loadSystemCalls();
const skip = loaded.ok ? false : `no system calls here: ${loaded.problem.kind}`;

suite('System calls', { skip }, () => {
  test('say what is wrong by number', () => {
    assert.ok(loaded.ok);
    const calls = loaded.value;
    const descriptor = calls.socket(...UDP_SOCKET);
    assert.ok(descriptor > 0);
    assert.equal(calls.receive(descriptor, 0, 0), 0);
    assert.equal(calls.receive(descriptor, 0, 1), -constants.errno.EFAULT);
    assert.equal(calls.close(descriptor), 0);
    assert.equal(calls.close(descriptor), -constants.errno.EBADF);
    assert.equal(calls.send(descriptor, 0, 1), -constants.errno.EBADF);
    assert.equal(calls.socket(-1, 2, 0), -constants.errno.EAFNOSUPPORT);
    assert.equal(calls.interfaceIndex('no-such-interface'), 0);
    assert.equal(calls.interfaceIndex('lo'), 1);
  });

  test('pause for about as long as they are told', () => {
    assert.ok(loaded.ok);
    const from = performance.now();
    loaded.value.pause(5);
    assert.ok(performance.now() - from > 4.5);
  });

  test('do not swallow what is thrown when a socket is ready: it ends the process', async () => {
    const script = `
      const { loadSystemCalls } = await import(${JSON.stringify(FILE)});
      const calls = (await loadSystemCalls()).value;
      const descriptor = calls.socket(${UDP_SOCKET.join()});
      const watch = calls.watch(descriptor, () => { throw new Error('thrown by whoever was called'); });
      watch.await('writable');`;
    await assert.rejects(promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]), {
      code: 1,
      stderr: /Error: thrown by whoever was called/,
    });
  });
});
