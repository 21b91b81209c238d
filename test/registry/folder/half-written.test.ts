import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../../runtime/base/diagnostic.ts';
import type { FileState } from '../../../runtime/base/files/file-state.ts';
import { WRITE_QUIET_MS } from '../../../runtime/base/files/quiet-time.ts';
import { type Logger, silentLogger } from '../../../runtime/base/log.ts';
import { HalfWritten } from '../../../runtime/registry/folder/half-written.ts';

const SOA = 6;
const A = 1;
const START = 1_000_000;

interface Told {
  readonly inode?: string;
  readonly types?: readonly number[];
  readonly changedAt?: number;
  readonly endsLine?: boolean;
  readonly problems?: readonly Diagnostic[];
}

function read({
  inode = '1:1',
  types = [SOA, A, A],
  changedAt = START,
  endsLine = true,
  problems = [],
}: Told) {
  const state: FileState = { identity: inode, stamp: `${changedAt} ${types.length}`, changedAt, endsLine };
  const records = { size: types.length, type: (record: number) => types[record] ?? 0 };
  return { records, states: new Map([['a.zone', state]]), problems };
}

/** What becomes of a file that is seen at `now`, after another was believed at the start. */
function judged(told: Told, now: number, writing = believing()) {
  const { problems } = writing.judge(read(told), now, silentLogger());
  return { waitMs: writing.waitMs, problems: problems.map(({ message }) => message) };
}

function believing(): HalfWritten {
  const writing = new HalfWritten();
  writing.judge(read({}), START, silentLogger());
  assert.equal(writing.waitMs, undefined, 'the first version waits for nothing');
  writing.believe(read({}));
  return writing;
}

const WHOLE = { waitMs: undefined, problems: [] };
const NOW = START + 60_000;

test('What has grown, or was renamed into place, is believed at once', () => {
  assert.deepEqual(judged({ types: [SOA, A, A, A], changedAt: NOW }, NOW), WHOLE);
  assert.deepEqual(judged({ types: [SOA, A, 28], changedAt: NOW }, NOW), WHOLE);
  assert.deepEqual(judged({ inode: '1:2', types: [], changedAt: NOW }, NOW), WHOLE);
  assert.deepEqual(judged({ inode: '1:2', types: [A], endsLine: false, changedAt: NOW }, NOW), WHOLE);
});

test('What is less, or does not end in a line end, waits until it was quiet for a second', () => {
  for (const half of [{ types: [SOA, A] }, { types: [SOA, A, A, A], endsLine: false }]) {
    const told = { ...half, changedAt: NOW };
    const writing = believing();
    assert.equal(judged(told, NOW, writing).waitMs, WRITE_QUIET_MS);
    assert.equal(judged(told, NOW + 400, writing).waitMs, WRITE_QUIET_MS - 400);
    const again = { ...told, changedAt: NOW + 900 };
    assert.equal(judged(again, NOW + 900, writing).waitMs, WRITE_QUIET_MS, 'each write begins anew');
    assert.deepEqual(judged(again, NOW + 900 + WRITE_QUIET_MS, writing), WHOLE);
  }
});

test('What has been quiet for longer waits for nothing, and the same state is not judged twice', () => {
  assert.deepEqual(judged({ types: [SOA, A], changedAt: NOW - WRITE_QUIET_MS }, NOW), WHOLE);
  const unended = read({ endsLine: false });
  const writing = believing();
  writing.believe(unended);
  writing.judge(unended, START + 1, silentLogger());
  assert.equal(writing.waitMs, undefined);
});

test('A file dated in the future does not wait for ever, and a clock that is set back begins anew', () => {
  const told = { types: [SOA, A], changedAt: NOW + 3_600_000 };
  const writing = believing();
  assert.equal(judged(told, NOW, writing).waitMs, WRITE_QUIET_MS);
  assert.equal(judged(told, NOW - 5000, writing).waitMs, WRITE_QUIET_MS);
  assert.deepEqual(judged(told, NOW - 5000 + WRITE_QUIET_MS, writing), WHOLE);
});

test('A file written in place stays refused as long as its SOA is gone', () => {
  const gone = ['The file was written in place, and its SOA record is gone'];
  assert.deepEqual(judged({ types: [A, A, A, A], changedAt: NOW }, NOW).problems, gone);
  const later = { types: [A], changedAt: NOW };
  assert.deepEqual(judged(later, NOW + 10 * WRITE_QUIET_MS), { waitMs: undefined, problems: gone });
  assert.deepEqual(judged({ ...later, inode: '1:2' }, NOW), WHOLE, 'who renames means it');
});

test('The log says once that a file waits', () => {
  const lines: string[] = [];
  const log = {
    ...silentLogger(),
    info: (_: unknown, text: string) => lines.push(text),
  } as unknown as Logger;
  const writing = believing();
  for (const after of [0, 100, 200])
    writing.judge(read({ types: [], changedAt: NOW + after }), NOW + after, log);
  assert.deepEqual(lines, [
    'The file is being written, and has fewer records than are served: it waits until it has been quiet for 1 s',
  ]);
});

test('A line that is wrong is told at once; a file without any record, or cut off in a line, is not', () => {
  const empty = {
    code: 'ZONE_FILE',
    severity: 'error',
    message: 'wrong',
    file: 'a.zone',
    remedy: '',
  } as const;
  const told = { types: [SOA, A], changedAt: NOW, problems: [{ ...empty, line: 3 }] };
  assert.deepEqual(judged(told, NOW), { waitMs: undefined, problems: ['wrong'] });
  assert.equal(judged({ ...told, types: [], problems: [empty] }, NOW).waitMs, WRITE_QUIET_MS);
  assert.equal(judged({ ...told, endsLine: false }, NOW).waitMs, WRITE_QUIET_MS);
});
