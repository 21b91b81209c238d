/** `dnsteer config`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configJsonSchema } from '../../runtime/config/schema.ts';
import { SETTINGS } from '../../runtime/config/settings.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const cwd = testFolder({ 'dnsteer.yaml': 'policy: { budget: 8 }\n' });

test('Every setting is shown with its value and where that comes from', async () => {
  const { code, stdout } = await dnsteer(['config'], { cwd, env: { DNSTEER_PROCESSES: '3' } });
  assert.equal(code, 0);
  for (const { name, variable } of SETTINGS)
    assert.match(stdout, new RegExp(`^${name} .* ${variable ?? 'none'}$`, 'm'));
  assert.match(stdout, /^policy\.budget +8 +\S*dnsteer\.yaml /m);
  assert.match(stdout, /^processes +3 +DNSTEER_PROCESSES /m);
  assert.match(stdout, /^policy\.deadline +50 +default /m);
});

test('A variable that is no setting is warned of, beside the result', async () => {
  const { code, stdout, stderr } = await dnsteer(['config', '--json'], { cwd, env: { DNSTEER_LISTN: 'x' } });
  assert.equal(code, 0);
  assert.ok(JSON.parse(stdout));
  assert.match(
    stderr,
    /warning: DNSTEER_LISTN is no setting and has no effect\n +Did you mean DNSTEER_LISTEN\?/,
  );
});

test('As JSON, every setting has all its parts', async () => {
  const { stdout } = await dnsteer(['config', '--json'], { cwd });
  const rows = JSON.parse(stdout) as Record<string, unknown>[];
  assert.equal(rows.length, SETTINGS.length);
  for (const row of rows) {
    assert.deepEqual(Object.keys(row).sort(), [
      'description',
      'effect',
      'name',
      'origin',
      'value',
      'variable',
    ]);
  }
});

test('The token is not shown, only where it comes from', async () => {
  const env = { DNSTEER_ADMIN_TOKEN: 'correct-horse-battery' };
  const [table, json] = await Promise.all([
    dnsteer(['config'], { cwd, env }),
    dnsteer(['config', '--json'], { cwd, env }),
  ]);
  assert.match(table.stdout, /^admin\.token +\(hidden\) +DNSTEER_ADMIN_TOKEN /m);
  for (const { stdout, stderr } of [table, json]) assert.doesNotMatch(stdout + stderr, /correct-horse/);
});

test('The schema for editors is printed as it is shipped', async () => {
  const { stdout } = await dnsteer(['config', '--schema'], { cwd });
  assert.deepEqual(JSON.parse(stdout), configJsonSchema());
});
