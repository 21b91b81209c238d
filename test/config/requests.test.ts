/** Settings of the requests of health checks: what they may say, and the certificates of their files. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { listSettings, loadConfig } from '../../runtime/config/config.ts';
import { atEnd } from '../support/at-end.ts';
import { createAuthority } from '../support/certificates.ts';
import type { Scope } from '../support/servers.ts';

function folderWith(t: Scope, settings: string): { cwd: string; env: Record<string, never> } {
  const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-requests-'));
  atEnd(t, () => rmSync(cwd, { recursive: true }));
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), settings);
  return { cwd, env: {} };
}

function problems(t: Scope, request: string): string {
  const loaded = loadConfig(folderWith(t, `health: { requests: [${request}] }`));
  return loaded.ok ? '' : loaded.problem.map(({ message }) => message).join('\n');
}

test('A request has the certificates of its file, and its headers are never shown', (t) => {
  const options = folderWith(
    t,
    `health:
  requests:
    - { servers: [10.0.0.0/8, intranet.test], port: 8443, ca: ca.pem, method: HEAD, headers: { Authorization: 'Bearer secret-of-ours' } }
`,
  );
  const { ca } = createAuthority();
  writeFileSync(path.join(options.cwd, 'ca.pem'), ca);
  const loaded = loadConfig(options);
  assert.ok(loaded.ok);
  assert.deepEqual(loaded.value.health.requests, [
    {
      servers: ['10.0.0.0/8', 'intranet.test'],
      port: 8443,
      ca,
      verify: true,
      method: 'HEAD',
      headers: { Authorization: 'Bearer secret-of-ours' },
    },
  ]);
  assert.doesNotMatch(JSON.stringify(listSettings(options)), /secret-of-ours/);
});

test('A file without certificates is told of', (t) => {
  assert.match(
    problems(t, '{ servers: [10.0.0.1], ca: absent.pem }'),
    /absent\.pem" \(health\.requests\.0\.ca\)/,
  );
  const options = folderWith(t, 'health: { requests: [{ servers: [10.0.0.1], ca: dnsteer.yaml }] }');
  const loaded = loadConfig(options);
  assert.ok(!loaded.ok);
  assert.match(loaded.problem[0]?.message ?? '', /holds no certificate/);
});

test('Authorities that are cut off behind the first certificate are told of', (t) => {
  const options = folderWith(t, 'health: { requests: [{ servers: [10.0.0.1], ca: ca.pem }] }');
  const [one, other] = [createAuthority().ca, createAuthority().ca];
  for (const end of [30, 200, other.length - 2]) {
    writeFileSync(path.join(options.cwd, 'ca.pem'), one + other.slice(0, end));
    const loaded = loadConfig(options);
    assert.match(
      loaded.ok ? '' : (loaded.problem[0]?.message ?? ''),
      /cut off .* behind a certificate/,
      String(end),
    );
  }
  writeFileSync(path.join(options.cwd, 'ca.pem'), one + other);
  assert.ok(loadConfig(options).ok);
});

for (const [request, complaint] of [
  ['{ servers: ["10.0.0.0/99"] }', /must be an address, a network or a host name/],
  ['{ servers: [a], headers: { Host: b } }', /name of a header that checks do not set/],
  ['{ servers: [a], headers: { X-A: "b\\r\\nX-B: c" } }', /ASCII characters without line breaks/],
  ['{ servers: [a], method: "GET / HTTP/1.1\\r\\n" }', /must be one of GET, HEAD/],
  ['{ port: 1 }', /servers/],
] as const) {
  test(`Refused: ${request}`, (t) => {
    assert.match(problems(t, request), complaint);
    assert.doesNotMatch(problems(t, request), /secret/);
  });
}

test('Commands of checks begin with a path, have arguments, and are never shown', (t) => {
  const command = '{ run: [/usr/local/bin/is-primary, --token=secret-of-ours, "{address}"], user: 65534 }';
  const options = folderWith(t, `health: { commands: { is-primary: ${command} } }`);
  const loaded = loadConfig(options);
  assert.ok(loaded.ok);
  assert.deepEqual(loaded.value.health.commands, {
    'is-primary': {
      run: ['/usr/local/bin/is-primary', '--token=secret-of-ours', '{address}'],
      user: '65534',
    },
  });
  assert.doesNotMatch(JSON.stringify(listSettings(options)), /secret-of-ours/);
  for (const [wrong, expected] of [
    ['{ it: { run: [] } }', /health\.commands\.it\.run" must begin with the path of a program/],
    ['{ it: { run: [sh, -c] } }', /must begin with the path of a program/],
    ['{ it: { run: /bin/true } }', /must be a list of a program and its arguments/],
    ['{ "a b": { run: [/bin/true] } }', /must be a name of letters, digits/],
    ['{ it: { run: [/bin/true], shell: true } }', /shell/],
  ] as const) {
    const refused = loadConfig(folderWith(t, `health: { commands: ${wrong} }`));
    const told = refused.ok ? '' : refused.problem.map(({ message }) => message).join('\n');
    assert.match(told, expected, wrong);
  }
});
