/** A state folder that is full, read-only, not ours, or no folder: a start without what is said to be optional. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { type ServerFolder, serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';
import { askOnce } from './load.ts';

const POLICIES = { 'kept.example.zone': 'www 30 IN TXT kept\n' };
const MAY_MOUNT =
  process.getuid?.() === 0 && process.platform === 'linux' ? false : 'only root can make such a file system';

/** Each spoils the state folder of a server that is yet to start, and returns how that is mended. */
const SPOILT: readonly {
  readonly title: string;
  readonly skip: string | false;
  readonly spoil: (state: string) => () => void;
  readonly told: RegExp;
}[] = [
  {
    title: 'that is full',
    skip: MAY_MOUNT,
    spoil: (state) => {
      const unmount = mounted(state, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state]);
      spawnSync('sh', ['-c', 'cat /dev/zero > fill'], { cwd: state });
      return unmount;
    },
    told: /no space is left/,
  },
  {
    title: 'that is read-only',
    skip: MAY_MOUNT,
    spoil: (state) => mounted(state, ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', state]),
    told: /it is on a read-only file system/,
  },
  {
    title: 'that belongs to somebody else',
    skip: process.getuid?.() === 0 ? 'root may write everywhere' : false,
    spoil: (state) => {
      mkdirSync(state);
      chmodSync(state, 0o500);
      return () => chmodSync(state, 0o700);
    },
    told: /permission denied/,
  },
  {
    title: 'that is a file',
    skip: false,
    spoil: (state) => {
      writeFileSync(state, '');
      return () => rmSync(state);
    },
    told: /it (is no folder|exists already)/,
  },
];

function mounted(where: string, how: readonly string[]): () => void {
  mkdirSync(where);
  const { status, stderr } = spawnSync('mount', how);
  assert.equal(status, 0, String(stderr));
  return () => void spawnSync('umount', ['-l', where]);
}

for (const { title, skip, spoil, told } of SPOILT) {
  test(`A server with a state folder ${title} starts, answers, and takes over from one that died`, {
    skip,
  }, async (context) => {
    const place = serverFolder(context, (folder) => spoil(path.join(folder, '.dnsteer')));
    const first = await started(place);
    const left = await answering(first);
    assert.doesNotMatch(first.output(), /bug in dnsteer/);
    assert.match(first.output(), told);
    const warnings = first.output().match(/It cannot be noted which server is in charge.*set \\"state\\"/g);
    assert.equal(warnings?.length, 1, 'it is told once, with a remedy');
    const folderToo = mkdtempSync(path.join(tmpdir(), 'dnsteer-state-'));
    for (const beside of [place.folder, folderToo]) {
      const second = startServer({ folder: beside, policies: POLICIES, port: first.port });
      await assert.rejects(
        second,
        /another program uses this address|Another dnsteer/,
        'a second server is noticed',
      );
    }
    rmSync(folderToo, { recursive: true });
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    assert.ok(left.every(isAlive), 'answers go on');
    const second = await started(place, first.port);
    await until(
      async () => left.filter(isAlive),
      (alive) => alive.length === 0 || process.platform !== 'linux',
    );
    assert.ok((await answering(second)).every(isAlive), 'those of the successor stay');
  });
}

test('A state folder that is removed takes no zone from processes that begin later', async (context) => {
  const { folder, start } = serverFolder(context);
  const policies = { ...POLICIES, 'large.example.zone': '$GENERATE 0-4999 host$ 30 TXT large\n' };
  const server = await start({ policies });
  const images = path.join(folder, '.dnsteer', 'zones');
  const before = readdirSync(images).sort();
  assert.ok(before.length > 0, 'the large zone is in a file');
  rmSync(path.join(folder, '.dnsteer'), { recursive: true });
  const killed = await answering(server);
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  await until(
    async () => await server.status(),
    ({ ready, processes }) => ready && processes.every(({ pid }) => !killed.includes(pid)),
  );
  assert.deepEqual(readdirSync(images).sort(), before);
  const client = await Client.open(server.port);
  try {
    for (let index = 0; index < 20; index += 1)
      assert.equal((await askOnce(client, `host${index}.large.example`)).text, 'NOERROR TXT large');
  } finally {
    client.close();
  }
});

async function started(place: ServerFolder, port?: number): Promise<TestServer> {
  const server = await place.start({ policies: POLICIES, ...(port !== undefined && { port }) });
  const client = await Client.open(server.port);
  const { text } = await askOnce(client, 'www.kept.example');
  client.close();
  assert.equal(text, 'NOERROR TXT kept');
  return server;
}

async function answering(server: TestServer): Promise<number[]> {
  const { processes } = await server.status();
  return processes.filter(({ kind }) => kind === 'answer').map(({ pid }) => pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
