/** The command line as such: help, mistakes, exit codes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const cwd = testFolder();
const VERBS = ['start', 'check', 'explain', 'new', 'status', 'release', 'delegate', 'config'];

test('Help lists every verb, each has help with examples, and both are no mistake', async () => {
  const { code, stdout } = await dnsteer(['--help'], { cwd });
  assert.equal(code, 0);
  for (const verb of VERBS) assert.match(stdout, new RegExp(`^  ${verb} `, 'm'));
  const helps = await Promise.all(VERBS.map((verb) => dnsteer([verb, '--help'], { cwd })));
  for (const [index, help] of helps.entries()) {
    assert.equal(help.code, 0);
    assert.match(help.stdout, new RegExp(`Examples:\\n  \\$ (DNSTEER\\S+ )?dnsteer ${VERBS[index]}`));
    // Colour is for terminals.
    assert.ok(!help.stdout.includes('\u001B'));
  }
});

test('The version is the package’s', async () => {
  const { stdout } = await dnsteer(['--version'], { cwd });
  const manifest = readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8');
  assert.equal(stdout.trim(), (JSON.parse(manifest) as { version: string }).version);
});

for (const [args, complaint] of [
  [['chek'], /unknown command 'chek'\n\(Did you mean check\?\)/],
  [['check', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  [['release'], /missing required argument 'zone'/],
  [['delegate', 'shop.example', '--resolver', 'nine'], /A resolver is an IP address, with or without a port/],
  [['delegate', '.'], /The root is delegated by nobody/],
  [['explain'], /missing required argument 'name'/],
  [['new', 'a.example', 'b.example'], /too many arguments/],
  [['explain', 'example.com', '--country', 'Germany'], /A country is a code of two letters/],
  [['explain', 'example.com', 'NONSENSE'], /Type "NONSENSE" is not known/],
  [['explain', 'example.com', '--from', 'here'], /Client "here" is neither an address nor a network/],
  [[], /^Usage: dnsteer/],
] as const) {
  test(`Not understood: dnsteer ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await dnsteer(args, { cwd });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, complaint);
  });
}

test('A mistake in the settings is shown with its line, and no stack', async () => {
  const folder = testFolder({ 'dnsteer.yaml': 'listn: ["127.0.0.1:53"]\n' });
  for (const verb of ['start', 'check']) {
    const { code, stderr } = await dnsteer([verb], { cwd: folder });
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `dnsteer.yaml:1:1: error: Unknown setting "listn"
    listn: ["127.0.0.1:53"]
    ^
  Did you mean "listen"?
`,
    );
  }
});

test('A mistake in a flag names the flag', async () => {
  const { code, stderr } = await dnsteer(['start', '--listen', 'localhost:53'], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /^error: --listen must be an IP address and a port/);
});
