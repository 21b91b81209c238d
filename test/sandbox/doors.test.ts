/** What a sandbox process can still do once it is ready: run isolates, and nothing else. */
import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { spawnSandbox } from '../../runtime/runner/process/program.ts';

const PROGRAM = fileURLToPath(new URL('fixtures/doors.ts', import.meta.url));
/** Node 24 has no permission for the network. */
const HAS_NETWORK_PERMISSION = Number(process.versions.node.split('.')[0]) >= 26;

test('A sandbox that has shut its doors can run isolates and has no way out', async () => {
  const { stdio, stderr } = spawnSandbox(PROGRAM);
  const [report, complaint] = await Promise.all([text(stdio[3] as Readable), text(stderr as Readable)]);
  assert.equal(complaint, '');
  assert.deepEqual(JSON.parse(report), {
    before: ['read own code', 'load native code'],
    after: HAS_NETWORK_PERMISSION ? [] : ['listen on TCP', 'bind UDP'],
    environment: [],
    isolatesWork: true,
  });
});
