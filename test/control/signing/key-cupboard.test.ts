/** The key folder while it is written to: what is half there is no fault. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fail, ok } from '../../../runtime/base/result.ts';
import { KeyCupboard } from '../../../runtime/control/signing/key-cupboard.ts';
import type { FolderKey } from '../../../runtime/dnssec/keys/kept-key.ts';
import { makeKey } from '../../../runtime/dnssec/keys/write-key.ts';
import { atEnd } from '../../support/at-end.ts';
import { name } from '../../support/wire.ts';

const ZONE = 'shop.example';
const BOTH = { isKsk: true, isZsk: true };

async function makeIn(folder: string): Promise<FolderKey> {
  const zone = name('shop.example.');
  const made = await makeKey(folder, { zone, algorithm: 13, beside: [], times: { created: 5 }, ...BOTH });
  assert.ok(made.ok);
  return made.value;
}

function folderFor(context: TestContext): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'dnsteer-cupboard-'));
  atEnd(context, () => rmSync(parent, { recursive: true }));
  mkdirSync(path.join(parent, 'keys'));
  return path.join(parent, 'keys');
}

test('A key that is half written is no problem before the writing is over', async (context) => {
  const folder = folderFor(context);
  const cupboard = new KeyCupboard();
  await cupboard.change(ZONE, async () => {
    const key = await makeIn(folder);
    const file = path.join(folder, `${key.name}.private`);
    renameSync(file, `${file}.away`);
    await cupboard.look(folder);
    assert.deepEqual([cupboard.problems, cupboard.problemsOf(ZONE)], [[], []]);
    renameSync(`${file}.away`, file);
    return ok([key]);
  });
  assert.equal(cupboard.keysOf(ZONE).length, 1);
  await cupboard.look(folder);
  await cupboard.look(folder);
  assert.deepEqual([cupboard.keysOf(ZONE).length, cupboard.problems], [1, []]);
});

test('What is left of a key that could not be written is a problem at the next look', async (context) => {
  const folder = folderFor(context);
  const cupboard = new KeyCupboard();
  await cupboard.change(ZONE, async () => {
    const key = await makeIn(folder);
    rmSync(path.join(folder, `${key.name}.private`));
    return fail('the disk is full');
  });
  assert.deepEqual(cupboard.keysOf(ZONE), []);
  await cupboard.look(folder);
  assert.equal(cupboard.problemsOf(ZONE).length, 1);
});

test('A key as it was written is the key that is read', async (context) => {
  const folder = folderFor(context);
  const cupboard = new KeyCupboard();
  const written = await makeIn(folder);
  await cupboard.look(folder);
  const [read] = cupboard.keysOf(ZONE);
  const { key, ...facts } = written;
  assert.deepEqual({ ...read, key: undefined }, { ...facts, key: undefined });
  assert.deepEqual(read?.key.dnskey, key.dnskey);
  // Once its files are no longer young they are not opened again, and a change of them is seen all the same.
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 5000 });
  await cupboard.look(folder);
  const settled = cupboard.keysOf(ZONE)[0];
  assert.notEqual(settled?.stamp, undefined);
  rmSync(path.join(folder, `${written.name}.private`));
  await cupboard.look(folder);
  assert.deepEqual([cupboard.keysOf(ZONE).length, cupboard.problemsOf(ZONE).length], [0, 1]);
});
