/** Files that may have changed have another stamp, or none. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { stampOfFiles } from '../../../runtime/base/files/stamp.ts';
import { atEnd } from '../../support/at-end.ts';

test('A stamp stays as long as files do, and young files have none', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-stamp-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const [one, other] = [path.join(folder, 'one'), path.join(folder, 'other')];
  writeFileSync(one, 'first');
  assert.equal(await stampOfFiles([one, other]), undefined);
  // A file that is not there is never young.
  assert.equal(await stampOfFiles([other]), '-');
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 5000 });
  const stamp = await stampOfFiles([one, other]);
  assert.notEqual(stamp, undefined);
  assert.equal(await stampOfFiles([one, other]), stamp);
  for (const change of [
    () => writeFileSync(other, ''),
    () => rmSync(other),
    () => writeFileSync(one, 'other'),
    () => writeFileSync(other, 'other'),
    () => chmodSync(one, 0o600),
    () => utimesSync(one, 1, 1),
    () => renameSync(other, one),
  ]) {
    const before = await stampOfFiles([one, other]);
    change();
    assert.notEqual(await stampOfFiles([one, other]), before);
  }
  // The times of files may be ahead of the clock.
  context.mock.timers.setTime(1000);
  assert.equal(await stampOfFiles([one]), undefined);
});
