/** What is remembered of dynamic records, and what becomes of a file that is cut off or damaged. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type DynamicRecords, differenceOf } from '../../runtime/update/dynamic-record.ts';
import { permissions } from '../../runtime/update/grants.ts';
import { RecordFile } from '../../runtime/update/record-file.ts';
import { after, name, ORIGIN, texts } from './sample-zone.ts';

const ONE = after('a 60 IN TXT "one"');
const TWO = after('a 60 IN TXT "one"', 'b 60 IN A 192.0.2.7');

function newFile(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'dnsteer-')), 'dynamic', 'zone.records');
}

async function write(file: string, ...states: readonly DynamicRecords[]): Promise<void> {
  const records = new RecordFile(file);
  let { found } = await records.read();
  for (const state of states) {
    const before = found?.records ?? new Map();
    const serial = (found?.serial ?? 0) + 1;
    await records.add({ zone: 'zone.example', serial, ...differenceOf(before, state) }, state);
    found = { zone: 'zone.example', records: state, serial };
  }
}

async function read(file: string) {
  const { found, damage } = await new RecordFile(file).read();
  return { records: texts(found?.records ?? new Map()), serial: found?.serial, damage };
}

test('what was added is there again, and what was removed is not', async () => {
  const file = newFile();
  assert.deepEqual(await read(file), { records: [], serial: undefined, damage: undefined });
  await write(file, ONE, TWO);
  assert.deepEqual(await read(file), { records: texts(TWO), serial: 2, damage: undefined });
  await write(file, new Map());
  assert.deepEqual(await read(file), { records: [], serial: 3, damage: undefined });
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a file that is cut off anywhere holds the changes before, and takes more', async () => {
  const file = newFile();
  await write(file, ONE, TWO);
  const whole = readFileSync(file);
  const first = whole.indexOf('\n') + 1;
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(file, whole.subarray(0, length));
    const expected = length < first ? [] : texts(ONE);
    assert.deepEqual((await read(file)).records, expected, `${length} octets`);
    await write(file, TWO);
    assert.deepEqual((await read(file)).records, texts(TWO), `${length} octets`);
  }
});

test('a change that is damaged is told, and a copy of the file is kept', async () => {
  const file = newFile();
  await write(file, ONE, TWO, ONE);
  const octets = readFileSync(file);
  const at = octets.indexOf('\n') + 40;
  octets[at] = (octets[at] ?? 0) ^ 1;
  writeFileSync(file, octets);
  assert.deepEqual(await read(file), {
    records: texts(ONE),
    serial: 1,
    damage: '2 of 3 changes cannot be read',
  });
  assert.deepEqual(readFileSync(`${file}.damaged`), octets);
});

test('a file of many changes becomes short again', async () => {
  const file = newFile();
  await write(file, ...Array.from({ length: 600 }, (_, turn) => (turn % 2 === 0 ? TWO : ONE)));
  assert.ok(statSync(file).size < 70_000, `${statSync(file).size} octets`);
  assert.deepEqual((await read(file)).records, texts(ONE));
  truncateSync(file, 0);
  appendFileSync(file, 'nonsense\n');
  assert.equal((await read(file)).damage, '1 of 1 changes cannot be read');
});

test('grants: patterns of names are relative to the zone', () => {
  const may = (names: string[], types = ['TXT']) =>
    permissions([{ key: 'k', zones: ['zone.example'], names, types }], 'k', 'zone.example', ORIGIN);
  const acme = may(['_acme-challenge.**']);
  for (const allowed of ['_acme-challenge', '_ACME-challenge.www', '_acme-challenge.a.b.c'])
    assert.ok(acme(name(allowed), 16));
  for (const denied of ['www', 'a._acme-challenge', '@', '_acme-challenge2'])
    assert.ok(!acme(name(denied), 16), denied);
  assert.ok(!acme(name('_acme-challenge'), 1));
  assert.ok(may(['@'])(ORIGIN, 16) && !may(['@'])(name('a'), 16));
  assert.ok(
    may(['*.dyn'])(name('a.dyn'), 16) &&
      !may(['*.dyn'])(name('a.b.dyn'), 16) &&
      !may(['*.dyn'])(name('dyn'), 16),
  );
  assert.ok(may(['**'], ['*'])(name('a.b'), 65280));
  assert.ok(!permissions([], 'k', 'zone.example', ORIGIN)(name('a'), 16));
});
