/** Which writes of a file are believed at once. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { WRITE_QUIET_MS } from '../../../runtime/base/files/quiet-time.ts';
import { type RegularFile, readRegularFileSync } from '../../../runtime/base/files/read-file.ts';
import { WrittenInPlace } from '../../../runtime/base/files/written-in-place.ts';
import { atEnd } from '../../support/at-end.ts';

function believing(context: TestContext, text: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-written-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'list');
  const read = (): RegularFile => {
    const content = readRegularFileSync(file, { mostOctets: 1000 });
    return content.ok ? content.value : assert.fail();
  };
  writeFileSync(file, text);
  const writing = new WrittenInPlace();
  writing.believe(read());
  return { file, read, writing };
}

test('What is shorter, or has lost its last line end, waits until it has been quiet', (context) => {
  const { file, read, writing } = believing(context, 'one\ntwo\n');
  for (const half of ['', 'one\n', 'one\nt', 'one\ntwo\nthr']) {
    writeFileSync(file, half);
    const changedAt = Number(read().stats.ctimeNs) / 1e6;
    assert.equal(writing.waitMs(read(), changedAt), WRITE_QUIET_MS, half);
    assert.equal(writing.waitMs(read(), changedAt + 400), WRITE_QUIET_MS - 400, half);
    assert.equal(writing.waitMs(read(), changedAt + WRITE_QUIET_MS), undefined, half);
  }
});

test('What has grown by whole lines, or was renamed into its place, is believed at once', (context) => {
  const { file, read, writing } = believing(context, 'one\ntwo\n');
  appendFileSync(file, 'three\n');
  assert.equal(writing.waitMs(read(), Date.now()), undefined);
  writeFileSync(`${file}.new`, 'o');
  renameSync(`${file}.new`, file);
  assert.equal(writing.waitMs(read(), Date.now()), undefined);
});

test('What never ended its last line need not do so now', (context) => {
  const { file, read, writing } = believing(context, 'one');
  writeFileSync(file, 'one, two');
  assert.equal(writing.waitMs(read(), Date.now()), undefined);
});
