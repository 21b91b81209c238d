/** What is wrong with a recording is told with its line, and the rest is read. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readRecording } from '../../runtime/replay/read-recording.ts';
import { HEADER, recorded, recordingText } from './recorded.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-recording-'));
after(() => rmSync(folder, { recursive: true }));

interface Read {
  readonly ids: string[];
  readonly problems: string[];
  readonly headers: unknown[];
}

async function read(text: string): Promise<Read> {
  const file = path.join(folder, 'recording');
  writeFileSync(file, text);
  const told: Read = { ids: [], problems: [], headers: [] };
  await readRecording(file, {
    header: (header) => told.headers.push(header?.sample),
    query: ({ id }) => {
      told.ids.push(id);
      return undefined;
    },
    problem: ({ line, message }) => told.problems.push(`${line ?? 'file'}: ${message}`),
  });
  return told;
}

const line = (id: string) => recorded({ id });

test('A header and its lines are read', async () => {
  assert.deepEqual(await read(recordingText([line('a'), '', line('b')])), {
    ids: ['a', 'b'],
    problems: [],
    headers: [1],
  });
});

test('Lines without a header are read, and so is a second header', async () => {
  assert.deepEqual(await read(recordingText([line('a')], null)), {
    ids: ['a'],
    problems: [],
    headers: [undefined],
  });
  const second = JSON.stringify({ ...HEADER, sample: 0.5 });
  assert.deepEqual((await read(recordingText([line('a'), second, line('b')]))).headers, [1, 0.5]);
});

test('Lines that are cut or wrong are told, and those behind them are read', async () => {
  const cut = JSON.stringify(line('cut')).slice(0, 50);
  const wrong: [line: string, problem: string][] = [
    [cut, 'The line is cut: it does not end in "}"'],
    ['{"id": "x",}', 'The line is no JSON'],
    ['[1, 2]', 'The line is no object'],
    ['{}', 'id: Must be a text'],
    [JSON.stringify({ ...line('x'), at: 'yesterday' }), 'at: Must be a moment in ISO 8601'],
    [JSON.stringify({ ...line('x'), reads: [['client.country']] }), 'reads: Must be a list'],
    [JSON.stringify({ ...line('x'), chance: [1] }), 'chance: Must be a list of numbers'],
    [JSON.stringify({ ...line('x'), transport: 'pigeon' }), 'transport: Must be udp'],
    [JSON.stringify({ ...line('x'), answer: 'A' }), 'answer: Must be a list of texts'],
    [JSON.stringify({ ...line('x'), down: [1] }), 'down: Must be a list of texts'],
    [`{"id":"${'x'.repeat(1_048_576)}"}`, 'The line is longer than 1048576 octets'],
  ];
  const told = await read(recordingText([line('a'), ...wrong.map(([text]) => text), line('b')]));
  assert.deepEqual(told.ids, ['a', 'b']);
  assert.equal(told.problems.length, wrong.length);
  for (const [index, [, problem]] of wrong.entries())
    assert.ok(told.problems[index]?.startsWith(`${index + 3}: ${problem}`), told.problems[index] ?? '');
});

test('A begin that is cut is told once something is understood', async () => {
  const text = recordingText([line('a'), line('b')], null);
  const told = await read(text.slice(20));
  assert.deepEqual([told.ids, told.problems.length], [['b'], 1]);
});

test('A file that is no recording is told once, whatever it holds', async () => {
  assert.deepEqual((await read('')).problems, ['file: It is empty, and a recording begins with a header']);
  const log = 'Dec 24 12:00:00 host daemon: nothing\n'.repeat(1000);
  const { problems } = await read(log);
  assert.deepEqual(problems, [
    'file: It is no recording; its line 1: The line is cut: it does not end in "}"',
  ]);
});

test('Lines of a later format are not read', async () => {
  const told = await read(recordingText([line('a')], { ...HEADER, format: 2 }));
  assert.deepEqual(told.ids, []);
  assert.deepEqual(told.problems, ['1: The format 2 is not known; this version of dnsteer reads format 1']);
});
