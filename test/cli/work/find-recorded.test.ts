/** Queries are found in recordings by their id, whatever stands around them. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findRecorded } from '../../../runtime/cli/work/find-recorded.ts';
import type { RecordedLine } from '../../../runtime/rpc/recorded-line.ts';
import { makeFolder } from '../../support/policies-folder.ts';

const HEADER =
  '{"dnsteer":"recording","format":1,"sample":1,"full":false,"began":"2026-11-30T12:00:00.000Z"}\n';

function line(id: string, more: object = {}): RecordedLine {
  return {
    id,
    at: '2026-11-30T12:00:00.123Z',
    name: 'www.shop.example',
    type: 'A',
    transport: 'udp',
    client: '203.0.113.0/24',
    source: 'policy',
    reads: [['client.country', 'DE']],
    rcode: 'NOERROR',
    answer: ['www.shop.example. 30 IN A 192.0.2.10'],
    scope: 24,
    ...more,
  };
}

function text(...lines: readonly RecordedLine[]): string {
  return lines.map((each) => `${JSON.stringify(each)}\n`).join('');
}

test('A query is found in a file, and in the newest of a folder', async (context) => {
  const { parent } = makeFolder(context);
  const [old, young] = ['2026-11-29.jsonl', '2026-11-30.jsonl'].map((name) => path.join(parent, name));
  assert.ok(old && young);
  writeFileSync(old, HEADER + text(line('a-1'), line('b-1', { type: 'TXT' })));
  writeFileSync(young, HEADER + text(line('b-1')));
  writeFileSync(path.join(parent, 'notes.txt'), text(line('c-1')));
  assert.deepEqual(await findRecorded('a-1', old), { ok: true, value: line('a-1') });
  assert.deepEqual(await findRecorded('a-1', parent), { ok: true, value: line('a-1') });
  assert.deepEqual(await findRecorded('b-1', parent), { ok: true, value: line('b-1') });
  assert.deepEqual(await findRecorded('c-1', parent), {
    ok: false,
    problem: `There is no query c-1 in ${parent}`,
  });
  assert.deepEqual(await findRecorded('1', old), { ok: false, problem: `There is no query 1 in ${old}` });
});

test('A query is found in a large file, across the pieces in which that is read', async (context) => {
  const { parent } = makeFolder(context);
  const file = path.join(parent, 'large.jsonl');
  const filler = text(line('filler', { name: `${'x'.repeat(250)}.example` })).repeat(3000);
  writeFileSync(file, HEADER);
  const ids = Array.from({ length: 6 }, (_, index) => `id-${index}`);
  for (const id of ids) appendFileSync(file, filler + text(line(id)));
  for (const id of ids) assert.equal((await findRecorded(id, file)).ok, true, id);
  // A line beyond all bounds is passed over.
  appendFileSync(
    file,
    `${JSON.stringify({ ...line('huge'), host: 'y'.repeat(9_000_000) })}\n${text(line('last'))}`,
  );
  assert.equal((await findRecorded('last', file)).ok, true);
});

for (const [what, written] of [
  ['cut off', text(line('q')).slice(0, -30)],
  ['no line of ours', '{"id":"q"}\n'],
  ['of another type', text({ ...line('q'), reads: [['client.country']] } as unknown as RecordedLine)],
  ['of a moment that is none', text(line('q', { at: 'soon' }))],
  ['thrown beyond 1', text(line('q', { chance: [1.5] }))],
] as const) {
  test(`A line that is ${what} is told with its file`, async (context) => {
    const { parent } = makeFolder(context);
    const file = path.join(parent, 'a.jsonl');
    writeFileSync(file, HEADER + written);
    const found = await findRecorded('q', file);
    assert.ok(!found.ok && found.problem.startsWith(`${file}: Query q: `), JSON.stringify(found));
  });
}

test('What is no recording is told of in words', async (context) => {
  const { parent } = makeFolder(context);
  const folder = path.join(parent, 'empty');
  mkdirSync(folder);
  const missing = path.join(parent, 'missing.jsonl');
  assert.deepEqual(await findRecorded('q', folder), {
    ok: false,
    problem: `There is no recording in ${folder}`,
  });
  const found = await findRecorded('q', missing);
  assert.ok(
    !found.ok && found.problem.startsWith(`No recording can be read in ${missing}: `),
    JSON.stringify(found),
  );
  assert.equal((await findRecorded('q', path.join(parent, 'policies'))).ok, false);
});
