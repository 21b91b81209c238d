/** Lines come whole and in order, however pieces cut them, and one that is too long costs no more than itself. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { eachLine, MOST_LINE } from '../../runtime/replay/each-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-lines-'));
after(() => rmSync(folder, { recursive: true }));

async function linesOf(text: string): Promise<(string | undefined)[]> {
  const file = path.join(folder, 'lines');
  writeFileSync(file, text);
  const lines: (string | undefined)[] = [];
  const read = await eachLine(file, (line, number) => {
    lines.push(line);
    assert.equal(number, lines.length);
    return number % 2 === 0 ? undefined : Promise.resolve(undefined);
  });
  assert.ok(read.ok);
  return lines;
}

test('Lines that pieces cut are whole', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${'ö'.repeat(index % 400)}`);
  assert.deepEqual(await linesOf(`${lines.join('\n')}\n`), lines);
  assert.deepEqual(await linesOf(lines.join('\n')), lines);
  assert.deepEqual(await linesOf(''), []);
});

test('A line of a megabyte is read, and of a longer one it is told that it is', async () => {
  const long = 'x'.repeat(MOST_LINE);
  const lines = await linesOf(`a\n${long}\nb\n${long}yy\nc\n${long.repeat(3)}`);
  const lengths = lines.map((line) => line?.length);
  assert.deepEqual(lengths, [1, MOST_LINE, 1, undefined, 1, undefined]);
});

test('Who has seen enough gets no more', async () => {
  const file = path.join(folder, 'stop');
  writeFileSync(file, 'a\nb\nc\n');
  const lines: (string | undefined)[] = [];
  await eachLine(file, (line) => {
    lines.push(line);
    return line === 'b' ? 'stop' : undefined;
  });
  assert.deepEqual(lines, ['a', 'b']);
});

test('A folder is no file, and neither is what is not there', async () => {
  for (const file of [folder, path.join(folder, 'none')])
    assert.equal((await eachLine(file, () => undefined)).ok, false);
});
