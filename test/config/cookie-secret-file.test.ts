/** The file of cookie secrets: what it may hold, and what is said where it holds anything else. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { loadConfig } from '../../runtime/config/config.ts';
import { parseCookieSecrets } from '../../runtime/config/cookie-secret-file.ts';

const [FIRST, SECOND] = ['00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100'];
const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-secrets-'));
after(() => rmSync(cwd, { recursive: true }));

function load(file: string, text?: string): ReturnType<typeof loadConfig> {
  if (text !== undefined) writeFileSync(path.join(cwd, file), text);
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), `cookies: { secretFile: ${file} }`);
  return loadConfig({ env: {}, cwd });
}

test('Secrets are lines of 32 hexadecimal digits, in the order in which they count', () => {
  assert.deepEqual(parseCookieSecrets(`${FIRST}\n`), [FIRST]);
  assert.deepEqual(parseCookieSecrets(`\n  ${SECOND.toUpperCase()}\r\n${FIRST}`), [SECOND, FIRST]);
});

test('A text that is not sound in all its lines holds none', () => {
  const texts = ['', '\n', FIRST.slice(1), `${FIRST}0`, `${FIRST}\nx`, `${FIRST} ${SECOND}`, `# ${FIRST}`];
  for (const text of texts) assert.deepEqual(parseCookieSecrets(text), [], text);
  assert.deepEqual(parseCookieSecrets(`${FIRST}\n`.repeat(5)), []);
});

test('The file is named relative to the one that names it', () => {
  const config = load('secrets', `${FIRST}\n${SECOND}\n`);
  assert.ok(config.ok);
  assert.deepEqual(config.value.cookieSecrets, [FIRST, SECOND]);
});

test('A file that is missing or unsound is an error that does not quote it', () => {
  for (const [file, text, expected] of [
    [
      'absent',
      undefined,
      /Cannot read ".*absent" \(cookies\.secretFile\): .*\n {2}Name a file of 1 to 4 lines/,
    ],
    ['unsound', `${FIRST}x`, /".*unsound" \(cookies\.secretFile\) holds no secrets\n {2}Name a file/],
  ] as const) {
    const config = load(file, text);
    assert.ok(!config.ok);
    const printed = config.problem.map(formatDiagnostic).join('\n');
    assert.match(printed, expected);
    assert.doesNotMatch(printed, /0011/);
  }
});
