/** Geo files as control takes them over: whole and checked, or not at all; and what it tells of those that it cannot use. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { GeoFiles } from '../../../runtime/control/geo/geo-files.ts';
import { mmdbFile } from '../../support/mmdb.ts';
import { makeFolder } from '../../support/policies-folder.ts';

const log = createLogger({ level: 'silent', format: 'json' });
const octetsOf = (country: string, type = `Test-${country}`): Buffer =>
  mmdbFile({ '10.0.0.0/8': { country_code: country } }, { type });

interface Place {
  readonly file: string;
  readonly folder: string;
  readonly open: () => GeoFiles;
}

function placeIn(context: TestContext): Place {
  const { root } = makeFolder(context);
  const folder = path.join(root, 'state', 'geo');
  return { file: path.join(root, 'city.mmdb'), folder, open: () => new GeoFiles({ folder, log }) };
}

test('What answer processes read is a copy of what was checked, whatever becomes of the file', async (context) => {
  const { file, folder, open } = placeIn(context);
  const geo = open();
  writeFileSync(file, octetsOf('SE'));
  assert.deepEqual(await geo.take([file]), []);
  const [first] = geo.inForce([file]);
  writeFileSync(file, 'half');
  assert.deepEqual(readFileSync(first?.copy ?? ''), octetsOf('SE'));
  writeFileSync(file, octetsOf('NO'));
  assert.deepEqual(await geo.take([file]), []);
  const [second] = geo.inForce([file]);
  assert.notEqual(second?.hash, first?.hash);
  assert.deepEqual(readFileSync(second?.copy ?? ''), octetsOf('NO'));
  await geo.prune([file]);
  assert.deepEqual(readdirSync(folder), [path.basename(second?.copy ?? '')]);
});

test('A file that is cut, or gone, changes nothing and is told until it is whole again', async (context) => {
  const { file, open } = placeIn(context);
  const geo = open();
  writeFileSync(file, octetsOf('SE'));
  await geo.take([file]);
  const before = geo.inForce([file]);
  writeFileSync(file, octetsOf('NO').subarray(0, 60));
  const [cut = ''] = await geo.take([file]);
  assert.match(
    cut,
    /^Cannot read the geo data .*city\.mmdb: it was not written to its end, or is no MMDB file\. Fetch it again, or name another under geo\.files\. Until then that of 2026-09-21 \(Test-SE\) is used$/,
  );
  rmSync(file);
  const [gone = ''] = await geo.take([file]);
  assert.match(gone, /city\.mmdb: it does not exist\. /);
  assert.deepEqual(geo.inForce([file]), before);
  assert.deepEqual(geo.warnings({ files: [file], detail: 'none' }).slice(-1), [gone]);
  writeFileSync(file, octetsOf('SE'));
  assert.deepEqual(await geo.take([file]), []);
  assert.deepEqual(geo.inForce([file]), before);
});

test('A start with a file that is broken uses what the server before has taken of it', async (context) => {
  const { file, open } = placeIn(context);
  writeFileSync(file, octetsOf('SE'));
  await open().take([file]);
  writeFileSync(file, 'half');
  const geo = open();
  assert.equal((await geo.take([file])).length, 1);
  const [{ copy = '' } = {}] = geo.inForce([file]);
  assert.deepEqual(readFileSync(copy), octetsOf('SE'));
  assert.deepEqual(
    geo.facts({ files: [file], detail: 'none' }).map(({ name }) => name),
    ['Test-SE'],
  );
});

test('A file of which nothing was ever taken is an error, and so is one that tells no place', async (context) => {
  const { file, open } = placeIn(context);
  await assert.rejects(open().take([file]), /city\.mmdb: it does not exist\. .*geo\.files/);
  writeFileSync(file, mmdbFile({ '10.0.0.0/8': { is_anonymous: true } }));
  await assert.rejects(open().take([file]), /none of its records tells a place or a network/);
});

test('A file whose content is the same is what it was, and it is known when a file may have changed', async (context) => {
  const { file, open } = placeIn(context);
  const geo = open();
  writeFileSync(file, octetsOf('SE'));
  await geo.take([file]);
  assert.equal(await geo.changed(file), undefined);
  const before = geo.inForce([file]);
  rmSync(file);
  writeFileSync(file, octetsOf('SE'));
  assert.notEqual(await geo.changed(file), undefined);
  await geo.take([file]);
  assert.deepEqual([geo.inForce([file]), await geo.changed(file)], [before, undefined]);
});
