/** Last good versions on the disk: what is read is what was written, and anything else is told and set aside. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createLogger } from '../../runtime/base/log.ts';
import { parsePrefix } from '../../runtime/base/net/ip.ts';
import { networkSetOf } from '../../runtime/base/net/network-set-builder.ts';
import { decodeLastGood, encodeLastGood, type LastGood } from '../../runtime/registry/last-good.ts';
import { LastGoodStore } from '../../runtime/registry/last-good-store.ts';
import { decodeNetworkLists, encodeNetworkLists } from '../../runtime/rpc/facts/network-lists.ts';
import { nameFromText } from '../../runtime/wire/name.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { makeFolder } from '../support/policies-folder.ts';

const owner = nameFromText('www.example.com.');
assert.ok(owner.ok);
const GOOD: LastGood = {
  zone: 'example.com',
  version: '0123abcd',
  since: 1_700_000_000_000,
  policy: { file: 'policies/example.com.ts', script: 'ünïcode()', sourceMap: '{}' },
  records: RecordPack.of([{ owner: owner.value, type: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, 1) }]),
  recordHashes: ['hash'],
  serial: { basis: 'basis', value: 4_294_967_295 },
};
const OCTETS = Buffer.concat(await encodeLastGood(GOOD));

interface Opened {
  readonly folder: string;
  readonly store: LastGoodStore;
  readonly lines: string[];
}

function opened(
  context: TestContext,
  folder = path.join(makeFolder(context).parent, 'state', 'last-good'),
): Opened {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  return { folder, store: new LastGoodStore(folder, log), lines };
}

test('What is read is what was written', async () => {
  assert.deepEqual(await decodeLastGood(OCTETS, 'example.com'), { ok: true, value: GOOD });
});

test('The lists of networks that a policy imports are kept', async () => {
  const { policy = assert.fail('there is one') } = GOOD;
  const lists = encodeNetworkLists(
    new Map([['partners.txt', networkSetOf([parsePrefix('192.0.2.0/24') ?? assert.fail()])]]),
  );
  const good: LastGood = { ...GOOD, policy: { ...policy, lists } };
  const read = await decodeLastGood(Buffer.concat(await encodeLastGood(good)), 'example.com');
  assert.ok(read.ok);
  assert.deepEqual(read.value.policy?.lists, lists);
  assert.ok(
    decodeNetworkLists(read.value.policy?.lists ?? assert.fail())
      .get('partners.txt')
      ?.has({ family: 4, bytes: Uint8Array.of(192, 0, 2, 7) }),
  );
});

test('Every truncation is found', async () => {
  for (let length = 0; length < OCTETS.length; length += 1) {
    const read = await decodeLastGood(OCTETS.subarray(0, length), 'example.com');
    assert.equal(read.ok, false, `${length} octets`);
  }
});

test('Every changed octet is found', async () => {
  const changes = fc.tuple(fc.nat(OCTETS.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(changes, async ([at, flip]) => {
      const changed = Buffer.from(OCTETS);
      changed[at] = (changed[at] ?? 0) ^ flip;
      assert.equal((await decodeLastGood(changed, 'example.com')).ok, false);
    }),
    { numRuns: 2000 },
  );
  for (let at = 0; at < OCTETS.length; at += 1) {
    const changed = Buffer.from(OCTETS);
    changed[at] = (changed[at] ?? 0) ^ 0x20;
    assert.equal((await decodeLastGood(changed, 'example.com')).ok, false, `octet ${at}`);
  }
});

test('A file of another zone or another format says so', async () => {
  assert.match(JSON.stringify(await decodeLastGood(OCTETS, 'example.net')), /of another zone, example\.com/);
  const older = Buffer.from(OCTETS.toString('latin1').replace('dnsteer-last-good 3', 'dnsteer-last-good 2'));
  assert.match(JSON.stringify(await decodeLastGood(older, 'example.com')), /format is not 3/);
});

test('A version is found by the next process, in files that are for nobody else', async (context) => {
  const { folder, store } = opened(context);
  store.keep(GOOD);
  assert.deepEqual(await store.read('example.com'), GOOD, 'before it is on the disk');
  await store.flush();
  assert.deepEqual(readdirSync(folder), ['example.com.json']);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(path.join(folder, 'example.com.json')).mode & 0o777, 0o600);
  const next = opened(context, folder);
  assert.deepEqual(await next.store.read('example.com'), GOOD);
  assert.equal(await next.store.read('example.net'), undefined);
  assert.deepEqual(next.lines, []);
});

test('The same version is not written again, and of two in a row the second stays', async (context) => {
  const { folder, store } = opened(context);
  const file = path.join(folder, 'example.com.json');
  store.keep(GOOD);
  await store.flush();
  const before = statSync(file).ino;
  const next = opened(context, folder).store;
  await next.read('example.com');
  next.keep({ ...GOOD, since: GOOD.since + 1 });
  await next.flush();
  assert.equal(statSync(file).ino, before);
  next.keep({ ...GOOD, version: 'second' });
  next.keep({ ...GOOD, version: 'third' });
  await next.flush();
  assert.equal((await opened(context, folder).store.read('example.com'))?.version, 'third');
});

test('Any zone has a file of its own, however long its name', async (context) => {
  const { folder, store } = opened(context);
  const long = `${'a.'.repeat(125)}a`;
  const zones = ['../up', 'a/b', 'com1', long, `${long}b`];
  for (const zone of zones) store.keep({ ...GOOD, zone });
  await store.flush();
  assert.equal(readdirSync(folder).length, zones.length);
  const next = opened(context, folder).store;
  for (const zone of zones) assert.equal((await next.read(zone))?.zone, zone);
});

test('A corrupt file is set aside, told, and replaced; one is kept', async (context) => {
  const { folder, store, lines } = opened(context);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'example.com.json');
  for (const text of ['torn', 'torn again']) {
    writeFileSync(file, text);
    assert.equal(await store.read('example.com'), undefined);
  }
  assert.deepEqual(readdirSync(folder), ['example.com.json.corrupt']);
  assert.equal(readFileSync(`${file}.corrupt`, 'utf8'), 'torn again');
  assert.equal(lines.length, 2);
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.equal(line.level, 'error');
  assert.equal(line.file, file);
  assert.match(String(line.msg), /does not begin/);
  store.keep(GOOD);
  await store.flush();
  assert.deepEqual(await store.read('example.com'), GOOD);
});

test('What a crash left half written, and zones that are gone, are removed', async (context) => {
  const { folder, store } = opened(context);
  store.keep(GOOD);
  store.keep({ ...GOOD, zone: 'example.net' });
  await store.flush();
  writeFileSync(path.join(folder, 'half.tmp'), OCTETS.subarray(0, 40));
  store.prune(new Set());
  await store.flush();
  assert.deepEqual(readdirSync(folder).sort(), ['example.com.json', 'example.net.json']);
  store.prune(new Set(['example.com']));
  await store.flush();
  assert.deepEqual(readdirSync(folder), ['example.com.json']);
  store.drop('example.com');
  assert.equal(await store.read('example.com'), undefined, 'before it is gone from the disk');
  await store.flush();
  assert.deepEqual(readdirSync(folder), []);
});

test('A folder that cannot be written is told of once', async (context) => {
  const { parent } = makeFolder(context);
  writeFileSync(path.join(parent, 'state'), 'a file');
  const { store, lines, folder } = opened(context, path.join(parent, 'state', 'last-good'));
  assert.equal(await store.read('example.com'), undefined);
  for (const version of ['one', 'two']) {
    store.keep({ ...GOOD, version });
    await store.flush();
  }
  store.drop('example.com');
  await store.flush();
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.deepEqual([line.level, line.folder], ['warn', folder]);
  assert.match(String(line.msg), /cannot be written.*set "state"/);
  assert.ok(!existsSync(folder));
});
