/** What cannot be written is told once, tried again, and told to be well again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keeping, unkept } from '../../../runtime/base/files/keeping.ts';
import { createLogger } from '../../../runtime/base/log.ts';
import { until } from '../../support/until.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'write' });
}

function keepingOf(again: () => Promise<unknown>) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const keeping = new Keeping({
    what: 'notes',
    place: { file: '/state/notes' },
    loss: 'Notes are lost at the next start',
    log,
    again,
    pauses: { firstMs: 1, mostMs: 4 },
  });
  return { keeping, lines };
}

test('What cannot be written is told once with code and remedy, tried until it comes off, and then told of', async () => {
  let left = 3;
  const { keeping, lines } = keepingOf(() => {
    left -= 1;
    return left > 0 ? Promise.reject(systemError('ENOSPC')) : Promise.resolve();
  });
  assert.equal(await keeping.attempt(() => Promise.reject(systemError('ENOSPC'))), false);
  assert.equal(await keeping.attempt(() => Promise.resolve()), true);
  const message =
    'Notes are lost at the next start: no space is left. Make room on its disk, or set "state" to a folder on another';
  assert.deepEqual(unkept(), [{ what: 'notes', message }], 'what came off meanwhile does not make up for it');
  await until(
    () => Promise.resolve(lines.length),
    (count) => count === 2,
  );
  assert.deepEqual(unkept(), []);
  assert.equal(left, 0);
  const [told, mended] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    [told?.level, told?.code, told?.file, told?.msg],
    ['warn', 'STATE_UNWRITTEN', '/state/notes', message],
  );
  assert.deepEqual([mended?.level, mended?.msg], ['info', 'What could not be written is written now: notes']);
});

test('The remedy is that for the error, and once stopped nothing is tried again', async () => {
  for (const [code, remedy] of [
    ['EROFS', /read-only file system. Make it writable for dnsteer, or set/],
    ['EMFILE', /too many files open. Let dnsteer open more files \(ulimit -n/],
    ['EIO', /the disk fails \(EIO\). Look after the disk/],
  ] as const) {
    const { keeping, lines } = keepingOf(() => Promise.reject(new Error('it is stopped')));
    keeping.failed(systemError(code));
    assert.match(lines[0] ?? '', remedy);
    keeping.stop();
    assert.deepEqual(unkept(), []);
  }
});
