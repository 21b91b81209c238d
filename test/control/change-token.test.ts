/** The token of requests that change something, in a state folder that comes and goes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../../runtime/base/log.ts';
import { readChangeToken } from '../../runtime/config/change-token.ts';
import { ChangeToken } from '../../runtime/control/change-token.ts';
import { atEnd } from '../support/at-end.ts';
import { until } from '../support/until.ts';

test('Whoever removes the state folder of a running server finds the token made anew, and told to nobody else', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-token-'));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'state', 'admin-token');
  const token = new ChangeToken(file, silentLogger());
  atEnd(t, () => token.stop());
  await token.make();
  const { value } = token;
  assert.ok(value);
  rmSync(path.dirname(file), { recursive: true });
  assert.equal(token.value, undefined, 'nobody can know it');
  await until(
    async () => readChangeToken(file).ok,
    (isMade) => isMade,
  );
  assert.equal(token.value, value);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
