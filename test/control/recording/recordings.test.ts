/** Lines that come from answer processes: what becomes of them where the folder can be written, and where it cannot. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { unkept } from '../../../runtime/base/files/keeping.ts';
import { createLogger } from '../../../runtime/base/log.ts';
import { Recordings } from '../../../runtime/control/recording/recordings.ts';
import { atEnd } from '../../support/at-end.ts';
import type { Scope } from '../../support/servers.ts';
import { until } from '../../support/until.ts';

const WAY = { sample: 1, full: false };

function opened(t: Scope) {
  const parent = mkdtempSync(path.join(tmpdir(), 'dnsteer-recordings-'));
  atEnd(t, () => rmSync(parent, { recursive: true }));
  const settings = { folder: path.join(parent, 'recordings'), maxSize: 1, files: 2 };
  const said: [isWritten: boolean, pid: number][] = [];
  const logged: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (text) => logged.push(text) });
  const recordings = new Recordings({
    settings: () => settings,
    settle: (isWritten, pid) => said.push([isWritten, pid]),
    log,
    pauses: { firstMs: 20, mostMs: 20 },
  });
  atEnd(t, () => recordings.stop());
  return { parent, settings, said, logged, recordings };
}

function written(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n').slice(1));
}

test('Lines of several processes are written in turn, and each process hears of its own', async (t) => {
  const { settings, said, recordings } = opened(t);
  for (let count = 0; count < 50; count += 1)
    recordings.take({ ...WAY, text: `{"id":${count}}\n` }, count % 3);
  await recordings.stop();
  assert.deepEqual(
    said,
    Array.from({ length: 50 }, (_, count) => [true, count % 3]),
  );
  assert.deepEqual(
    written(settings.folder),
    Array.from({ length: 50 }, (_, count) => `{"id":${count}}`),
  );
});

test('Nothing is made while nothing is recorded', async (t) => {
  const { parent, recordings } = opened(t);
  recordings.look();
  await recordings.stop();
  assert.deepEqual(readdirSync(parent), []);
});

test('A folder that cannot be written is told once, with a remedy, and what waits is written when it can be', async (t) => {
  const { settings, said, logged, recordings } = opened(t);
  writeFileSync(settings.folder, 'no folder');
  recordings.take({ ...WAY, text: '{"id":1}\n' }, 7);
  recordings.take({ ...WAY, text: '{"id":2}\n' }, 8);
  const trouble = () => unkept().find(({ what }) => what === 'recordings of queries');
  await until(
    () => Promise.resolve(trouble()),
    (one) => one !== undefined,
  );
  // Long enough for several tries.
  await until(
    () => Promise.resolve(performance.now()),
    (() => {
      const from = performance.now();
      return (now: number) => now - from > 100;
    })(),
  );
  assert.deepEqual(said, []);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /STATE_UNWRITTEN.*Queries are not recorded: .*set \\"record\.folder\\"/);
  rmSync(settings.folder);
  await until(
    () => Promise.resolve(said.length),
    (count) => count === 2,
  );
  assert.deepEqual(said, [
    [true, 7],
    [true, 8],
  ]);
  assert.deepEqual(written(settings.folder), ['{"id":1}', '{"id":2}']);
  await until(
    () => Promise.resolve(logged.length),
    (count) => count === 2,
  );
  assert.equal(trouble(), undefined);
});

test('Where another folder is set, what could not be written is lost, and the rest goes there', async (t) => {
  const { parent, settings, said, recordings } = opened(t);
  writeFileSync(settings.folder, 'no folder');
  recordings.take({ ...WAY, text: '{"id":1}\n' }, 7);
  await until(
    () => Promise.resolve(unkept().length),
    (count) => count > 0,
  );
  recordings.take({ ...WAY, text: '{"id":2}\n' }, 7);
  settings.folder = path.join(parent, 'other');
  recordings.look();
  await until(
    () => Promise.resolve(said.length),
    (count) => count === 2,
  );
  assert.deepEqual(said, [
    [false, 7],
    [true, 7],
  ]);
  assert.deepEqual(written(settings.folder), ['{"id":2}']);
});

test('The end does not wait for a folder that cannot be written', async (t) => {
  const { settings, said, recordings } = opened(t);
  writeFileSync(settings.folder, 'no folder');
  for (const pid of [7, 8, 9]) recordings.take({ sample: 1, full: pid === 8, text: '{}\n' }, pid);
  await recordings.stop();
  assert.deepEqual(said, [
    [false, 7],
    [false, 8],
    [false, 9],
  ]);
});
