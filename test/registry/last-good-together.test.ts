/** Last good versions of many zones share a file after a start, and come back from it like those that have their own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import type { LastGood } from '../../runtime/registry/last-good.ts';
import { LastGoodStore } from '../../runtime/registry/last-good-store.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { makeFolder } from '../support/policies-folder.ts';

const ZONES = Array.from({ length: 150 }, (_, index) => `zone${index}.example`);
const PACK = 'together.pack';

function versionOf(zone: string, version = 'first'): LastGood {
  const policy = { file: `policies/${zone}.ts`, script: `run('${zone}')`, sourceMap: '{}' };
  const serial = { basis: 'basis', value: 1 };
  return {
    zone,
    version,
    since: 1_700_000_000_000,
    policy,
    records: new RecordPack(),
    recordHashes: [],
    serial,
  };
}

function opened(context: TestContext, folder = path.join(makeFolder(context).parent, 'last-good')) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  return { folder, store: new LastGoodStore(folder, log), lines };
}

/** A start at which all these zones go live. */
async function load(store: LastGoodStore, versions: readonly LastGood[]): Promise<void> {
  store.beginLoad();
  for (const version of versions) store.keep(version);
  store.endLoad();
  store.prune(new Set(versions.map(({ zone }) => zone)));
  await store.flush();
}

/** Which version of each zone another process finds. */
async function found(context: TestContext, folder: string, zones = ZONES): Promise<(string | undefined)[]> {
  const { store } = opened(context, folder);
  return await Promise.all(zones.map(async (zone) => (await store.read(zone))?.version));
}

test('Many versions are written to one file, from which the next process has each of them', async (context) => {
  const { folder, store } = opened(context);
  await load(
    store,
    ZONES.map((zone) => versionOf(zone)),
  );
  assert.deepEqual(readdirSync(folder), [PACK]);
  assert.equal(statSync(path.join(folder, PACK)).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const next = opened(context, folder);
  assert.deepEqual(await next.store.read('zone7.example'), versionOf('zone7.example'));
  assert.equal(await next.store.read('zone1000.example'), undefined);
  assert.deepEqual(next.lines, []);
});

test('A start at which nothing has changed writes nothing', async (context) => {
  const { folder, store } = opened(context);
  const versions = ZONES.map((zone) => versionOf(zone));
  await load(store, versions);
  const before = statSync(path.join(folder, PACK)).ino;
  await load(opened(context, folder).store, versions);
  assert.deepEqual(readdirSync(folder), [PACK]);
  assert.equal(statSync(path.join(folder, PACK)).ino, before);
});

test('What goes live later has a file of its own, which counts until many share one again', async (context) => {
  const { folder, store } = opened(context);
  await load(
    store,
    ZONES.map((zone) => versionOf(zone)),
  );
  store.keep(versionOf('zone3.example', 'second'));
  await store.flush();
  assert.deepEqual(readdirSync(folder).sort(), [PACK, 'zone3.example.json']);
  assert.deepEqual((await found(context, folder)).slice(2, 5), ['first', 'second', 'first']);
  const next = opened(context, folder).store;
  await load(
    next,
    ZONES.map((zone, index) => versionOf(zone, index < 120 ? 'third' : 'first')),
  );
  assert.deepEqual(readdirSync(folder), [PACK]);
  const versions = await found(context, folder);
  assert.deepEqual([versions[3], versions[119], versions[120]], ['third', 'third', 'first']);
});

test('A zone that was dropped does not come back, at once or at a later start', async (context) => {
  const { folder, store } = opened(context);
  const versions = ZONES.map((zone) => versionOf(zone));
  await load(store, versions);
  store.drop('zone3.example');
  await store.flush();
  assert.deepEqual((await found(context, folder)).slice(2, 5), ['first', undefined, 'first']);
  // zone4 goes while no server runs.
  await load(
    opened(context, folder).store,
    versions.filter((_, index) => index !== 3 && index !== 4),
  );
  assert.deepEqual(readdirSync(folder), [PACK]);
  assert.deepEqual((await found(context, folder)).slice(2, 6), ['first', undefined, undefined, 'first']);
});

test('A torn version is told of, and costs no other zone its own; a torn file is set aside', async (context) => {
  const { folder, store } = opened(context);
  await load(
    store,
    ZONES.map((zone) => versionOf(zone)),
  );
  const file = path.join(folder, PACK);
  const octets = readFileSync(file);
  const at = octets.indexOf("run('zone7.example')");
  octets[at] = 0x20;
  writeFileSync(file, octets);
  const torn = opened(context, folder);
  assert.equal(await torn.store.read('zone7.example'), undefined);
  assert.equal((await torn.store.read('zone8.example'))?.version, 'first');
  assert.equal(torn.lines.length, 1);
  assert.match(torn.lines[0] ?? '', /"zone":"zone7\.example".*checksum is wrong/);
  writeFileSync(file, octets.subarray(0, 1000));
  const cut = opened(context, folder);
  assert.equal(await cut.store.read('zone8.example'), undefined);
  assert.deepEqual(readdirSync(folder), [`${PACK}.corrupt`]);
  assert.equal(cut.lines.length, 1);
  await load(
    cut.store,
    ZONES.map((zone) => versionOf(zone, 'second')),
  );
  assert.deepEqual(new Set(await found(context, folder)), new Set(['second']));
});
