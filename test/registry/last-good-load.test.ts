/** Last good versions while all zones are loaded: no file is opened that is not there, and none is written before its turn. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../../runtime/base/log.ts';
import { encodeLastGood, keptOnce, type LastGood } from '../../runtime/registry/last-good.ts';
import { LastGoodStore } from '../../runtime/registry/last-good-store.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { makeFolder } from '../support/policies-folder.ts';

const GOOD: LastGood = {
  zone: 'example.com',
  version: '0123abcd',
  since: 1_700_000_000_000,
  records: new RecordPack(),
  recordHashes: ['hash'],
  serial: { basis: 'basis', value: 7 },
};

function opened(context: TestContext) {
  const folder = path.join(makeFolder(context).parent, 'last-good');
  return { folder, store: new LastGoodStore(folder, silentLogger()) };
}

test('Versions wait until all zones are loaded, and are there to be read meanwhile', async (context) => {
  const { folder, store } = opened(context);
  store.beginLoad();
  store.keep(GOOD);
  assert.deepEqual(await store.read('example.com'), GOOD);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(existsSync(folder), false);
  store.endLoad();
  await store.flush();
  assert.deepEqual(readdirSync(folder), ['example.com.json']);
});

test('A server that ends while zones are loaded writes what it can', async (context) => {
  const { folder, store } = opened(context);
  store.beginLoad();
  store.keep(GOOD);
  await store.stop();
  assert.deepEqual(readdirSync(folder), ['example.com.json']);
});

test('While zones are loaded, only files that were there at the beginning are opened', async (context) => {
  const { folder, store } = opened(context);
  mkdirSync(folder, { recursive: true });
  const write = async (zone: string) =>
    writeFileSync(path.join(folder, `${zone}.json`), Buffer.concat(await encodeLastGood({ ...GOOD, zone })));
  await write('there.example');
  store.beginLoad();
  assert.equal((await store.read('there.example'))?.version, GOOD.version);
  assert.equal(await store.read('later.example'), undefined);
  await write('later.example');
  assert.equal(await store.read('later.example'), undefined, 'it is not in the list');
  store.endLoad();
  assert.equal((await store.read('later.example'))?.version, GOOD.version);
});

test('A version that nobody has read, and that is kept again, is not written again', async (context) => {
  const { folder, store } = opened(context);
  store.keep(GOOD);
  await store.flush();
  const file = path.join(folder, 'example.com.json');
  const before = statSync(file).ino;
  const next = new LastGoodStore(folder, silentLogger());
  next.beginLoad();
  next.keep({ ...GOOD, since: GOOD.since + 1 });
  next.endLoad();
  await next.flush();
  assert.equal(statSync(file).ino, before);
  next.keep({ ...GOOD, version: 'another' });
  await next.flush();
  assert.notEqual(statSync(file).ino, before);
});

test('A kept version is read once, when it is asked for', async () => {
  const asked: string[] = [];
  const read = async (zone: string) => {
    asked.push(zone);
    return GOOD;
  };
  const kept = keptOnce('example.com', { read });
  assert.deepEqual(asked, []);
  assert.equal(await kept(), GOOD);
  assert.equal(await kept(), GOOD);
  assert.deepEqual(asked, ['example.com']);
  assert.equal(await keptOnce('example.com', undefined)(), undefined);
});
