import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { isSuperseded, takeCharge } from '../../runtime/base/generation.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
const file = path.join(folder, 'state', 'generation');
after(() => rmSync(folder, { recursive: true }));

test('Without a file nobody is superseded', () => {
  assert.equal(isSuperseded(file, 'first'), false);
});

test('Whoever took charge last supersedes the others', () => {
  takeCharge(file, 'first');
  assert.equal(isSuperseded(file, 'first'), false);
  takeCharge(file, 'second');
  assert.equal(isSuperseded(file, 'first'), true);
  assert.equal(isSuperseded(file, 'second'), false);
  assert.deepEqual(readdirSync(path.dirname(file)), ['generation'], 'no draft stays behind');
});
