/** Settings that are read again while their files are being written, or are gone. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { loadConfig } from '../../runtime/config/config.ts';
import { SettledSettings } from '../../runtime/control/settled-settings.ts';
import { atEnd } from '../support/at-end.ts';

const SECRET = Buffer.alloc(48, 7).toString('base64');
const WHOLE =
  'keys:\n  one: { secretFile: secret }\nlog:\n  level: warn\ntransfer:\n  allow: [{ key: one }]\n';

function running(context: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-settings-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  const [file, secret] = [path.join(folder, 'dnsteer.yaml'), path.join(folder, 'secret')];
  writeFileSync(file, WHOLE);
  writeFileSync(secret, SECRET);
  const load = async () => loadConfig({ cwd: folder, env: {} });
  const first = loadConfig({ cwd: folder, env: {} });
  assert.ok(first.ok);
  const settled = new SettledSettings(first.value);
  const read = () => settled.read(load);
  const problem = async () => {
    const config = await read();
    return config.ok ? '' : config.problem.map(formatDiagnostic).join('\n');
  };
  return { file, secret, read, problem };
}

// Each waits for a second or two, in a folder of its own.
describe('Settings that are read again', { concurrency: true }, () => {
  test('A file of settings that is half written is read once it is whole', async (context) => {
    const { file, read } = running(context);
    writeFileSync(file, WHOLE.slice(0, WHOLE.indexOf('transfer:')));
    const reading = read();
    setTimeout(() => writeFileSync(file, WHOLE.replace('warn', 'error')), 100);
    const config = await reading;
    assert.ok(config.ok);
    assert.deepEqual([config.value.log.level, config.value.transfer.allow.length], ['error', 1]);
  });

  test('A secret that is half written is not taken for all of it, though it is one', async (context) => {
    const { secret, read } = running(context);
    writeFileSync(secret, SECRET.slice(0, 32));
    const reading = read();
    setTimeout(() => appendFileSync(secret, SECRET.slice(32)), 100);
    const config = await reading;
    assert.ok(config.ok);
    assert.equal(config.value.keys[0]?.secret, SECRET);
  });

  test('What stays shorter is believed after a second; what is renamed into its place at once', async (context) => {
    const { file, read } = running(context);
    writeFileSync(file, 'log:\n  level: error\n');
    const from = performance.now();
    const config = await read();
    assert.ok(config.ok && config.value.log.level === 'error');
    assert.ok(performance.now() - from > 500);
    writeFileSync(`${file}.new`, 'log: {}\n');
    renameSync(`${file}.new`, file);
    const next = await read();
    assert.ok(next.ok && next.value.log.level === 'info');
  });

  test('A file that is gone, empty, a folder or cut off is refused with its name, and the next one is taken', async (context) => {
    const { file, read, problem } = running(context);
    rmSync(file);
    assert.match(await problem(), /dnsteer\.yaml: error: The file of the settings is gone/);
    mkdirSync(file);
    assert.match(await problem(), /dnsteer\.yaml/);
    rmSync(file, { recursive: true });
    writeFileSync(file, ' \n');
    assert.match(await problem(), /dnsteer\.yaml: error: The file of the settings is empty/);
    writeFileSync(file, WHOLE.slice(0, WHOLE.indexOf('{ key') + 3));
    assert.match(await problem(), /dnsteer\.yaml/);
    writeFileSync(file, WHOLE);
    assert.ok((await read()).ok);
  });
});
