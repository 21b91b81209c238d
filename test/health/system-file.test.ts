/** Files of the system as they are seen while others write them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { WRITE_QUIET_MS } from '../../runtime/base/files/quiet-time.ts';
import { SystemFile } from '../../runtime/health/names/system-file.ts';
import { atEnd } from '../support/at-end.ts';

test('A file that is empty, gone, a folder or half written says what it said; the next whole one is believed', (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-system-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'resolv.conf');
  let now = 0;
  const system = new SystemFile(
    file,
    (text) => text.split('\n').filter(Boolean),
    () => now,
  );
  const get = (): string => {
    now += 1000;
    return system.get().join();
  };
  assert.equal(get(), '', 'it never was there');
  // Made now: later it could get the inode of the file that is gone.
  writeFileSync(`${file}.new`, 'three\n');
  writeFileSync(file, 'one\ntwo\n');
  assert.equal(get(), 'one,two');
  for (const half of ['', 'one\n', 'one\nt']) {
    writeFileSync(file, half);
    assert.equal(get(), 'one,two', JSON.stringify(half));
  }
  rmSync(file);
  assert.equal(get(), 'one,two');
  mkdirSync(file);
  assert.equal(get(), 'one,two');
  rmSync(file, { recursive: true });
  renameSync(`${file}.new`, file);
  assert.equal(get(), 'three');
});

test('A file that is to be shorter is believed once nobody has written it for a second', (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-system-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const file = path.join(folder, 'hosts');
  let now = 0;
  const system = new SystemFile(
    file,
    (text) => text,
    () => now,
  );
  writeFileSync(file, 'one\ntwo\n');
  assert.equal(system.get(), 'one\ntwo\n');
  writeFileSync(file, 'one\n');
  utimesSync(file, 0, 0);
  now += 1000;
  assert.equal(system.get(), 'one\ntwo\n');
  context.mock.timers.tick(2 * WRITE_QUIET_MS);
  now += 1000;
  assert.equal(system.get(), 'one\n');
});
