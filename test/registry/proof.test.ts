/** What passed its trial is not tried again at the next start, unless anything it depends on is another. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { RegistryOptions } from '../../runtime/registry/registry-options.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { type Folder, makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';
import { rrsetsOf } from '../support/zone-update.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

const POLICY = `import { definePolicy } from 'dnsteer';
import { ADDRESS } from './snippets/address.js';
export default definePolicy({ fallback: { A: ADDRESS }, hosts: { www: () => ({ A: ADDRESS }) } });
`;
const SNIPPET = "export const ADDRESS = '192.0.2.1';\n";
const FILES = { 'example.com.ts': POLICY, 'snippets/address.ts': SNIPPET };

interface Run {
  readonly put: readonly ZoneUpdate[];
  /** Policies that were loaded in the sandbox. */
  readonly tried: readonly string[];
  readonly problems: readonly string[];
}

/** Starts a registry over the folder and stops it; its state lies beside. */
async function run(folder: Folder, options: Partial<RegistryOptions> = {}): Promise<Run> {
  const put: ZoneUpdate[] = [];
  const tried: string[] = [];
  const registry = new Registry({
    root: folder.root,
    lastGood: path.join(folder.parent, 'last-good'),
    settings: { zone: ZONE_SETTINGS, policy: POLICY_SETTINGS },
    version: '1.0.0',
    sandbox: {
      load: (key, ...rest) => {
        tried.push(key.replace(/@.*/, ''));
        return sandbox.load(key, ...rest);
      },
      run: (...args) => sandbox.run(...args),
      drop: (key) => sandbox.drop(key),
    },
    log: createLogger({ level: 'silent', format: 'json' }),
    onUpdate: (updates) => void put.push(...updates),
    onTargets: () => {},
    ...options,
  });
  await registry.start();
  const problems = registry.status().flatMap((zone) => zone.problems.map(({ message }) => message));
  await registry.stop();
  return { put, tried, problems };
}

async function startedOnce(context: TestContext, files: Readonly<Record<string, string>> = FILES) {
  const folder = makeFolder(context, files);
  const first = await run(folder);
  assert.deepEqual(first.tried, ['example.com']);
  return { folder, first };
}

test('At the next start the same version is served without a trial', async (context) => {
  const { folder, first } = await startedOnce(context);
  const second = await run(folder);
  assert.deepEqual(second.tried, []);
  assert.deepEqual(second.put, first.put);
  const third = await run(folder);
  assert.deepEqual(third.tried, []);
});

test('Where something a policy is made from has changed, it is tried', async (context) => {
  const { folder } = await startedOnce(context);
  folder.write('snippets/address.ts', SNIPPET.replace('.1', '.2'));
  assert.deepEqual((await run(folder)).tried, ['example.com']);
  // The import finds this first: its name is the one that was written.
  folder.write('snippets/address.js', SNIPPET.replace('.1', '.3'));
  const { tried, put } = await run(folder);
  assert.deepEqual(tried, ['example.com']);
  assert.match(JSON.stringify(put), /192\.0\.2\.3/);
});

test('Under other settings, and with another dnsteer, a policy is tried', async (context) => {
  const { folder } = await startedOnce(context);
  const policy = { ...POLICY_SETTINGS, memory: POLICY_SETTINGS.memory + 1 };
  const settings = { zone: ZONE_SETTINGS, policy };
  assert.deepEqual((await run(folder, { settings })).tried, ['example.com']);
  assert.deepEqual((await run(folder, { settings })).tried, []);
  assert.deepEqual((await run(folder, { settings, version: '1.0.1' })).tried, ['example.com']);
});

test('Of what there is something to tell it is told at each start', async (context) => {
  const odd = FILES['example.com.ts'].replace('() => (', '() => (typeof ADDRESS === "nil" ? null : ');
  const { folder, first } = await startedOnce(context, { ...FILES, 'example.com.ts': odd });
  assert.notDeepEqual(first.problems, []);
  const second = await run(folder);
  assert.deepEqual(second.problems, first.problems);
  assert.deepEqual(second.tried, ['example.com']);
});

test('A .zone file that changes beside a policy is read, and the policy not tried', async (context) => {
  const { folder } = await startedOnce(context, { ...FILES, 'example.com.zone': 'mail 60 A 192.0.2.25\n' });
  folder.write('example.com.zone', 'mail 60 A 192.0.2.26\n');
  const { tried, put } = await run(folder);
  assert.deepEqual(tried, []);
  assert.ok(rrsetsOf(put[0]).some(({ rdatas }) => rdatas[0]?.join('.') === '192.0.2.26'));
});

test('A version that was kept whole is made anew where it would come out otherwise', async (context) => {
  const { folder } = await startedOnce(context);
  const settings = { zone: { ...ZONE_SETTINGS, ttl: ZONE_SETTINGS.ttl + 7 }, policy: POLICY_SETTINGS };
  const other = await run(folder, { settings });
  const ttls = rrsetsOf(other.put[0]).map(({ ttl }) => ttl);
  assert.ok(ttls.includes(settings.zone.ttl), ttls.join());
  const cyclic = await run(folder, { settings: { ...settings, isCyclic: () => true } });
  assert.equal(cyclic.put[0]?.isCyclic, true);
  folder.write('example.com.zone', 'mail 60 A 192.0.2.25\n');
  const joined = await run(folder, { settings });
  assert.ok(rrsetsOf(joined.put[0]).some(({ rdatas }) => rdatas[0]?.join('.') === '192.0.2.25'));
  for (const { tried } of [other, cyclic, joined]) assert.deepEqual(tried, []);
});
