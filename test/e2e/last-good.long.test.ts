/** Control is killed, a file breaks, and the server that starts next answers as the last one did. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { Client } from '../support/client.ts';
import type { TestServer } from '../support/dnsteer.ts';
import { logLine } from '../support/log.ts';
import { serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

const FILE = 'kept.example.ts';

function policy(text: string): string {
  return `import { definePolicy } from 'dnsteer';
    export default definePolicy({
      budget: 100, deadline: 1000,
      fallback: { TXT: 'fallback' },
      hosts: { www: (query) => ({ TXT: '${text} for ' + query.type }) },
    });`;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function answers(server: TestServer): Promise<readonly string[]> {
  const client = await Client.open(server.port);
  try {
    return (await client.ask('www.kept.example', 'TXT'))?.answers ?? [];
  } finally {
    client.close();
  }
}

test('A broken file is served as it last was good after a crash, loudly, until it is mended', async (context) => {
  const { folder, start } = serverFolder(context);
  const first = await start({ policies: { [FILE]: policy('first') } });
  assert.deepEqual(await answers(first), ['TXT first for TXT']);
  const kept = path.join(folder, '.dnsteer', 'last-good', 'kept.example.json');
  await until(
    () => Promise.resolve(existsSync(kept)),
    (isKept) => isKept,
  );
  const left = (await first.status()).processes.find(({ kind }) => kind === 'answer')?.pid ?? 0;
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');

  first.write(FILE, 'export default {');
  const second = await start();
  assert.deepEqual(await answers(second), ['TXT first for TXT']);
  // It goes by a file of the folder that is removed at the end.
  await until(
    async () => isAlive(left),
    (alive) => !alive,
  );
  const line = await logLine(second, 'kept.example', /The files are broken; the last good version, of /);
  assert.equal(line.level, 'error');
  const [zone] = (await second.status()).zones;
  assert.equal(zone?.state, 'degraded');
  assert.ok(
    zone.problems.some(({ message }) => /the last good version, of \d{4}-.* is served/.test(message)),
  );

  second.write(FILE, policy('second'));
  await until(
    () => answers(second),
    ([answer]) => answer === 'TXT second for TXT',
  );
  const [mended] = (await second.status()).zones;
  assert.deepEqual([mended?.state, mended?.problems], ['live', []]);
});
