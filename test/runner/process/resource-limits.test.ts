/** What the kernel and the host allow a sandbox process to use. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DnsteerError } from '../../../runtime/base/errors.ts';
import { DEFAULT_SANDBOX } from '../../../runtime/runner/process/program.ts';
import { Sandbox } from '../../../runtime/runner/sandbox.ts';
import { guest, HOARD } from '../guests.ts';

const skip = process.platform !== 'linux';

test('A sandbox process has the limits, and is the first to go when memory runs out', { skip }, async () => {
  const sandbox = new Sandbox({ spare: false });
  await sandbox.start();
  const { pid } = sandbox.stats();
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  const adjustment = readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8');
  const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0];
  await sandbox.stop();
  assert.match(limits, /^Max core file size +0 +0 /m);
  assert.match(limits, /^Max file size +0 +0 /m);
  assert.match(limits, /^Max open files +64 +64 /m);
  assert.equal(adjustment.trim(), '1000');
  assert.equal(program, process.execPath, 'the shell has become Node, under the same number');
});

test('A process that uses more than its memory is replaced, and told of with its use', { skip }, async () => {
  const exited = Promise.withResolvers<string>();
  const sandbox = new Sandbox({
    spare: false,
    // A little more than it has at its start.
    settings: { ...DEFAULT_SANDBOX, memory: 120 },
    onState: ({ state, detail }) => {
      if (state === 'exited') exited.resolve(detail);
    },
  });
  await sandbox.start();
  // Its isolate may have far more than the process.
  const loaded = await sandbox.load('hoard', guest('', HOARD), { memoryMb: 1024, timeoutMs: 10_000 });
  const detail = await exited.promise;
  await sandbox.stop();
  assert.ok(!loaded.ok);
  const told = /it used \d+ MB of memory, and sandbox\.memory allows 120/;
  assert.match(loaded.message, told);
  assert.match(detail, told);
  assert.match(detail, /while it ran hoard/);
});

test('Without machine code is a thing of the built package, and the operator is told', async () => {
  const sandbox = new Sandbox({ spare: false, settings: { ...DEFAULT_SANDBOX, jitless: true } });
  await assert.rejects(sandbox.start(), (error) => {
    assert.ok(error instanceof DnsteerError);
    assert.equal(error.code, 'START');
    assert.match(error.message, /sandbox\.jitless.*npm run build/);
    return true;
  });
});
