/** A registry that starts where another left off: broken files are served as they last were good. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import type { PolicySettings } from '../../runtime/trial/policy-settings.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { atEnd } from '../support/at-end.ts';
import { type Folder, makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';
import { rrsetsOf } from '../support/zone-update.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

function policy(address: string, extra = ''): string {
  return `import { definePolicy } from 'dnsteer';
${extra}
export default definePolicy({ fallback: { A: ['${address}'] }, hosts: { www: () => ({ A: ['${address}'] }) } });
`;
}

interface Run {
  readonly registry: Registry;
  readonly put: ZoneUpdate[];
  readonly lines: Record<string, unknown>[];
  /** `zone state problems` of each zone. */
  readonly states: () => string[];
}

/** Starts a registry over the folder; its state lies beside. */
async function run(
  context: TestContext,
  folder: Folder,
  policySettings: Partial<PolicySettings> = {},
): Promise<Run> {
  const put: ZoneUpdate[] = [];
  const lines: Record<string, unknown>[] = [];
  const registry = new Registry({
    version: '0',
    root: folder.root,
    lastGood: stateOf(folder),
    settings: { zone: ZONE_SETTINGS, policy: { ...POLICY_SETTINGS, ...policySettings } },
    sandbox,
    log: createLogger(
      { level: 'info', format: 'json' },
      { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    ),
    onUpdate: (updates) => void put.push(...updates),
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  const states = (): string[] =>
    registry
      .status()
      .map(({ zone, state, problems }) =>
        `${zone} ${state} ${problems.map(({ code }) => code).join(' ')}`.trim(),
      );
  return { registry, put, lines, states };
}

function stateOf({ parent }: Folder): string {
  return path.join(parent, 'state', 'last-good');
}

/** Runs once over sound files and ends. */
async function kept(context: TestContext, folder: Folder): Promise<Run> {
  const first = await run(context, folder);
  await first.registry.stop();
  return first;
}

const BROKEN: readonly (readonly [what: string, text: string, code: string])[] = [
  ['does not parse', 'export default', 'POLICY_SYNTAX'],
  ['misses an import', policy('192.0.2.2', "import './snippets/gone.ts';"), 'POLICY_IMPORT'],
  ['throws at once', policy('192.0.2.2', "throw new Error('no');"), 'POLICY_LOAD'],
  ['fails for clients', policy('192.0.2.2').replace('() => (', '() => 7 ?? ('), 'POLICY_SAMPLE'],
];

for (const [what, text, code] of BROKEN) {
  test(`A policy that ${what} at the start is served as it last was good, and told of`, async (context) => {
    const folder = makeFolder(context, {
      'example.com.ts': policy('192.0.2.1'),
      'example.com.zone': 'a A 192.0.2.7\n',
    });
    const before = await kept(context, folder);
    folder.write('example.com.ts', text);
    const { put, lines, states, registry } = await run(context, folder);
    assert.deepEqual(put, before.put, 'the very same: records, serial, script, budgets, version');
    const [state = ''] = states();
    assert.match(state, new RegExp(`^example\\.com degraded (.* )?${code} (.* )?POLICY_LAST_GOOD$`));
    const line = lines.find(({ msg }) =>
      String(msg).startsWith('The files are broken; the last good version'),
    );
    const { level, zone, version, file } = line ?? {};
    assert.deepEqual(
      [level, zone, version, file],
      ['error', 'example.com', put[0]?.version, path.join(folder.root, 'example.com.ts')],
    );
    assert.match(String(line?.remedy), /Correct/);

    folder.write('example.com.ts', policy('192.0.2.1'));
    await registry.reload();
    assert.deepEqual(states(), ['example.com live']);
    assert.equal(put.length, 1, 'the files say what was served');
    folder.write('example.com.ts', policy('192.0.2.3'));
    await registry.reload();
    assert.deepEqual(states(), ['example.com live']);
    assert.match(put[1]?.policy?.script ?? '', /192\.0\.2\.3/);
  });
}

test('A failure of what was kept leads to the line its author wrote', async (context) => {
  const folder = makeFolder(context, { 'example.com.ts': policy('192.0.2.1') });
  await kept(context, folder);
  folder.write('example.com.ts', 'export default');
  const { registry, put } = await run(context, folder);
  const at = registry.locate('example.com', put[0]?.version ?? '', { keys: ['hosts', 'www'] });
  assert.deepEqual([at?.file, at?.line], [path.join(folder.root, 'example.com.ts'), 3]);
});

for (const [file, good, bad] of [
  ['example.com.ts', policy('192.0.2.1'), policy('192.0.2.2', "throw new Error('no');")],
  ['example.com.zone', 'a A 192.0.2.7\n', 'a A 192.0.2.700\n'],
] as const) {
  test(`A refused save of ${file} that is undone is told of, as nothing goes live then`, async (context) => {
    const folder = makeFolder(context, { [file]: good });
    const { put, lines, registry } = await run(context, folder);
    folder.write(file, bad);
    await registry.reload();
    assert.equal(lines.at(-1)?.msg, 'New version is refused; the live one stays');
    const known = lines.length;
    folder.write(file, good);
    await registry.reload();
    await registry.reload();
    assert.equal(put.length, 1);
    // Who happens to look in the middle of a write waits for its end, and says so.
    const told = lines.slice(known).filter(({ msg }) => !String(msg).startsWith('The file is being written'));
    assert.deepEqual(
      told.map(({ level, zone, version, msg }) => [level, zone, version, msg]),
      [['info', 'example.com', put[0]?.version, 'The files are again those of the version that is live']],
    );
  });
}

test('A bad .zone file is served as it last was good', async (context) => {
  const folder = makeFolder(context, { 'example.com.zone': 'a A 192.0.2.7\n' });
  const before = await kept(context, folder);
  folder.write('example.com.zone', 'a A 192.0.2.777\n');
  const { put, states } = await run(context, folder);
  assert.deepEqual(put, before.put);
  assert.deepEqual(states(), ['example.com degraded ZONE_FILE POLICY_LAST_GOOD']);
});

test('What the settings of the day do not allow is not served', async (context) => {
  const folder = makeFolder(context, {
    'example.com.ts': policy('192.0.2.1').replace('({ f', '({ budget: 90, f'),
  });
  await kept(context, folder);
  folder.write('example.com.ts', 'export default');
  const { put, states, lines, registry } = await run(context, folder, { maxBudget: 50 });
  assert.deepEqual(states(), ['example.com broken POLICY_SYNTAX']);
  assert.ok(put[0]?.broken);
  assert.ok(
    lines.some(({ level, msg }) => level === 'error' && /does not pass either: .*budget/s.test(String(msg))),
  );
  await registry.reload({ zone: ZONE_SETTINGS, policy: POLICY_SETTINGS });
  assert.deepEqual(states(), ['example.com degraded POLICY_SYNTAX POLICY_LAST_GOOD']);
});

test('A zone whose files are deleted does not come back', async (context) => {
  const folder = makeFolder(context, {
    'a.example.ts': policy('192.0.2.1'),
    'b.example.ts': policy('192.0.2.1'),
    'c.example.ts': policy('192.0.2.1'),
  });
  const first = await run(context, folder);
  folder.remove('a.example.ts');
  await first.registry.reload();
  await first.registry.stop();
  assert.deepEqual(readdirSync(stateOf(folder)).sort(), ['b.example.json', 'c.example.json']);
  folder.remove('b.example.ts');
  const second = await run(context, folder);
  await second.registry.stop();
  assert.deepEqual(second.states(), ['c.example live']);
  assert.deepEqual(readdirSync(stateOf(folder)), ['c.example.json']);
});

test('A corrupt file is told of and set aside, and its zone goes on without', async (context) => {
  const folder = makeFolder(context, { 'example.com.ts': policy('192.0.2.1') });
  await kept(context, folder);
  const file = path.join(stateOf(folder), 'example.com.json');
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  folder.write('example.com.ts', 'export default');
  const { states, lines } = await run(context, folder);
  assert.deepEqual(states(), ['example.com broken POLICY_SYNTAX']);
  assert.ok(
    lines.some((line) => line.level === 'error' && line.file === file && /checksum/.test(String(line.msg))),
  );
  assert.deepEqual(readdirSync(stateOf(folder)), ['example.com.json.corrupt']);
});

test('Where state cannot be written zones are served all the same', async (context) => {
  const folder = makeFolder(context, {
    'a.example.ts': policy('192.0.2.1'),
    'b.example.ts': policy('192.0.2.1'),
  });
  writeFileSync(path.join(folder.parent, 'state'), 'no folder');
  const { states, lines } = await kept(context, folder);
  assert.deepEqual(states(), ['a.example live', 'b.example live']);
  assert.equal(lines.filter(({ level }) => level === 'warn').length, 1);
});

function serialOf(update: ZoneUpdate | undefined): number {
  const soa = rrsetsOf(update).find(({ type }) => type === RRTYPE.SOA);
  return soaFromRdata(soa?.rdatas[0] ?? new Uint8Array())?.serial ?? 0;
}

test('A serial goes on from where it was, even when other files are older', async (context) => {
  const folder = makeFolder(context, { 'example.com.zone': 'a A 192.0.2.7\n' });
  const first = serialOf((await kept(context, folder)).put[0]);
  utimesSync(path.join(folder.root, 'example.com.zone'), 2e9, 2e9);
  assert.equal(serialOf((await kept(context, folder)).put[0]), first, 'the same content');
  folder.write('example.com.zone', 'a A 192.0.2.8\n');
  utimesSync(path.join(folder.root, 'example.com.zone'), 1e9, 1e9);
  assert.equal(serialOf((await kept(context, folder)).put[0]), first + 1);
});
