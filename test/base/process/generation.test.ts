import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  type Generation,
  isSuperseded,
  nextGeneration,
  takeCharge,
} from '../../../runtime/base/process/generation.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
const file = path.join(folder, 'state', 'generation');
after(() => rmSync(folder, { recursive: true }));

function of(id: string): Generation {
  return { file, id };
}

test('Without a file nobody is superseded', async () => {
  assert.equal(await isSuperseded(of('first')), false);
});

test('Whoever took charge last supersedes the others', async () => {
  await takeCharge(file, 'first');
  assert.equal(await isSuperseded(of('first')), false);
  await takeCharge(file, 'second');
  assert.equal(await isSuperseded(of('first')), true);
  assert.equal(await isSuperseded(of('second')), false);
  assert.deepEqual(readdirSync(path.dirname(file)), ['generation'], 'no draft stays behind');
});

test('Who could not take charge is not superseded by whoever was in charge before', async () => {
  await takeCharge(file, 'first');
  const second = nextGeneration(file);
  assert.equal(second.before, 'first');
  assert.equal(await isSuperseded(second), false);
  await takeCharge(file, 'third');
  assert.equal(await isSuperseded(second), true);
});

test('A pipe in place of the file says nothing, and is replaced', async () => {
  rmSync(file);
  for (const name of [file, `${file}.${process.pid}`]) spawnSync('mkfifo', [name]);
  assert.equal(await isSuperseded(of('first')), false);
  assert.equal(nextGeneration(file).before, undefined);
  await takeCharge(file, 'second');
  assert.equal(await isSuperseded(of('first')), true);
});
