/** The list of verbs: what it says of each is what its file says, and to ask for help loads nothing of a server. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Help } from 'commander';
import type { CliHost } from '../../runtime/cli/host.ts';
import { createProgram } from '../../runtime/cli/program.ts';
import { VERBS } from '../../runtime/cli/verb-list.ts';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');
const FILES = globSync('cli/verbs/**/*.ts', { cwd: RUNTIME });
const HOST = { version: '1.2.3' } as CliHost;
/** What a verb needs only once it runs. */
const HEAVY = new Set([
  'answer',
  'control',
  'delegation',
  'geo',
  'registry',
  'runner',
  'transfer',
  'trial',
  'zone',
]);

test('Help shows a verb alike, whether its file is loaded or not', async () => {
  const terms = async (argv: readonly string[]) => {
    const program = await createProgram(argv, HOST, () => {});
    const help = new Help();
    return program.commands.map((command) => [
      help.subcommandTerm(command),
      help.subcommandDescription(command),
    ]);
  };
  const listed = await terms([]);
  assert.equal(listed.length, VERBS.length);
  assert.deepEqual(await terms(VERBS.map(({ name }) => name)), listed);
});

test('Each file of a verb is listed', () => {
  const names = FILES.map((file) => path.basename(file, '.ts'));
  assert.deepEqual(VERBS.map(({ name }) => name).sort(), names.sort());
});

/** What a file loads at once, directly and by way of others. */
function loadedBy(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(path.join(RUNTIME, file), 'utf8');
  for (const [, imported = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+\.ts)'/gm)) {
    loadedBy(path.join(path.dirname(file), imported), known);
  }
  return known;
}

for (const file of ['main.ts', ...FILES]) {
  test(`${file} is loaded without what a verb needs once it runs`, () => {
    const loaded = [...loadedBy(file)];
    assert.ok(loaded.length > 5);
    const heavy = loaded.filter(
      (each) => HEAVY.has(each.split(path.sep)[0] ?? '') || each.startsWith(path.join('cli', 'work')),
    );
    assert.deepEqual(heavy, []);
  });
}
