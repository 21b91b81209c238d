/** The key folder is read while keys are written in it. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fail } from '../../../runtime/base/result.ts';
import { KeyCupboard } from '../../../runtime/control/signing/key-cupboard.ts';
import { makeKey } from '../../../runtime/dnssec/keys/write-key.ts';
import { name } from '../../support/wire.ts';

const ZONE = 'shop.example';

test('A look that sees half of a key that is being written says nothing, and the next one does', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cupboard-'));
  t.after(() => rm(folder, { recursive: true }));
  const cupboard = new KeyCupboard();
  const wanted = { zone: name(ZONE), algorithm: 13, isKsk: true, isZsk: true, beside: [], times: {} };
  const made = await makeKey(folder, wanted);
  assert.ok(made.ok);
  const file = path.join(folder, `${made.value.name}.private`);
  const secret = await readFile(file);
  await rm(file);

  await cupboard.change(ZONE, async () => {
    await cupboard.look(folder);
    assert.deepEqual(cupboard.problems, []);
    assert.deepEqual(cupboard.problemsOf(ZONE), []);
    return fail('It goes on');
  });
  await cupboard.look(folder);
  assert.deepEqual(
    cupboard.problemsOf(ZONE).map(({ code }) => code),
    ['KEY_PAIR'],
  );

  await writeFile(file, secret);
  await chmod(file, 0o600);
  await cupboard.look(folder);
  assert.deepEqual(cupboard.problemsOf(ZONE), []);
  assert.equal(cupboard.keysOf(ZONE).length, 1);
});
