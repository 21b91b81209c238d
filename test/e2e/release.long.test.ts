/** A quarantine is seen by the operator, who ends it without a change of the file. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { atEnd } from '../support/at-end.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const TOKEN = 'correct-horse-battery';
const FALLBACK = 'NOERROR TXT fallback';
const DECIDED = 'NOERROR TXT decided for 127.0.0.1';

/** Decides anew for every query, or not at all for names that begin with a word: no timeout ends that. */
function policy(hangingName: string): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  budget: 10,
  deadline: 1000,
  fallback: { TXT: 'fallback' },
  hosts: {
    '*': (query) => {
      if (query.name.startsWith('${hangingName}')) standIn('hang');
      return { TXT: 'decided for ' + query.client.ip };
    },
  },
});
`;
}

test('Another token is in force once the settings are read again', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-token-'));
  writeFileSync(path.join(folder, 'token'), `${TOKEN}\n`);
  const server = await startServer({
    folder,
    config: 'admin: { tokenFile: token }',
    policies: { 'calm.example.ts': policy('never') },
  });
  atEnd(context, async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  const statusFor = async (token: string): Promise<number> =>
    (await fetch(`${server.adminUrl}/api/status`, { headers: { Authorization: `Bearer ${token}` } })).status;
  assert.equal(await statusFor(TOKEN), 200);

  writeFileSync(path.join(folder, 'token'), `next-${TOKEN}\n`);
  server.process.kill('SIGHUP');
  await server.printed(/Settings have been read again/);
  assert.equal(await statusFor(TOKEN), 401);
  assert.equal(await statusFor(`next-${TOKEN}`), 200);
  assert.ok(!server.output().includes(TOKEN));
});

describe('A policy that keeps hanging', () => {
  let server: TestServer;
  let client: Client;
  before(async () => {
    server = await startServer({
      policies: { 'wild.example.ts': policy('hang'), 'stuck.example.ts': policy('sample') },
      env: { DNSTEER_ADMIN_TOKEN: TOKEN },
      processes: 2,
      standIns: true,
    });
    client = await Client.open(server.port);
  });
  after(async () => {
    client.close();
    await server.stop();
  });

  async function answer(name: string): Promise<string> {
    const reply = await client.ask(name, 'TXT');
    return reply === undefined ? 'nothing' : `${reply.rcode} ${reply.answers.join()}`;
  }

  async function run(...args: string[]): Promise<{ code: number; text: string }> {
    const env = { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host, DNSTEER_ADMIN_TOKEN: TOKEN };
    const { code, stdout, stderr } = await dnsteer(args, { cwd: server.folder, env });
    return { code, text: stdout + stderr };
  }

  async function metric(sample: string): Promise<string | undefined> {
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`${server.adminUrl}/metrics`, { headers })).text();
    return text
      .split('\n')
      .find((line) => line.startsWith(`${sample} `))
      ?.split(' ')[1];
  }

  test('is quarantined, and status and metrics say so and what to do', async () => {
    await until(
      () => answer('www.wild.example'),
      (now) => now === DECIDED,
    );
    // One client is always answered by the same process.
    await until(
      async () => {
        assert.equal(await answer('hang.wild.example'), FALLBACK);
        return server.output();
      },
      (output) => /wild\.example@\w+, which is quarantined now/.test(output),
    );
    assert.equal(await answer('www.wild.example'), FALLBACK);
    const { text } = await run('status');
    assert.match(text, /^wild\.example +live, quarantined /m);
    assert.match(
      text,
      /^ {2}wild\.example is served by its fallback alone .*: dnsteer release wild\.example$/m,
    );
    assert.equal(await metric('dnsteer_policy_quarantined{zone="wild.example"}'), '1');
  });

  test('is asked again once it is released, its file as it was', async () => {
    assert.deepEqual(await run('release', 'wild.exmple'), {
      code: 1,
      text: 'error: No zone "wild.exmple" is served; did you mean wild.example?\n',
    });
    assert.deepEqual(await run('release', 'wild.example'), {
      code: 0,
      text: 'wild.example is released: its policy is asked again\n',
    });
    await until(
      () => answer('www.wild.example'),
      (now) => now === DECIDED,
    );
    assert.match((await run('status')).text, /^wild\.example +live +\w{8} /m);
    assert.equal(await metric('dnsteer_policy_quarantined{zone="wild.example"}'), '0');
    assert.deepEqual(await run('release', 'wild.example'), {
      code: 0,
      text: 'wild.example was not quarantined\n',
    });
  });

  test('stays quarantined if it hangs in another trial', async () => {
    assert.match((await run('status')).text, /^stuck\.example +quarantined /m);
    const { code, text } = await run('release', 'stuck.example');
    assert.equal(code, 1);
    assert.match(
      text,
      /^error: The policy of stuck\.example was tried once more and had to be stopped again/,
    );
    assert.match((await run('status')).text, /^stuck\.example +quarantined /m);
    assert.equal(await answer('www.stuck.example'), FALLBACK);
  });

  test('is no reason to tell anyone the token', () => {
    assert.ok(!server.output().includes(TOKEN));
  });
});
