/** `dnsteer test --watch`: a change of the policy, or of its test, has the tests run again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } }, fallback: 'us', hosts: { www: 'us' } });
`;
const TEST = `import { ask, expect, test } from 'dnsteer/test';
test('www', async () => { expect(await ask('www')).pool('us'); });
`;

test('Tests run again when a file changes', async () => {
  const cwd = testFolder({ 'policies/shop.example.ts': POLICY, 'policies/shop.example.test.ts': TEST });
  const child = spawn(process.execPath, [BIN, 'test', '--watch'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const rounds = on(child.stderr.setEncoding('utf8'), 'data', { close: ['end'] });
    const waits = async (): Promise<string> => {
      for (;;) {
        const { value, done } = await rounds.next();
        if (done === true || String(value).includes('Waiting for changes')) break;
      }
      const all = told;
      told = '';
      return all;
    };
    assert.match(await waits(), /1 passed, 0 failed\n$/);
    writeFileSync(path.join(cwd, 'policies/shop.example.ts'), POLICY.replace("www: 'us'", "www: 'eu'"));
    assert.match(await waits(), /actual {4}"eu"[\s\S]*0 passed, 1 failed\n$/);
    writeFileSync(path.join(cwd, 'policies/shop.example.test.ts'), TEST.replace("'us'", "'eu'"));
    assert.match(await waits(), /1 passed, 0 failed\n$/);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
