/** Settings of recordings: their defaults, and what is said of values that are none. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../runtime/config/config.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-record-settings-'));
after(() => rmSync(cwd, { recursive: true }));

function load(text: string, env: Readonly<Record<string, string>> = {}) {
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), text);
  return loadConfig({ cwd, env });
}

function recordIn(text: string, env?: Readonly<Record<string, string>>) {
  const config = load(text, env);
  assert.ok(config.ok, JSON.stringify(config));
  return config.value.record;
}

function problemWith(text: string): string {
  const config = load(text);
  assert.ok(!config.ok, text);
  return config.problem.map(({ message, remedy = '' }) => `${message} ${remedy}`.trim()).join('\n');
}

test('Nothing is recorded unless somebody says so, and then in the state folder', () => {
  const defaults = { sample: 0, full: false, maxSize: 64, files: 8 };
  assert.deepEqual(recordIn('{}'), { ...defaults, folder: path.join(cwd, '.dnsteer', 'recordings') });
  assert.deepEqual(recordIn('state: kept\nrecord: { sample: 0.01, full: true, maxSize: 1, files: 2 }\n'), {
    sample: 0.01,
    full: true,
    maxSize: 1,
    files: 2,
    folder: path.join(cwd, 'kept', 'recordings'),
  });
});

test('The folder is relative to the file of the settings, or to where the variable is set', () => {
  assert.equal(recordIn('record: { folder: ../lines }\n').folder, path.resolve(cwd, '../lines'));
  assert.equal(recordIn('{}', { DNSTEER_RECORD_FOLDER: 'lines' }).folder, path.join(cwd, 'lines'));
  assert.equal(recordIn('{}', { DNSTEER_RECORD_SAMPLE: '0.5' }).sample, 0.5);
});

for (const [text, message] of Object.entries({
  'record: { sample: 2 }': 'Setting "record.sample" must be a number from 0 to 1, not 2',
  'record: { sample: 1% }': 'Setting "record.sample" must be a number from 0 to 1, not "1%"',
  'record: { full: maybe }': 'Setting "record.full" must be true or false, not "maybe"',
  'record: { folder: "" }': 'Setting "record.folder" must be the path of a folder, not ""',
  'record: { maxSize: 0 }': 'Setting "record.maxSize" must be a whole number from 1 to 65536, not 0',
  'record: { files: 1.5 }': 'Setting "record.files" must be a whole number from 1 to 10000, not 1.5',
  'record: { smaple: 1 }': 'Unknown setting "record.smaple" Did you mean "sample"?',
  'record: yes please': 'Setting "record" must be a mapping, not "yes please"',
}))
  test(`"${text}" is refused`, () => assert.equal(problemWith(text), message));

test('A folder in the policies folder, which would be looked at for each line, is refused', () => {
  for (const folder of ['policies', 'policies/lines', './policies/../policies/lines'])
    assert.match(
      problemWith(`record: { folder: ${folder} }`),
      /^Setting "record\.folder" names ".*policies.*", which is in the policies folder: .* Name a folder of its own/,
    );
  assert.equal(recordIn('record: { folder: policies-lines }').folder, path.join(cwd, 'policies-lines'));
});
