/** A Node that cannot run dnsteer is told which one can, and where to get it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const BIN = path.resolve(import.meta.dirname, '../../runtime/bin.js');

/** Runs the entry file's own text under a version of our choosing. */
function runAs(version: string): { status: number | null; stderr: string } {
  const pretend = `Object.defineProperty(process, 'version', { value: 'v${version}' });
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  const source = readFileSync(BIN, 'utf8')
    .replace(/^#!.*/, '')
    .replace("import('./main.ts')", 'process.exit(7)');
  return spawnSync(process.execPath, ['--input-type=module', '-e', pretend + source], { encoding: 'utf8' });
}

for (const version of ['18.20.0', '20.20.2', '22.12.0', '25.1.0']) {
  test(`Node ${version} is told what is needed`, () => {
    const { status, stderr } = runAs(version);
    assert.equal(status, 1);
    assert.match(stderr, /needs Node\.js 24, or 26 and later; this is v\d+/);
    assert.match(stderr, /npm install --save-dev node@26/);
  });
}

for (const version of ['24.12.0', '26.10.0', '27.0.0']) {
  test(`Node ${version} goes on to the program`, () => {
    assert.equal(runAs(version).status, 7);
  });
}
