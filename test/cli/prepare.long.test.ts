/** `dnsteer prepare`: what passes is kept, and a start takes it over without a trial. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { silentLogger } from '../../runtime/base/log.ts';
import { prepare } from '../../runtime/cli/verbs/prepare.ts';
import { loadConfig } from '../../runtime/config/config.ts';
import { registrySettings } from '../../runtime/control/settings.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { TXT: 'fallback' }, hosts: { www: (query) => ({ TXT: query.name }) } });
`;
const { version } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as { version: string };

function configIn(cwd: string): ReturnType<typeof loadConfig> {
  return loadConfig({ file: undefined, overrides: [], env: {}, cwd });
}

/** The state of each zone after a start at which a trial would fail. */
async function startUntried(cwd: string): Promise<[zone: string, state: string][]> {
  const config = configIn(cwd);
  assert.ok(config.ok);
  const { policies: root, state } = config.value;
  const no = (): never => assert.fail('there is nothing to try');
  const registry = new Registry({
    root,
    lastGood: path.join(state, 'last-good'),
    settings: registrySettings(config.value),
    version,
    sandbox: { load: no, run: no, drop: () => {} },
    log: silentLogger(),
    onUpdate: () => {},
    onTargets: () => {},
  });
  try {
    await registry.start();
  } finally {
    await registry.stop();
  }
  return registry.status().map((zone) => [zone.zone, zone.state]);
}

test('A start takes over what was prepared', async () => {
  const cwd = testFolder({
    'policies/one.example.ts': POLICY,
    'policies/two.example.ts': POLICY,
    'policies/two.example.zone': 'mail 300 A 192.0.2.25\n',
  });
  process.chdir(cwd);
  const host = { version, loadConfig: () => Promise.resolve(configIn(cwd)) };
  assert.equal(await prepare(host, { file: undefined, overrides: [] }), 0);
  assert.deepEqual(await startUntried(cwd), [
    ['one.example', 'live'],
    ['two.example', 'live'],
  ]);
});

test('It says how many there are, and where they are kept', async () => {
  const cwd = testFolder({ 'policies/one.example.ts': POLICY });
  const { code, stdout, stderr } = await dnsteer(['prepare'], { cwd });
  assert.deepEqual([code, stdout, stderr], [0, '1 of 1 zone prepared in .dnsteer/last-good\n', '']);
});

test('What does not pass is told of, and the rest is kept', async () => {
  const cwd = testFolder({
    'policies/good.example.ts': POLICY,
    'policies/bad.example.ts': 'export default {',
  });
  const { code, stdout, stderr } = await dnsteer(['prepare'], { cwd });
  assert.equal(code, 1);
  assert.equal(stdout, '1 of 2 zones prepared in .dnsteer/last-good\n');
  assert.match(stderr, /policies\/bad\.example\.ts:1/);
  assert.ok(existsSync(path.join(cwd, '.dnsteer/last-good/good.example.json')));
});

test('A state folder that cannot be written is an error that names its setting', async () => {
  const cwd = testFolder({ 'policies/good.example.ts': POLICY, 'in-the-way': '' });
  const env = { DNSTEER_STATE: path.join(cwd, 'in-the-way', 'state') };
  const { code, stdout, stderr } = await dnsteer(['prepare'], { cwd, env });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /error: The folder .*in-the-way.state \(setting "state"\) cannot be written: /);
});

test('A policies folder that is not there is an error', async () => {
  const { code, stderr } = await dnsteer(['prepare'], { cwd: testFolder() });
  assert.equal(code, 1);
  assert.match(stderr, /^error: .*policies/);
});
