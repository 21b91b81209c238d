/** What operators have asked for stays readable, whatever its length and whatever the disk did. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { AuditEntry } from '../../../runtime/admin/audit.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import { AuditLog } from '../../../runtime/control/audit/audit-log.ts';
import { atEnd } from '../../support/at-end.ts';

const entry = (reason: string): AuditEntry => ({
  time: '2026-11-30T12:00:00.000Z',
  from: '127.0.0.1',
  path: '/api/override',
  query: { do: 'drain', target: 'shop.example/eu', reason },
  status: 200,
});

test('Each request is a line, for its owner alone, and two files are the most', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-audit-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'state', 'audit.jsonl');
  const first = new AuditLog(file, silentLogger());
  first.note(entry('a "new"\nswitch'));
  first.note(entry('two'));
  await first.stop();
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const next = new AuditLog(file, silentLogger());
  next.note(entry('three'));
  await next.stop();
  const reasons = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as AuditEntry).query.reason);
  assert.deepEqual(reasons, ['a "new"\nswitch', 'two', 'three']);
  const large = new AuditLog(file, silentLogger());
  for (let count = 0; count < 9; count += 1) large.note(entry('x'.repeat(2 ** 20)));
  await large.stop();
  assert.ok(statSync(`${file}.1`).size > 4 * 2 ** 20);
});
