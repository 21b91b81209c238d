import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { namesIn } from '../../../runtime/base/files/names-in.ts';
import { atEnd } from '../../support/at-end.ts';

test('A folder that is not there has nothing in it, and a file is no folder', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-names-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  assert.deepEqual(await namesIn(folder), ['file']);
  assert.deepEqual(await namesIn(path.join(folder, 'none')), []);
  await assert.rejects(namesIn(file), { code: 'ENOTDIR' });
});
