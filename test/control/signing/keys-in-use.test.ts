/** Keys of zones over time, by a hand clock: made, begun and ended by their times, lost and found again. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import type { RollSettings } from '../../../runtime/control/rolls/roll-policy-of.ts';
import { KeysInUse } from '../../../runtime/control/signing/keys-in-use.ts';
import { openSigningKey } from '../../../runtime/dnssec/keys/signing-key.ts';
import { makeKey } from '../../../runtime/dnssec/keys/write-key.ts';
import type { SigningRules, ZoneKeys } from '../../../runtime/registry/signed-zones.ts';
import type { FailedSigning } from '../../../runtime/rpc/zone-signing.ts';
import type { ZoneUpdate } from '../../../runtime/rpc/zone-update.ts';
import { atEnd } from '../../support/at-end.ts';
import { DEFAULTS } from '../../support/roll-settings.ts';
import { name } from '../../support/wire.ts';

const RULES: SigningRules = {
  algorithm: 13,
  scheme: 'csk',
  validity: 1_209_600,
  denial: 'chain',
  resign: false,
};
const START = 1_790_000_000;
const ZONE = 'shop.example';
const BOTH = { isKsk: true, isZsk: true };

interface World {
  readonly signing: KeysInUse;
  readonly folder: string;
  readonly settings: { -readonly [Name in keyof RollSettings]: RollSettings[Name] };
  /** Zones whose keys were said to have changed. */
  readonly changed: string[];
  readonly log: string[];
  /** Seconds since 1970. */
  now: number;
}

async function world(
  context: TestContext,
  { rolls = true, before }: { rolls?: boolean; before?: (folder: string) => Promise<unknown> } = {},
): Promise<World> {
  const parent = mkdtempSync(path.join(tmpdir(), 'dnsteer-signing-'));
  const folder = path.join(parent, 'keys');
  await before?.(folder);
  const settings = { ...DEFAULTS, keys: folder, rolls };
  const [changed, log]: [string[], string[]] = [[], []];
  const made: World = { signing: undefined as never, folder, settings, changed, log, now: START };
  const signing = new KeysInUse({
    settings: () => settings,
    rollsFolder: path.join(parent, 'rolls'),
    log: createLogger({ level: 'debug', format: 'json' }, { write: (line) => log.push(line) > 0 }),
    onChange: (zones) => changed.push(...zones),
    now: () => 1000 * made.now,
  });
  await signing.start();
  atEnd(context, async () => {
    await signing.stop();
    rmSync(parent, { recursive: true });
  });
  return Object.assign(made, { signing });
}

function isSound(keys: ZoneKeys | FailedSigning | undefined): ZoneKeys {
  assert.ok(keys !== undefined && !('failed' in keys), JSON.stringify(keys));
  return keys;
}

function update(signing: ZoneUpdate['signing']): ZoneUpdate {
  return { zone: ZONE, version: '00000000', image: new Uint8Array(), ...(signing && { signing }) };
}

/** An update as the registry would make it of these keys. */
function signed({ keys, since }: ZoneKeys): ZoneUpdate {
  const rules = { validity: RULES.validity, refresh: 700_000, since };
  return update({ keys, denial: 'chain', rules, hostTypes: [], byName: [] });
}

function privateFile({ folder }: World): string {
  const [file, ...others] = readdirSync(folder).filter((one) => one.endsWith('.private'));
  assert.ok(file !== undefined && others.length === 0);
  return path.join(folder, file);
}

test('A zone without keys gets one that signs all, and no DS is asked for before it was seen', async (context) => {
  const { signing, folder } = await world(context);
  const keys = isSound(await signing.keysOf(ZONE, RULES));
  const [key, ...others] = keys.keys;
  assert.ok(key !== undefined && others.length === 0);
  assert.deepEqual([key.algorithm, key.signsKeys, key.signsZone], [13, true, true]);
  assert.deepEqual([keys.dnskeys, keys.cds, keys.cdnskeys, keys.since], [[key.dnskey], [], [], START]);
  assert.equal(readdirSync(folder).filter((file) => file.endsWith('.private')).length, 1);
  // And once only.
  assert.deepEqual(await signing.keysOf(ZONE, RULES), keys);
  await signing.look();
  assert.deepEqual(await signing.keysOf(ZONE, RULES), keys);
});

test('With two keys, one signs the keys and one the zone; nobody is told of a zone that nobody delegates', async (context) => {
  const { signing } = await world(context);
  const keys = isSound(
    await signing.keysOf(ZONE, { ...RULES, algorithm: 15, scheme: 'ksk-zsk', parent: 'none' }),
  );
  const roles = keys.keys.map((key) => `${key.algorithm} ${key.signsKeys} ${key.signsZone}`);
  assert.deepEqual(new Set(roles), new Set(['15 true false', '15 false true']));
  assert.deepEqual([keys.cds, keys.cdnskeys, keys.dnskeys.length], [[], [], 2]);
});

test('A server that does not roll makes no key, and says that there is none', async (context) => {
  const { signing, folder } = await world(context, { rolls: false });
  const keys = await signing.keysOf(ZONE, RULES);
  assert.deepEqual(keys, {
    failed:
      'There is no key to sign with: the folder of keys has none for the zone, and with "dnssec.rolls: false" none is made here: copy the folder of keys from the server that makes them',
  });
  assert.ok(!existsSync(folder));
  assert.equal(signing.statusOf(ZONE)?.isFailing, true);
});

test('Where keys cannot be written none is made, and one is when they can be', async (context) => {
  const { signing, folder, settings, changed } = await world(context);
  // A file is no folder, whoever looks.
  writeFileSync(`${folder}.file`, '');
  settings.keys = `${folder}.file`;
  const keys = await signing.keysOf(ZONE, RULES);
  assert.ok(keys !== undefined && 'failed' in keys);
  await signing.look();
  assert.ok(
    signing.warnings().some((text) => text.includes('keys.file')),
    signing.warnings().join('\n'),
  );
  settings.keys = folder;
  await signing.look();
  // Events of the file system make it look once more.
  assert.deepEqual([...new Set(changed)], [ZONE]);
  isSound(await signing.keysOf(ZONE, RULES));
  await signing.look();
  assert.deepEqual(signing.warnings(), []);
});

test('Where another server rolls, keys begin and end by their times, each at a time of its own', async (context) => {
  const DAY = 86_400;
  const made = await world(context, {
    rolls: false,
    before: async (folder) => {
      const zone = name('shop.example.');
      const old = {
        publish: START - DAY,
        activate: START - DAY,
        inactive: START + 2 * DAY,
        delete: START + 3 * DAY,
      };
      const young = { publish: START + DAY, activate: START + 2 * DAY };
      for (const times of [old, young])
        await makeKey(folder, { zone, algorithm: 13, beside: [], times, ...BOTH });
    },
  });
  const { signing, changed } = made;
  const look = async (now: number) => {
    made.now = now;
    await signing.look();
    const { keys, dnskeys, since } = isSound(await signing.keysOf(ZONE, RULES));
    return [dnskeys.length, keys.length, since, changed.splice(0).length];
  };
  const first = isSound(await signing.keysOf(ZONE, RULES));
  assert.deepEqual(await look(START), [1, 1, START - DAY, 0]);
  assert.deepEqual(await look(START + DAY), [2, 1, START + DAY, 1]);
  assert.deepEqual(await look(START + 2 * DAY), [2, 1, START + 2 * DAY, 1]);
  assert.notDeepEqual(isSound(await signing.keysOf(ZONE, RULES)).keys, first.keys);
  assert.deepEqual(await look(START + 3 * DAY), [1, 1, START + 3 * DAY, 1]);
  assert.deepEqual(await look(START + 4 * DAY), [1, 1, START + 3 * DAY, 0]);
});

test('A key that is spoilt or gone stays in use, and is complained of once', async (context) => {
  const made = await world(context);
  const { signing, changed, log } = made;
  const keys = await signing.keysOf(ZONE, RULES);
  const file = privateFile(made);
  const complaints = () => log.filter((line) => line.includes('"DNSSEC_KEYS"')).length;
  const whole = readFileSync(file);
  const cuts = [0, 30, whole.length - 40, whole.length - 1].map(
    (at) => [() => writeFileSync(file, whole.subarray(0, at)), () => writeFileSync(file, whole)] as const,
  );
  const asFolder = () => {
    rmSync(file);
    mkdirSync(file);
  };
  const asBefore = () => {
    rmSync(file, { recursive: true });
    writeFileSync(file, whole, { mode: 0o600 });
  };
  for (const [spoil, mend] of [
    ...cuts,
    [asFolder, asBefore],
    [() => chmodSync(file, 0o640), () => chmodSync(file, 0o600)],
    [() => renameSync(file, `${file}.away`), () => renameSync(`${file}.away`, file)],
    [
      () => renameSync(made.folder, `${made.folder}.away`),
      () => renameSync(`${made.folder}.away`, made.folder),
    ],
  ] as const) {
    const before = complaints();
    const mended = () => log.filter((line) => line.includes('A problem of keys is over')).length;
    const mendedBefore = mended();
    spoil();
    await signing.look();
    await signing.look();
    assert.deepEqual(await signing.keysOf(ZONE, RULES), keys);
    assert.equal(complaints(), before + 1);
    assert.match(signing.statusOf(ZONE)?.problem ?? '', /stays in use as long as this server runs/);
    assert.equal(signing.statusOf(ZONE)?.isFailing, false);
    assert.ok(signing.warnings().length > 0);
    mend();
    await signing.look();
    assert.equal(signing.statusOf(ZONE)?.problem, undefined);
    assert.deepEqual(signing.warnings(), []);
    assert.ok(mended() > mendedBefore, 'it is logged that it is over');
  }
  assert.deepEqual(changed, []);
});

test('Private keys go with the zone that needs them: once, and all anew when they change', async (context) => {
  const { signing } = await world(context);
  const keys = isSound(await signing.keysOf(ZONE, RULES));
  const [sent, ...others] = signing.toSend([signed(keys)], []);
  assert.equal(others.length, 0);
  const [key] = sent?.keys ?? [];
  assert.ok(key !== undefined && sent?.zone === ZONE && sent.keys.length === 1);
  const opened = openSigningKey(Buffer.from(key.dnskey, 'base64'), Buffer.from(key.pkcs8, 'base64'));
  assert.ok(opened.ok && opened.value.tag === keys.keys[0]?.tag);
  assert.deepEqual(signing.toSend([signed(keys)], []), []);
  // A zone that is not signed any more, or not served, has none.
  assert.deepEqual(signing.toSend([update(undefined)], []), [{ zone: ZONE, keys: [] }]);
  assert.equal(signing.statusOf(ZONE), undefined);
  await signing.keysOf(ZONE, RULES);
  assert.equal(signing.toSend([signed(keys)], [])[0]?.keys.length, 1);
  assert.deepEqual(signing.toSend([], [ZONE]), [{ zone: ZONE, keys: [] }]);
  assert.deepEqual(signing.toSend([], [ZONE]), []);
});

test('No private key is told in log, status or warnings, whatever becomes of it', async (context) => {
  const made = await world(context);
  const { signing, log } = made;
  const keys = isSound(await signing.keysOf(ZONE, RULES));
  const [sent] = signing.toSend([signed(keys)], []);
  const secret = sent?.keys[0]?.pkcs8 ?? '';
  assert.ok(secret.length > 80);
  chmodSync(privateFile(made), 0o644);
  await signing.look();
  const told = [
    ...log,
    ...signing.warnings(),
    JSON.stringify(signing.statusOf(ZONE)),
    JSON.stringify(signing),
  ].join('\n');
  assert.match(told, /Key is made/);
  // The secret number stands in the middle of PKCS #8.
  for (const part of [secret, secret.slice(50, 85)]) assert.ok(!told.includes(part));
});
