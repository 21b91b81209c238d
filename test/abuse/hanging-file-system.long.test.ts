/**
 * A file system that never answers, in place of a team's folder: a network drive whose server is gone. Here it is
 * one of the kernel's own kind for programs (FUSE), mounted by nobody who would answer.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { askOnce, SteadyLoad } from './load.ts';

const MAY_MOUNT =
  process.getuid?.() === 0 && existsSync('/dev/fuse')
    ? false
    : 'only root can mount, where there is /dev/fuse';
const END_MS = 5000;

test('A folder that hangs is left out: others’ changes go live, clients are answered, the server ends', {
  skip: MAY_MOUNT,
}, async () => {
  const server = await startServer({
    policies: {
      'a.example.zone': 'www 30 IN TXT 0\n',
      'team/hung.example.zone': 'www 30 IN TXT hung\n',
    },
  });
  const where = path.join(server.folder, 'policies', 'team');
  const release = hang(where);
  const client = await Client.open(server.port);
  try {
    const load = await SteadyLoad.start(server.port, () => 'www.hung.example', 100);
    for (const text of ['1', '2']) {
      server.write('a.example.zone', `www 30 IN TXT ${text}\n`);
      await until(
        async () => (await askOnce(client, 'www.a.example')).text,
        (answer) => answer === `NOERROR TXT ${text}`,
      );
    }
    const replies = await load.stop();
    assert.ok(
      replies.every(({ text }) => text === 'NOERROR TXT hung'),
      'it is served as it was',
    );
    assert.match(server.output(), /Looking for changes of policies is given up after 5 s; it is begun again/);
    const { warnings } = await server.status();
    assert.ok(warnings.some((warning) => /The file system does not answer at "team"/.test(warning)));
    const from = performance.now();
    // Not by `stop`, which removes the folder as well, and would hang there.
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    const [code] = await ended;
    assert.ok(performance.now() - from < END_MS);
    assert.notEqual(code, 0, 'it could not end in order');
    assert.match(server.output(), /did not end within 4 s.*What hangs: the policies folder/);
  } finally {
    release();
    client.close();
    await server.stop();
  }
});

/** Mounts it; returns what makes it answer, with an error, and be gone. */
function hang(where: string): () => void {
  const descriptor = openSync('/dev/fuse', 'r+');
  const { status, stderr } = spawnSync(
    'mount',
    ['-i', '-t', 'fuse', 'hang', where, '-o', 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other'],
    { stdio: ['ignore', 'ignore', 'pipe', descriptor] },
  );
  assert.equal(status, 0, String(stderr));
  return () => {
    closeSync(descriptor);
    spawnSync('umount', ['-l', where]);
  };
}
