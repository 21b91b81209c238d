/** The types of policies, as an editor shows them: what must compile does, what must not does not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');

for (const [claim, project] of [
  ['Policies compile or not as test/types/fixtures says', 'test/types/fixtures'],
  ['The samples compile', 'policies'],
] as const) {
  test(claim, () => {
    const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', project], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });
}
