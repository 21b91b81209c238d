import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../../runtime/base/diagnostic.ts';
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
  readonly isMadeHere?: boolean;
}

function read({
  inode = '1:1',
  types = [SOA, A, A],
  changedAt = START,
  endsLine = true,
  problems = [],
  isMadeHere = false,
}: Told) {
  const stamp = `${changedAt} ${types.length}`;
  const state = {
    identity: inode,
    stamp,
    hash: stamp,
    modifiedAt: changedAt,
    changedAt,
    endsLine,
    isMadeHere,
  };
  const records = { size: types.length, type: (record: number) => types[record] ?? 0 };
  return { records, states: new Map([['a.zone', state]]), places: { files: ['a.zone'] }, problems };
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

/** A zone of one policy and a snippet, with these octets in the policy's file. */
function ofPolicy(octets: number, changedAt: number, more: { inode?: string; problems?: Diagnostic[] } = {}) {
  const { inode = '1:1', problems = [] } = more;
  const stamp = `${inode}:${octets}:${changedAt}000000:${changedAt}000000`;
  const sources = new Map([
    ['policies/a.ts', stamp],
    ['policies/snippets/b.ts', '1:2:10:5:5'],
  ]);
  return { records: { size: 0, type: () => 0 }, places: { files: [] }, problems, sources };
}

test('A file of a policy that was written in place and is shorter waits, and no other does', () => {
  const later = (seen: ReturnType<typeof ofPolicy>, now = NOW) => {
    const writing = new HalfWritten();
    writing.believe(ofPolicy(100, START));
    writing.judge(seen, now, silentLogger());
    return writing;
  };
  const shorter = ofPolicy(99, NOW);
  const writing = later(shorter);
  assert.equal(writing.waitMs, WRITE_QUIET_MS);
  writing.judge(shorter, NOW + WRITE_QUIET_MS, silentLogger());
  assert.equal(writing.waitMs, undefined, 'it has been quiet');
  const error = { code: 'POLICY_MANIFEST', severity: 'error', message: 'No policy' } as const;
  const sample = { ...error, code: 'POLICY_SAMPLE' } as const;
  for (const seen of [
    ofPolicy(100, START),
    ofPolicy(100, NOW),
    ofPolicy(101, NOW),
    ofPolicy(99, NOW, { inode: '1:9' }),
    ofPolicy(99, NOW, { problems: [error] }),
  ])
    assert.equal(later(seen).waitMs, undefined, JSON.stringify([...seen.sources]));
  assert.notEqual(later(ofPolicy(99, NOW, { problems: [sample] })).waitMs, undefined);
});

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

test('A file that was removed and is made anew waits like one that is written in place', () => {
  const writing = believing();
  const half = { inode: '1:2', types: [SOA, A], changedAt: NOW, isMadeHere: true };
  assert.equal(judged(half, NOW, writing).waitMs, WRITE_QUIET_MS);
  assert.deepEqual(judged({ ...half, types: [SOA, A, A] }, NOW + 10, writing), WHOLE);
  assert.deepEqual(judged(half, NOW + 10 + WRITE_QUIET_MS, writing), WHOLE);
});

test('A file that is included never loses all of its records', () => {
  const withIncluded = (records: number, files: readonly string[], inode = '2:1') => {
    const { states, ...rest } = read({ types: [SOA, ...Array<number>(records).fill(A)] });
    const stamp = `${records}`;
    const times = { modifiedAt: START, changedAt: START };
    const state = { identity: inode, stamp, hash: stamp, ...times, endsLine: true };
    return { ...rest, states: new Map([...states, ['b.inc', state]]), places: { files } };
  };
  const writing = new HalfWritten();
  writing.believe(withIncluded(3, ['a.zone', 'b.inc']));
  for (const inode of ['2:1', '2:2']) {
    const { problems } = writing.judge(withIncluded(0, ['a.zone'], inode), NOW, silentLogger());
    assert.deepEqual(
      problems.map(({ file, message }) => [file, message]),
      [['b.inc', 'The file holds no record']],
    );
  }
  const moved = writing.judge(withIncluded(3, ['a.zone']), NOW, silentLogger());
  assert.deepEqual(moved.problems, [], 'its records stand elsewhere now');
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
