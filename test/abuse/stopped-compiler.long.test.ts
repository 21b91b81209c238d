/** A compiler that is stopped while a policy is saved, and again while the server ends. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { policy } from './attack.ts';
import { askOnce } from './load.ts';

/** It is noticed after 3 s, and what is built next takes a moment. */
const NOTICED_MS = 5000;
const END_MS = 5000;

test('A compiler that is stopped holds up changes for seconds, and no longer than the server', {
  skip: existsSync('/proc/self/task') ? false : 'no /proc here',
}, async () => {
  const server = await startServer({ policies: { 'one.example.ts': policy({}, 'before') } });
  const client = await Client.open(server.port);
  try {
    const first = compilerOf(server);
    process.kill(first, 'SIGSTOP');
    const from = performance.now();
    server.write('one.example.ts', policy({}, 'after'));
    await server.printed(
      /The compiler hangs, or was stopped; it is ended, and builds under way are done again/,
    );
    assert.ok(performance.now() - from < NOTICED_MS);
    await until(
      async () => (await askOnce(client, 'www.one.example')).text,
      (text) => text === 'NOERROR TXT after',
    );
    assert.equal(isAlive(first), false);
    assert.equal((await server.status()).totals.reloadFailures, 0, 'no policy is to blame');

    const second = compilerOf(server);
    process.kill(second, 'SIGSTOP');
    server.write('one.example.ts', policy({}, 'never'));
    const ending = performance.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - ending < END_MS);
    await until(
      async () => isAlive(second),
      (alive) => !alive,
    );
  } finally {
    client.close();
    await server.stop();
  }
});

function compilerOf(server: TestServer): number {
  const { pid = 0 } = server.process;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const compiler = children.findLast((child) => readFileSync(`/proc/${child}/comm`, 'utf8') === 'esbuild\n');
  assert.ok(compiler !== undefined);
  return compiler;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
