/** Every example answers what its own comment shows, from a running server. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { assertOutput, readTranscript } from '../support/transcript.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const folders = globSync('*/', { cwd: EXAMPLES }).sort();

test('There are the examples the README promises', () => {
  assert.ok(folders.length >= 8, folders.join());
});

describe('From one server for all of them', { skip: missing('dig') }, () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ geo: 'city', from: EXAMPLES, env: UNHURRIED });
  });
  after(() => server.stop());

  for (const file of globSync('**/*.example.{ts,js}', { cwd: EXAMPLES }).sort()) {
    const steps = readTranscript(readFileSync(path.join(EXAMPLES, file), 'utf8'), ' *     ');

    test(`${file} shows the one command that runs it`, () => {
      const [folder] = file.split(path.sep);
      assert.equal(steps[0]?.command, `npm run dnsteer -- start --policies examples/${folder}`);
      assert.ok(steps.length > 1);
    });

    for (const step of steps.slice(1)) {
      test(`${file}: ${step.command}`, async () => {
        const [dig, at, dashP, port, ...question] = step.command.split(' ');
        assert.deepEqual([dig, at, dashP, port], ['dig', '@127.0.0.1', '-p', '5300']);
        assertOutput(step, await digShort(server.port, ...question));
      });
    }
  }
});
