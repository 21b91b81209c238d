/** The README is followed from top to bottom, by a reader who does all it says and believes nothing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { loadConfig } from '../../runtime/config/config.ts';
import { readWindowFile } from '../../runtime/control/overrides/window-file.ts';
import { readLatencies } from '../../runtime/geo/latency/read-latencies.ts';
import { parseTeam } from '../../runtime/registry/teams/team-file.ts';
import { BIN } from '../support/bin.ts';
import { createAuthority } from '../support/certificates.ts';
import { digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { readmeBlocks, SIGNING_SECTIONS } from '../support/readme.ts';
import { assertOutput, readTranscript, type Step } from '../support/transcript.ts';
import { until } from '../support/until.ts';

/** Where the settings shown last are. */
const SHOWN = 'shown.yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const TELLING: ReadonlySet<string> = new Set(['diff', 'test', 'replay', 'whatif', 'import']);
/** Sections with tests of their own, as they need more than a server. */
const ELSEWHERE: ReadonlySet<string> = new Set(Object.values(SIGNING_SECTIONS));
const blocks = readmeBlocks().filter(({ section }) => !ELSEWHERE.has(section));

test('README links lead somewhere', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => target);
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(existsSync(path.join(ROOT, link)), link);
});

describe('README', { skip: missing('dig') }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-readme-'));
  let server: TestServer | undefined;
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  for (const { language, text } of blocks) {
    const title = `${language}: ${text.split('\n')[0]}`;
    if (language === 'ts') test(title, () => writePolicy(text));
    else if (language === 'console')
      for (const step of readTranscript(text, '')) test(step.command, () => follow(step));
    else if (text.startsWith('# policies/')) test(title, () => assertManifest(text));
    else if (text.startsWith('# maintenance.yaml')) test(title, () => assertWindows(text));
    else if (language === 'ics') test(title, () => assertWindows(text));
    else if (language === 'jsonl')
      test(title, () => writeFileSync(path.join(folder, 'recording.jsonl'), text));
    else if (language === 'yaml') test(title, () => assertSettings(text));
    else if (language === 'zone')
      test(title, () => writeFileSync(path.join(folder, 'lua.example.zone'), text));
    else if (language === 'ini') test(title, () => assertUnit(text));
    // test/control/announce/bird.long.test.ts has BIRD run it.
    else if (language === 'bird') test(title, () => assert.match(text, /include ".*dnsteer4\.conf"/));
    else if (language === 'csv') test(title, () => assert.ok(readLatencies(Buffer.from(text)).ok));
    else if (language === 'sh') test(title, () => assertScripts(text));
    else test(title, () => assert.fail(`Nobody tries a block of ${language}`));
  }

  async function writePolicy(text: string): Promise<void> {
    const [, zone] = /^\/\/ policies\/([\w.]+)\.ts\n/.exec(text) ?? [];
    assert.ok(zone !== undefined, 'the first line names the file');
    mkdirSync(path.join(folder, 'policies'), { recursive: true });
    writeFileSync(path.join(folder, 'policies', `${zone}.ts`), unhurried(text));
    // Tests stand beside policies, and are no zones.
    if (!zone.endsWith('.test')) await server?.printed(new RegExp(`"zone":"${zone}".*Zone is live`));
  }

  /** A policy's own clocks go before those of the server. */
  function unhurried(text: string): string {
    return text
      .replace(/^ {2}budget: \d+,/m, `  budget: ${UNHURRIED.DNSTEER_POLICY_BUDGET},`)
      .replace(/^ {2}deadline: \d+,/m, `  deadline: ${UNHURRIED.DNSTEER_POLICY_DEADLINE},`);
  }

  function assertWindows(text: string): void {
    const read = readWindowFile(text, 'maintenance.yaml');
    assert.ok(read.ok, JSON.stringify(read));
  }

  function assertManifest(text: string): void {
    const read = parseTeam(text, '_team.yaml');
    assert.ok(read.ok, JSON.stringify(read));
  }

  async function follow(step: Step): Promise<void> {
    const [program, ...args] = step.command.split(' ');
    if (step.command === 'dnsteer start') {
      server = await startServer({ geo: 'city', folder, env: UNHURRIED });
    } else if (step.command === 'dnsteer start --replace') {
      await replace();
    } else if (program === 'dig') {
      assert.deepEqual(args.slice(0, 3), ['@127.0.0.1', '-p', '5300']);
      const { port } = server ?? assert.fail('a server runs by now');
      // The log tells of a zone when it is sent to answer processes: these have it a moment later.
      const ask = () => digShort(port, ...args.slice(3));
      assertOutput(step, await until(ask, (lines) => lines.length > 0));
    } else if (program === 'cp' || program === 'sed') {
      await promisify(execFile)('sh', ['-c', step.command], { cwd: folder });
    } else {
      assert.equal(program, 'dnsteer');
      assertOutput(step, await dnsteer(...args));
    }
  }

  /** The server goes on as another process, with the settings it had. */
  async function replace(): Promise<void> {
    const before = server;
    assert.ok(before !== undefined, 'a server runs by now');
    const ended = once(before.process, 'exit');
    const { port } = before;
    server = await startServer({ geo: 'city', folder, port, env: UNHURRIED, args: ['--replace'] });
    assert.deepEqual(await ended, [0, null]);
  }

  async function dnsteer(...args: string[]): Promise<string[]> {
    const env = {
      ...process.env,
      // The settings shown last are those gone by, but for addresses.
      ...(existsSync(path.join(folder, SHOWN)) && { DNSTEER_CONFIG: SHOWN }),
      DNSTEER_ADMIN_LISTEN: server === undefined ? 'off' : new URL(server.adminUrl).host,
    };
    const told = await promisify(execFile)(process.execPath, [BIN, ...args], { cwd: folder, env }).catch(
      (error: { code: unknown; stdout: string }) => {
        // By this code a difference says that there is one, a test that it failed, a pool that it gets too much, and an import that not all is said.
        if (TELLING.has(args[0] ?? '') && error.code === 1) return error;
        throw error;
      },
    );
    return told.stdout.trimEnd().split('\n');
  }

  function assertSettings(text: string): void {
    const file = path.join(folder, SHOWN);
    writeFileSync(path.join(folder, 'private-ca.pem'), createAuthority().ca);
    writeFileSync(file, text);
    const config = loadConfig({ file, env: {}, cwd: folder });
    assert.ok(config.ok, JSON.stringify(config.ok || config.problem));
  }

  async function assertUnit(text: string): Promise<void> {
    const [, args = ''] = /^ExecStart=\S*\/dnsteer (.*)$/m.exec(text) ?? [];
    // The command line is understood; the file it names is not there.
    await assert.rejects(dnsteer(...args.split(' ')), { code: 1, stderr: /\/etc\/dnsteer\/dnsteer\.yaml/ });
  }

  function assertScripts(text: string): void {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of text.matchAll(/npm ci && npm (\w+)/g)) assert.ok(script in scripts, script);
  }
});
