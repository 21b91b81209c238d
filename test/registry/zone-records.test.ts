import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { staticRecords } from '../../runtime/registry/zone-records.ts';

const FILES = { zone: 'a.example', policy: undefined, records: 'a.example.zone' };

for (const [what, text, problems] of [
  ['nothing', '', ['The file holds no record']],
  ['a comment', '; generated, please wait\n', ['The file holds no record']],
  ['a directive', '$TTL 3600\n', ['The file holds no record']],
  ['a record', 'www A 192.0.2.1\n', []],
] as const) {
  test(`a zone file with ${what} in it has ${problems.length === 0 ? 'no problem' : 'a problem'}`, async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-records-'));
    try {
      writeFileSync(path.join(root, FILES.records), text);
      const read = await staticRecords(FILES, new Map(), undefined, root);
      assert.deepEqual(
        read.problems.map(({ message }) => message),
        problems,
      );
      assert.ok(read.problems.every(({ severity }) => severity === 'error'));
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}
