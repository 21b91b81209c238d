/** The files of a recording: their size and number, whole lines, and what may stand in their place. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { RecordingFiles, type RecordingLimits } from '../../../runtime/control/recording/recording-files.ts';
import { atEnd } from '../../support/at-end.ts';
import type { Scope } from '../../support/servers.ts';

const WAY = { sample: 0.5, full: false };
const HEADER = {
  dnsteer: 'recording',
  format: 1,
  sample: 0.5,
  full: false,
  began: '2026-11-30T16:00:00.000Z',
};
const FIRST = '2026-11-30T16-00-00Z-1.jsonl';

class Recording {
  readonly folder: string;
  now = Date.UTC(2026, 10, 30, 16);
  files: RecordingFiles;

  constructor(t: Scope, limits: Partial<RecordingLimits> = {}) {
    const parent = mkdtempSync(path.join(tmpdir(), 'dnsteer-recording-'));
    atEnd(t, () => rmSync(parent, { recursive: true }));
    this.folder = path.join(parent, 'state', 'recordings');
    this.files = this.opened(limits);
  }

  /** As another server would. */
  opened(limits: Partial<RecordingLimits> = {}): RecordingFiles {
    return new RecordingFiles(
      { folder: this.folder, octets: 1000, files: 3, ...limits },
      () => new Date(this.now),
    );
  }

  get names(): string[] {
    return readdirSync(this.folder).sort();
  }

  text(name: string): string {
    return readFileSync(path.join(this.folder, name), 'utf8');
  }

  lines(name: string): unknown[] {
    return this.text(name)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
}

const line = (id: number): string => `${JSON.stringify({ id, filling: 'x'.repeat(250) })}\n`;

test('A file begins with its header, and only its owner reads it', async (t) => {
  const recording = new Recording(t);
  await recording.files.add(WAY, '{"id":1}\n');
  await recording.files.add(WAY, '{"id":2}\n{"id":3}\n');
  assert.deepEqual(recording.names, [FIRST]);
  assert.deepEqual(recording.lines(FIRST), [HEADER, { id: 1 }, { id: 2 }, { id: 3 }]);
  assert.equal(statSync(path.join(recording.folder, FIRST)).mode & 0o777, 0o600);
  assert.equal(statSync(recording.folder).mode & 0o777, 0o700);
});

test('A file is no larger than it may be, and the oldest gives way', async (t) => {
  const recording = new Recording(t);
  writeFileSync(path.join(path.dirname(path.dirname(recording.folder)), 'other'), '');
  for (let id = 1; id <= 14; id += 1) await recording.files.add(WAY, line(id));
  assert.deepEqual(recording.names, [
    '2026-11-30T16-00-00Z-3.jsonl',
    '2026-11-30T16-00-00Z-4.jsonl',
    '2026-11-30T16-00-00Z-5.jsonl',
  ]);
  const ids = recording.names.flatMap((name) => {
    assert.ok(recording.text(name).length <= 1000);
    assert.deepEqual(recording.lines(name)[0], HEADER);
    return recording.lines(name).slice(1);
  });
  assert.deepEqual(
    ids.map((each) => (each as { id: number }).id),
    [7, 8, 9, 10, 11, 12, 13, 14],
  );
});

test('What is not a recording is neither counted nor removed', async (t) => {
  const recording = new Recording(t, { files: 1 });
  mkdirSync(recording.folder, { recursive: true });
  for (const name of ['notes.jsonl', '2026-11-30T16-00-00Z-1.jsonl.gz', '2025-01-01T00-00-00Z-1.jsonl'])
    writeFileSync(path.join(recording.folder, name), 'mine\n');
  await recording.files.add(WAY, line(1));
  assert.deepEqual(recording.names, [
    '2026-11-30T16-00-00Z-1.jsonl',
    '2026-11-30T16-00-00Z-1.jsonl.gz',
    'notes.jsonl',
  ]);
});

test('The next server goes on with the newest file, and ends a line that was cut off', async (t) => {
  const recording = new Recording(t);
  await recording.files.add(WAY, '{"id":1}\n');
  appendFileSync(path.join(recording.folder, FIRST), '{"id":2,"na');
  recording.now += 60_000;
  const next = recording.opened();
  await next.add(WAY, '{"id":3}\n');
  await next.add(WAY, '{"id":4}\n');
  assert.deepEqual(recording.names, [FIRST]);
  assert.equal(
    recording.text(FIRST),
    `${JSON.stringify(HEADER)}\n{"id":1}\n{"id":2,"na\n{"id":3}\n{"id":4}\n`,
  );
});

test('Lines that are made in another way begin another file, and those that come late go into theirs', async (t) => {
  const recording = new Recording(t);
  await recording.files.add(WAY, '{"id":1}\n');
  recording.now += 60_000;
  await recording.files.add({ sample: 1, full: true }, '{"id":2}\n');
  await recording.files.add(WAY, '{"id":3}\n');
  const second = '2026-11-30T16-01-00Z-1.jsonl';
  assert.deepEqual(recording.names, [FIRST, second]);
  assert.deepEqual(recording.lines(FIRST).slice(1), [{ id: 1 }, { id: 3 }]);
  assert.deepEqual(recording.lines(second), [
    { ...HEADER, sample: 1, full: true, began: '2026-11-30T16:01:00.000Z' },
    { id: 2 },
  ]);
  // Another server begins with the newest, which is not of its way.
  await recording.opened().add(WAY, '{"id":4}\n');
  assert.equal(recording.names.length, 3);
});

test('A file that begins with no header of ours is left as it is', async (t) => {
  for (const text of [
    '',
    'not JSON\n',
    'null\n',
    '{"dnsteer":"recording","format":2,"sample":0.5,"full":false}\n',
  ]) {
    const recording = new Recording(t);
    mkdirSync(recording.folder, { recursive: true });
    const name = '2026-11-30T15-00-00Z-1.jsonl';
    writeFileSync(path.join(recording.folder, name), text);
    await recording.files.add(WAY, '{"id":1}\n');
    if (text === '') assert.deepEqual(recording.lines(name).slice(1), [{ id: 1 }]);
    else assert.deepEqual([recording.text(name), recording.names], [text, [name, FIRST]]);
  }
});

test('A file, or the folder, that somebody has removed is made anew, with its header', async (t) => {
  const recording = new Recording(t);
  await recording.files.add(WAY, '{"id":1}\n');
  rmSync(path.join(recording.folder, FIRST));
  await recording.files.add(WAY, '{"id":2}\n');
  assert.deepEqual(recording.lines(FIRST), [HEADER, { id: 2 }]);
  rmSync(recording.folder, { recursive: true });
  await recording.files.add(WAY, '{"id":3}\n');
  assert.deepEqual(recording.lines(FIRST), [HEADER, { id: 3 }]);
});

test('A clock that is set back takes no file for an older one', async (t) => {
  const recording = new Recording(t, { files: 2 });
  for (let id = 1; id <= 12; id += 1) {
    await recording.files.add(WAY, line(id));
    recording.now -= 3_600_000;
  }
  const last = recording.lines(recording.names.at(-1) ?? '').at(-1);
  assert.equal((last as { id: number }).id, 12);
  assert.deepEqual(recording.names, ['2026-11-30T16-00-00Z-3.jsonl', '2026-11-30T16-00-00Z-4.jsonl']);
});

test('Nothing is written through a link, and a pipe is not waited for', async (t) => {
  for (const stand of ['link', 'pipe', 'folder'] as const) {
    const recording = new Recording(t);
    mkdirSync(recording.folder, { recursive: true });
    const target = path.join(path.dirname(recording.folder), 'target');
    writeFileSync(target, 'theirs\n');
    const file = path.join(recording.folder, FIRST);
    if (stand === 'link') symlinkSync(target, file);
    else if (stand === 'pipe') execFileSync('mkfifo', [file]);
    else mkdirSync(file);
    await assert.rejects(recording.files.add(WAY, '{"id":1}\n'));
    assert.equal(readFileSync(target, 'utf8'), 'theirs\n');
  }
});
