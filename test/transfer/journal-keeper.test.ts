/** The journals of zones on the disk: what outlives a restart, what is bounded, and what a bad disk does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import { History } from '../../runtime/journal/history.ts';
import type { SigningKeys } from '../../runtime/rpc/zone-signing.ts';
import type { SentZone } from '../../runtime/rpc/zone-update.ts';
import { JournalKeeper, type JournalSettings } from '../../runtime/transfer/journal-keeper.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { draftZone } from '../../runtime/zone/zone-draft.ts';
import { imageOf } from '../../runtime/zone/zone-image.ts';
import { heldKey, zoneSigning } from '../answer/signing-source.ts';
import { hosts, ORIGIN, type Version } from '../journal/versions.ts';
import { atEnd } from '../support/at-end.ts';

const MANY = Array.from({ length: 30 }, (_, index) => `host-${index}`);
const [FIRST, SECOND, THIRD, FOURTH] = [
  hosts(1, ...MANY),
  hosts(2, ...MANY, 'a'),
  hosts(3, ...MANY, 'b'),
  hosts(4, ...MANY, 'c'),
];
const SETTINGS: JournalSettings = { zoneOctets: 2 ** 20, octets: 2 ** 24 };

interface Keeping {
  readonly keeper: JournalKeeper;
  /** Serves a version, and waits for its journal. */
  readonly serve: (zone: string, version: Version, more?: Partial<SentZone>) => Promise<void>;
  /** The hosts in what a process would send to whoever has this version. */
  readonly changed: (zone: string, since: number) => string[] | undefined;
  readonly warnings: () => string[];
  /** By zone, the image with signatures that processes were told last. */
  readonly signed: ReadonlyMap<string, Uint8Array>;
  readonly folder: string;
}

function keeping(
  context: TestContext,
  { folder = temporary(context), settings = SETTINGS, held = [] as SigningKeys['keys'] } = {},
): Keeping {
  const signed = new Map<string, Uint8Array>();
  const served = new Map<string, SentZone>();
  const histories = new Map<string, History>();
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', format: 'json' }, { write: (line) => lines.push(line) });
  const keeper = new JournalKeeper({
    folder,
    log,
    settingsOf: (zone) => (zone.startsWith('private') ? undefined : settings),
    servedOf: (zone) => served.get(zone),
    keysOf: () => held,
    tell: (zone, version, octets, image) => {
      if (image !== undefined) signed.set(zone, image);
      assert.equal(served.get(zone)?.version, version);
      histories.set(zone, new History(octets));
      served.set(zone, { ...(served.get(zone) ?? assert.fail()), history: { base64: '' } });
      return Promise.resolve();
    },
  });
  atEnd(context, () => keeper.stop());
  return {
    keeper,
    folder,
    signed,
    serve: async (zone, { serial, image }, more) => {
      histories.delete(zone);
      const base64 = Buffer.from(image).toString('base64');
      served.set(zone, { zone, version: String(serial), image: { base64 }, ...more });
      await keeper.note(zone, serial);
    },
    changed: (zone, since) => {
      const changes = histories.get(zone)?.since(since);
      return (
        changes &&
        Array.from(changes, recordToText).flatMap(
          (line) => /^(\S+)\.example\.com.* A 192/.exec(line)?.[1] ?? [],
        )
      );
    },
    warnings: () => lines,
  };
}

function temporary(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-journals-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('What led to a version outlives a restart, also one at which the zone has changed', async (context) => {
  const before = keeping(context);
  await before.serve('example.com', FIRST);
  assert.equal(before.changed('example.com', 1), undefined);
  await before.serve('example.com', SECOND);
  assert.deepEqual(before.changed('example.com', 1), ['a']);
  await before.keeper.stop();
  const same = keeping(context, before);
  await same.serve('example.com', SECOND);
  assert.deepEqual(same.changed('example.com', 1), ['a']);
  const later = keeping(context, before);
  await later.serve('example.com', THIRD);
  assert.deepEqual(later.changed('example.com', 1), ['a', 'a', 'b']);
  assert.deepEqual(later.changed('example.com', 2), ['a', 'b']);
  assert.deepEqual(later.warnings(), []);
});

test('A zone in a file is looked at in a thread; a file that has gone is one of a version that has', async (context) => {
  const { serve, changed, folder } = keeping(context);
  const file = path.join(folder, 'image');
  for (const version of [FIRST, SECOND]) {
    writeFileSync(file, version.image);
    await serve('example.com', version, { image: { file } });
  }
  assert.deepEqual(changed('example.com', 1), ['a']);
  rmSync(file);
  await serve('example.com', THIRD, { image: { file } });
  await serve('example.com', hosts(4, ...MANY));
  assert.deepEqual(changed('example.com', 2), ['a']);
  assert.equal(changed('example.com', 3), undefined);
});

test('What nobody may transfer, and what is not served, has no journal', async (context) => {
  const { serve, changed, folder } = keeping(context);
  for (const version of [FIRST, SECOND]) {
    await serve('private.example', version);
    await serve('broken.example', version, { broken: 'it does not load' });
    await serve('expired.example', version, { withheld: 'expired' });
  }
  assert.equal(changed('private.example', 1), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('A zone that control signs has what changed with its signatures, also across a restart', async (context) => {
  const rules = { validity: 14 * 86_400, refresh: 5 * 86_400, since: 1 };
  const signing = { ...zoneSigning({}, []), rules, wholeAt: Math.floor(Date.now() / 1000) } as const;
  const held = [heldKey({})];
  const before = keeping(context, { held });
  await before.serve('example.com', inOrder(FIRST), { signing });
  const first = before.signed.get('example.com') ?? assert.fail('it is told');
  await before.serve('example.com', inOrder(SECOND), { signing });
  assert.deepEqual(before.changed('example.com', 1), ['a']);
  await before.keeper.stop();
  const after = keeping(context, { folder: before.folder, held });
  await after.serve('example.com', inOrder(SECOND), { signing });
  assert.deepEqual(after.changed('example.com', 1), ['a']);
  assert.deepEqual(after.signed.get('example.com'), before.signed.get('example.com'));
  assert.notDeepEqual(after.signed.get('example.com'), first);
  // Keys that are gone by now are those of a version that has gone as well.
  await keeping(context, { folder: before.folder }).serve('example.com', inOrder(THIRD), { signing });
  await after.serve('example.com', inOrder(FOURTH), { signing });
  assert.deepEqual(after.changed('example.com', 2), ['a', 'c']);
});

for (const [damage, problem, spoil] of [
  ['cut off', /checksum is wrong/, (file: string) => truncateSync(file, readFileSync(file).length - 7)],
  ['emptied', /does not begin as such a file does/, (file: string) => truncateSync(file, 0)],
  ['replaced by a folder', /it is a folder|not a regular file|no file/, replaceByFolder],
] as const) {
  test(`A journal that was ${damage} is told, and leads to no difference`, async (context) => {
    const before = keeping(context);
    await before.serve('example.com', FIRST);
    await before.serve('example.com', SECOND);
    spoil(path.join(before.folder, 'example.com.journal'));
    const after = keeping(context, before);
    await after.serve('example.com', THIRD);
    assert.equal(after.changed('example.com', 1), undefined);
    assert.equal(after.changed('example.com', 2), undefined);
    assert.match(after.warnings()[0] ?? '', /"code":"ZONE_JOURNAL".*The journal of the zone is not used/);
    assert.match(after.warnings()[0] ?? '', problem);
  });
}

test('Two versions with one serial are no step, also if nobody had time to look at the second', async (context) => {
  const { keeper, serve, changed } = keeping(context);
  await serve('example.com', FIRST);
  const other = serve('other.example', FIRST);
  await Promise.all([
    other,
    serve('example.com', hosts(1, 'another', ...MANY)),
    serve('example.com', SECOND),
  ]);
  assert.equal(changed('example.com', 1), undefined);
  await serve('example.com', THIRD);
  assert.deepEqual(changed('example.com', 2), ['a', 'b']);
  await keeper.stop();
});

test('All journals together are bounded: those of zones go first that changed longest ago', async (context) => {
  const { serve, changed, folder } = keeping(context, { settings: { zoneOctets: 2 ** 20, octets: 500 } });
  const zones = ['one', 'two', 'three', 'four'].map((label) => `${label}.example`);
  for (const version of [FIRST, SECOND]) for (const zone of zones) await serve(zone, version);
  const known = zones.map((zone) => (changed(zone, 1) === undefined ? 0 : 1));
  assert.deepEqual(known, [0, 0, 1, 1]);
  assert.deepEqual(readdirSync(folder).sort(), ['four.example.journal', 'three.example.journal']);
});

test('A zone that is dropped leaves nothing, and neither does one that went while nobody looked', async (context) => {
  const { keeper, serve, folder } = keeping(context);
  for (const zone of ['a.example', 'b.example', 'c.example']) await serve(zone, FIRST);
  writeFileSync(path.join(folder, 'half.tmp'), '');
  keeper.drop('a.example');
  keeper.prune(new Set(['b.example', 'private.example']));
  await keeper.stop();
  assert.deepEqual(readdirSync(folder), ['b.example.journal']);
  const empty = keeping(context, { folder });
  empty.keeper.prune(new Set());
  await empty.keeper.stop();
  assert.deepEqual(readdirSync(folder), ['b.example.journal']);
});

const MAY_MOUNT =
  process.getuid?.() === 0 && process.platform === 'linux' ? false : 'only root can make such a file system';

test('On a full disk changes are known until the next start, and told once', {
  skip: MAY_MOUNT,
}, async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-journals-'));
  atEnd(context, () => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (status !== 0) return context.skip('this machine mounts nothing');
  const before = keeping(context, { folder });
  await before.serve('example.com', FIRST);
  const fill = (): void => void spawnSync('sh', ['-c', 'cat /dev/zero >> fill'], { cwd: folder });
  fill();
  await before.serve('example.com', SECOND);
  assert.deepEqual(before.changed('example.com', 1), ['a']);
  assert.deepEqual(readdirSync(folder), ['fill']);
  fill();
  await before.serve('example.com', THIRD);
  // Nothing of the version before is on the disk.
  assert.equal(before.changed('example.com', 2), undefined);
  assert.equal(before.warnings().length, 1);
  assert.match(before.warnings()[0] ?? '', /"code":"ZONE_JOURNAL".*no space is left/);
  assert.deepEqual(readdirSync(folder), ['fill']);
  rmSync(path.join(folder, 'fill'));
  await before.serve('example.com', FOURTH);
  const after = keeping(context, { folder });
  await after.serve('example.com', hosts(5, ...MANY, 'd'));
  assert.deepEqual(after.changed('example.com', 4), ['c', 'd']);
  assert.deepEqual(after.warnings(), []);
});

function replaceByFolder(file: string): void {
  rmSync(file);
  mkdirSync(file);
}

/** The version with its names in the order that a signed zone has. */
function inOrder({ serial, records }: Version): Version {
  return { serial, records, image: imageOf(draftZone(ORIGIN, records, [], { isSigned: true }).tables) };
}
