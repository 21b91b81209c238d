/** The token of the admin server: where it comes from, when it has to be there, and that no message holds it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { type ConfigOptions, loadConfig } from '../../runtime/config/config.ts';

const TOKEN = 'correct-horse-battery';
const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-token-'));
after(() => rmSync(cwd, { recursive: true }));

function load(yaml: string, options: Partial<ConfigOptions> = {}): ReturnType<typeof loadConfig> {
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), yaml);
  return loadConfig({ env: {}, cwd, ...options });
}

function tokenOf(yaml: string, options?: Partial<ConfigOptions>): string | undefined {
  const config = load(yaml, options);
  assert.ok(config.ok, config.ok ? '' : config.problem.map(formatDiagnostic).join('\n'));
  return config.value.admin.token;
}

/** As it is printed. */
function complaint(yaml: string, options?: Partial<ConfigOptions>): string {
  const config = load(yaml, options);
  assert.ok(!config.ok, 'the configuration is accepted');
  return config.problem.map(formatDiagnostic).join('\n');
}

function secretFile(name: string, text: string): string {
  writeFileSync(path.join(cwd, name), text);
  return name;
}

test('It is given as a setting, as a variable, or in a file beside the one that names it', () => {
  assert.equal(tokenOf(''), undefined);
  assert.equal(tokenOf(`admin: { token: ${TOKEN} }`), TOKEN);
  assert.equal(tokenOf('', { env: { DNSTEER_ADMIN_TOKEN: TOKEN } }), TOKEN);
  assert.equal(tokenOf('', { env: { DNSTEER_ADMIN_TOKEN: '1234567890123456' } }), '1234567890123456');
  secretFile('token', `${TOKEN}\n`);
  assert.equal(tokenOf('admin: { tokenFile: token }'), TOKEN);
  assert.equal(
    tokenOf('admin: { tokenFile: token }', { cwd: '/', file: path.join(cwd, 'dnsteer.yaml') }),
    TOKEN,
  );
});

test('It is needed where others than this machine can reach the admin server', () => {
  for (const listen of ['0.0.0.0:8053', '[::]:8053', '192.0.2.1:8053']) {
    assert.equal(
      complaint(`admin: { listen: '${listen}' }`),
      `error: Setting "admin.token" is missing: others than this machine can reach admin.listen, ${listen}
  Set admin.tokenFile or DNSTEER_ADMIN_TOKEN ("openssl rand -hex 32" prints a good one), or admin.listen to an address on loopback`,
    );
    assert.equal(tokenOf(`admin: { listen: '${listen}', token: ${TOKEN} }`), TOKEN);
  }
  for (const listen of ['127.0.0.1:8053', '127.0.0.2:8053', '[::1]:8053', 'off']) {
    assert.equal(tokenOf(`admin: { listen: '${listen}' }`), undefined);
  }
});

test('A file that holds none is told of, with what to do', () => {
  mkdirSync(path.join(cwd, 'folder'));
  for (const [file, problem] of [
    ['gone', 'Cannot read ".*/gone" \\(admin\\.tokenFile\\): it does not exist'],
    ['folder', 'Cannot read ".*/folder" \\(admin\\.tokenFile\\): it is a folder'],
    [secretFile('empty', '\n'), '".*/empty" \\(admin\\.tokenFile\\) is empty'],
    [secretFile('short', 'short-secret\n'), '".*/short" \\(admin\\.tokenFile\\) holds no token'],
    [secretFile('two', `${TOKEN}\n${TOKEN}\n`), '".*/two" \\(admin\\.tokenFile\\) holds no token'],
  ] as const) {
    const said = complaint(`admin: { tokenFile: ${file} }`);
    assert.match(said, new RegExp(`^error: ${problem}\\n  (Name a file|A token has at least 16 characters)`));
    assert.doesNotMatch(said, /secret|horse/);
  }
});

test('Two tokens are one too many', () => {
  const said = complaint('admin: { tokenFile: token }', { env: { DNSTEER_ADMIN_TOKEN: TOKEN } });
  assert.match(
    said,
    /^error: Settings "admin\.token" and "admin\.tokenFile" are both given.*\n {2}Remove one/,
  );
});

test('A mistake in it, or beside it, does not show it', () => {
  for (const [yaml, problem] of [
    ['admin: { token: short-secret }', /"admin\.token" must be a text of at least 16 .*"openssl rand/],
    ['admin: { token: "secret with spaces" }', /"admin\.token" must be/],
    ['admin:\n  token:\n    short-secret\n', /:3:5: error: Setting "admin\.token" must be/],
    ['admin: { tokn: long-enough-secret }', /Unknown setting "admin\.tokn"[\s\S]*Did you mean "token"/],
    ['admin: { listn: off, token: long-enough-secret }', /Unknown setting "admin\.listn"/],
    ['admin: { "token": long-enough-secret, listen: off', /dnsteer\.yaml:\d/],
    ['token: long-enough-secret', /Unknown setting "token"/],
  ] as const) {
    const said = complaint(yaml);
    assert.match(said, problem);
    assert.doesNotMatch(said, /secret/, yaml);
  }
  const said = complaint('', { env: { DNSTEER_ADMIN_TOKEN: 'short-secret' } });
  assert.match(said, /^error: DNSTEER_ADMIN_TOKEN must be a text of at least 16/);
  assert.doesNotMatch(said, /secret/);
});
